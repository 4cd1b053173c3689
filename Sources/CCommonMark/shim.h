#ifndef AKIN_CCOMMONMARK_SHIM_H
#define AKIN_CCOMMONMARK_SHIM_H

#include <cmark.h>

#endif
