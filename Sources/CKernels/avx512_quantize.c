// AVX-512 with VNNI: activations to q8_0, eight rows of a tile at a time, so that the largest magnitudes, the scales
// and the interleaving by fours each take one pass of shuffles for all eight.
#if defined(__x86_64__)
#include "avx512.h"

#include <math.h>

enum { GROUP_ROWS = 8 };

#define AKIN_UNROLL _Pragma("GCC unroll 8")

// A row's 32 values in 16 bits.
AKIN_AVX512_INLINE __m512i quantized_words(const float *row, __mmask16 left, __mmask16 right, float inverse) {
  const __m512 factor = _mm512_set1_ps(inverse);
  const __m512 low = _mm512_maskz_loadu_ps(left, row), high = _mm512_maskz_loadu_ps(right, row + LANES);
  return _mm512_packs_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(low, factor)),
                            _mm512_cvtps_epi32(_mm512_mul_ps(high, factor)));
}

// Which lanes there are of a block with `columns` columns or more.
AKIN_AVX512_INLINE __mmask16 left_lanes(size_t columns) {
  return lane_mask(columns);
}
AKIN_AVX512_INLINE __mmask16 right_lanes(size_t columns) {
  return columns > LANES ? lane_mask(columns - LANES) : 0;
}

// What one block of eight rows is quantised by.
typedef struct {
  __m256 scales, inverses;
  __mmask8 finite;
} group_scales;

AKIN_AVX512_INLINE group_scales scales_of(const float *const row[GROUP_ROWS], size_t k, __mmask16 left,
                                          __mmask16 right) {
  const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
  __m512i largest[GROUP_ROWS];
  AKIN_UNROLL
  for (size_t r = 0; r < GROUP_ROWS; r++) {
    const __m512i low = _mm512_maskz_loadu_epi32(left, row[r] + k);
    const __m512i high = _mm512_maskz_loadu_epi32(right, row[r] + k + LANES);
    // As integers, magnitudes are ordered like numbers, with infinities and NaNs above them.
    largest[r] = _mm512_max_epu32(_mm512_and_si512(low, magnitude), _mm512_and_si512(high, magnitude));
  }
  const __m256 amax = _mm256_castsi256_ps(reduce_lanes(LARGEST_UNSIGNED, largest)), limit = _mm256_set1_ps(127);
  const __mmask8 finite = _mm256_cmp_ps_mask(amax, _mm256_set1_ps(INFINITY), _CMP_LT_OQ);
  const __mmask8 normal = finite & _mm256_cmp_ps_mask(amax, _mm256_set1_ps(AKIN_SMALLEST_AMAX), _CMP_GE_OQ);
  const __m256 scales = _mm256_maskz_div_ps(normal, amax, limit);
  return (group_scales){_mm256_mask_mov_ps(scales, (__mmask8)~finite, _mm256_set1_ps(NAN)),
                        _mm256_maskz_div_ps(normal, limit, amax), finite};
}

