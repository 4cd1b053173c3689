#ifndef AKIN_CEXPAT_SHIM_H
#define AKIN_CEXPAT_SHIM_H

#include <expat.h>

#endif
