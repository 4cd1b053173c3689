#pragma once

/// What the build of a release says of itself, such as "1a2b3c4d5e6f, static-pie, Swift 6.3.1"; empty where nothing was
/// linked in place of it (packaging/build.sh does), as in a developer's own build.
const char *akin_build_stamp(void);