// One block of rows `first` to `first` + 7 of a tile of `height` rows, of which `rows` are there.
AKIN_AVX512_INLINE void quantize_group(const float *const row[GROUP_ROWS], size_t k, group_scales by, __mmask16 left,
                                       __mmask16 right, uint8_t *block, size_t first, size_t rows, size_t height) {
  float inverse[GROUP_ROWS];
  _mm256_storeu_ps(inverse, by.inverses);
  __m512i bytes[GROUP_ROWS / 2]; // in each 128-bit lane j: quads j and 4 + j of one row, and then of the next
  if (right == 0xffff && by.finite == 0xff) {
    AKIN_UNROLL
    for (size_t r = 0; r < GROUP_ROWS; r += 2)
      bytes[r / 2] = _mm512_packs_epi16(quantized_words(row[r] + k, 0xffff, 0xffff, inverse[r]),
                                        quantized_words(row[r + 1] + k, 0xffff, 0xffff, inverse[r + 1]));
  } else {
    for (size_t r = 0; r < GROUP_ROWS; r += 2) {
      // Rows without a finite scale are zeros, whatever they hold.
      const __mmask16 keep = by.finite >> r & 1 ? 0xffff : 0, keep_next = by.finite >> (r + 1) & 1 ? 0xffff : 0;
      bytes[r / 2] = _mm512_packs_epi16(quantized_words(row[r] + k, left & keep, right & keep, inverse[r]),
                                        quantized_words(row[r + 1] + k, left & keep_next, right & keep_next, inverse[r + 1]));
    }
  }

  __m512i quads[4]; // quads 2 i and 2 i + 1 of the eight rows
  const __m512i a = _mm512_castps_si512(
      _mm512_shuffle_ps(_mm512_castsi512_ps(bytes[0]), _mm512_castsi512_ps(bytes[1]), 0x88)); // rows 0-3, quads 0-3
  const __m512i b = _mm512_castps_si512(
      _mm512_shuffle_ps(_mm512_castsi512_ps(bytes[2]), _mm512_castsi512_ps(bytes[3]), 0x88)); // rows 4-7, quads 0-3
  const __m512i c = _mm512_castps_si512(
      _mm512_shuffle_ps(_mm512_castsi512_ps(bytes[0]), _mm512_castsi512_ps(bytes[1]), 0xdd)); // rows 0-3, quads 4-7
  const __m512i d = _mm512_castps_si512(
      _mm512_shuffle_ps(_mm512_castsi512_ps(bytes[2]), _mm512_castsi512_ps(bytes[3]), 0xdd)); // rows 4-7, quads 4-7
  const __m512i front = _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0), back = _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4);
  quads[0] = _mm512_permutex2var_epi64(a, front, b);
  quads[1] = _mm512_permutex2var_epi64(a, back, b);
  quads[2] = _mm512_permutex2var_epi64(c, front, d);
  quads[3] = _mm512_permutex2var_epi64(c, back, d);

  // -128 times the sums of the values: vpdpbusd with 128 as the unsigned side.
  __m512i sums = _mm512_setzero_si512();
  AKIN_UNROLL
  for (size_t i = 0; i < 4; i++)
    sums = _mm512_dpbusd_epi32(sums, _mm512_set1_epi8((char)0x80), quads[i]);
  const __m256i corrections = _mm256_sub_epi32(
      _mm256_setzero_si256(), _mm256_add_epi32(_mm512_castsi512_si256(sums), _mm512_extracti64x4_epi64(sums, 1)));

  const __mmask8 stored = (__mmask8)lane_mask(rows);
  AKIN_UNROLL
  for (size_t q = 0; q < VNNI_QUADS; q++) {
    const __m256i eight = q % 2 ? _mm512_extracti64x4_epi64(quads[q / 2], 1) : _mm512_castsi512_si256(quads[q / 2]);
    _mm256_mask_storeu_epi32(block + (q * height + first) * 4, stored, eight);
  }
  _mm256_mask_storeu_epi32(block + VNNI_CORRECTIONS * height + 4 * first, stored, corrections);
  _mm256_mask_storeu_ps(block + VNNI_SCALES * height + 4 * first, stored, by.scales);
}

// Scales are computed a block ahead: their chain of operations is long, and those of the block before fill it.
AKIN_AVX512 void akin_quantize_q8_0_avx512(const akin_quantize_q8_0 *task) {
  const size_t tiles = vnni_tile_count(avx512_tiling, task->rows), columns = task->columns;
  for (size_t t = 0; t < tiles; t++) {
    const size_t start = t * task->rows / tiles, height = (t + 1) * task->rows / tiles - start;
    for (size_t first = 0; first < height; first += GROUP_ROWS) {
      const size_t rows = height - first < GROUP_ROWS ? height - first : GROUP_ROWS;
      const float *row[GROUP_ROWS];
      for (size_t r = 0; r < GROUP_ROWS; r++) // the last row stands for those that are missing
        row[r] = task->x + (start + first + (r < rows ? r : rows - 1)) * task->x_stride;
      uint8_t *block =
          (uint8_t *)task->quantized + (start * task->blocks + task->first_block * height) * VNNI_BLOCK_BYTES;
      group_scales next = scales_of(row, 0, left_lanes(columns), right_lanes(columns));
      for (size_t k = 0; k < columns; k += AKIN_Q8_BLOCK, block += height * VNNI_BLOCK_BYTES) {
        const group_scales by = next;
        const size_t left = columns - k, then = k + AKIN_Q8_BLOCK;
        if (then < columns)
          next = scales_of(row, then, left_lanes(columns - then), right_lanes(columns - then));
        quantize_group(row, k, by, left_lanes(left), right_lanes(left), block, first, rows, height);
      }
    }
  }
}
#endif
