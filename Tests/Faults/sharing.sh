#!/usr/bin/env bash
# The shared model process, and every transcript through a relay. Usage: Tests/Faults/sharing.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."

runtime=$(mktemp -d)
trap 'rm -rf "$runtime"' EXIT
# A runtime folder and so a process of its own for each session: transcripts begin with counters at zero.
cat >"$runtime/relay" <<RELAY
#!/bin/sh
XDG_RUNTIME_DIR=\$(mktemp -d $runtime/XXXXXX)
export XDG_RUNTIME_DIR
exec $(realpath "$1") serve --shared --shared-idle 0 "\$@"
RELAY
chmod +x "$runtime/relay"
status=0
python3 protocol/run.py --command "$runtime/relay" || status=1
python3 Tests/Faults/sharing.py "$1" || status=1
exit "$status"
