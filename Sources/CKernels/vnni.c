// Weights for the vpdpbusd kernels; runs once, when a model is loaded.
#if defined(__x86_64__)
#include "vnni.h"

void akin_pack_q8_0_vnni(const uint8_t *source, size_t columns, size_t blocks, void *panels) {
  uint8_t *output = panels;
  for (size_t first = 0; first < columns; first += VNNI_PANEL) {
    const size_t width = columns - first < VNNI_PANEL ? columns - first : VNNI_PANEL;
    for (size_t b = 0; b < blocks; b++, output += sizeof(vnni_panel_block)) {
      vnni_panel_block block;
      memset(block.scales, 0, sizeof block.scales);
      memset(block.values, 0x80, sizeof block.values);
      for (size_t c = 0; c < width; c++) {
        const uint8_t *from = source + ((first + c) * blocks + b) * AKIN_Q8_BLOCK_BYTES;
        block.scales[c] = akin_f16_to_f32(akin_load_u16(from));
        for (size_t q = 0; q < VNNI_QUADS; q++) {
          uint32_t quad;
          memcpy(&quad, from + 2 + 4 * q, sizeof quad);
          quad ^= 0x80808080;
          memcpy(block.values[q][c], &quad, sizeof quad);
        }
      }
      memcpy(output, &block, sizeof block);
    }
  }
}
#endif
