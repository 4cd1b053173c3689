#ifndef AKIN_CNETTLE_SHIM_H
#define AKIN_CNETTLE_SHIM_H

#include <stdint.h>

#include <nettle/sha2.h>
#include <nettle/version.h>

// Writes the 32 bytes of the hash and begins anew. The fourth edition of the library dropped the parameter of the length.
static inline void cnettle_sha256_digest(struct sha256_ctx *context, uint8_t *digest) {
#if NETTLE_VERSION_MAJOR >= 4
  sha256_digest(context, digest);
#else
  sha256_digest(context, SHA256_DIGEST_SIZE, digest);
#endif
}

#endif
