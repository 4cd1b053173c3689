// The layout of q8_0 products that the vpdpbusd kernels share, of 512 and of 256 bits.
//
// vpdpbusd multiplies four unsigned bytes by four signed ones and adds the products to 32 bits. Weights are the
// unsigned side, kept as weight + 128, which leaves -128 in reach; a block's sum is then too large by 128 times the sum
// of its activations. Quantising an activation block computes that correction, and the sums start from it.
#ifndef AKIN_VNNI_H
#define AKIN_VNNI_H

#include "internal.h"

enum { VNNI_PANEL = 16, VNNI_QUADS = AKIN_Q8_BLOCK / 4 };

// One block of a panel: the values of a column lie in fours along k.
typedef struct {
  float scales[VNNI_PANEL];
  uint8_t values[VNNI_QUADS][VNNI_PANEL][4];
} vnni_panel_block;

_Static_assert(sizeof(vnni_panel_block) == VNNI_PANEL * (sizeof(float) + AKIN_Q8_BLOCK), "akin_q8_0_panel_bytes holds");

// One block of `height` rows of activations, interleaved so that a tile reads them from one place:
// values [QUADS][height][4], corrections [height] and scales [height].
enum { VNNI_CORRECTIONS = AKIN_Q8_BLOCK, VNNI_SCALES = VNNI_CORRECTIONS + 4, VNNI_BLOCK_BYTES = VNNI_SCALES + 4 };

// How a table splits rows into tiles: a single one up to `single` rows, otherwise of at most `most` and nearly the same
// height.
typedef struct {
  size_t single, most;
} vnni_tiling;

static inline size_t vnni_tile_count(vnni_tiling tiling, size_t rows) {
  return rows <= tiling.single ? 1 : akin_divide_up(rows, tiling.most);
}

void akin_pack_q8_0_vnni(const uint8_t *source, size_t columns, size_t blocks, void *panels);

#endif
