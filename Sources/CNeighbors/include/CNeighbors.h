#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A graph of near neighbours (HNSW, Malkov and Yashunin 2016) over int8 vectors that stay where their owner keeps them:
/// what hnswlib stores of a vector is its row. All functions of one graph are called by one thread at a time.
typedef struct akin_graph akin_graph;

/// scores[r] = sum over k of query[k] * rows[r][k], for `count` rows of `dimensions` bytes, end to end.
typedef void (*akin_dot_rows)(const int8_t *query, const int8_t *rows, size_t count, size_t dimensions,
                              int32_t *scores);

/// Whether hnswlib's headers were there when this was compiled. Without them `akin_graph_new` gives NULL.
int akin_graph_available(void);

/// An empty graph; NULL without memory.
/// `block_rows` rows make a block; `links` neighbours a row and level, twice as many on the lowest.
akin_graph *akin_graph_new(size_t dimensions, size_t block_rows, size_t links, akin_dot_rows dot);

/// A graph that `akin_graph_save` wrote; NULL where the file cannot be read as one. The file must be one that was
/// written: its links are not checked.
akin_graph *akin_graph_load(const char *path, size_t dimensions, size_t block_rows, size_t links, akin_dot_rows dot);

void akin_graph_free(akin_graph *graph);

/// Says where the next `block_rows` rows are: [block_rows, dimensions] codes and a scale each. The memory must stay;
/// rows that were inserted must not change. 0, or -1 without memory.
int akin_graph_add_block(akin_graph *graph, const int8_t *codes, const float *scales);

/// Rows that are in the graph: 0 to this one.
size_t akin_graph_count(const akin_graph *graph);

/// Whether every link is to another row that is in the graph, on a level that this row is on, and none is there twice. Looks at
/// all of them.
int akin_graph_is_sound(const akin_graph *graph);

/// Inserts the next row, which one of the blocks holds, having looked at `effort` candidates. 0, or -1 without memory.
int akin_graph_insert(akin_graph *graph, size_t effort);

/// The rows with the greatest products, best first, found by keeping `effort` candidates.
/// `rows` has room for `count`. Gives how many were found.
size_t akin_graph_search(akin_graph *graph, const int8_t *codes, size_t count, size_t effort, uint32_t *rows);

/// Writes the links to a file, and reads it back. 0, or -1 where it cannot be written whole.
int akin_graph_save(akin_graph *graph, const char *path);

#ifdef __cplusplus
}
#endif
