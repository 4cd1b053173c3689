#include "CNeighbors.h"

#if __has_include(<hnswlib/hnswlib.h>)

// Distances are computed by Akin's kernels; hnswlib's own would define functions of every program's names.
#define NO_MANUAL_VECTORIZATION
#include <hnswlib/hnswlib.h>

#include <memory>
#include <vector>

namespace {

const uint32_t query_row = UINT32_MAX;

// What hnswlib passes to the distance for the vector that is searched for; stored vectors are their row alone.
struct query_point {
  uint32_t row;
  const int8_t *codes;
};

struct point {
  const int8_t *codes;
  float scale;
};

class row_space : public hnswlib::SpaceInterface<float> {
public:
  row_space(size_t dimensions, size_t block_rows, akin_dot_rows dot)
      : dimensions(dimensions), block_rows(block_rows), dot(dot) {}

  size_t get_data_size() override { return sizeof(uint32_t); }
  hnswlib::DISTFUNC<float> get_dist_func() override { return distance; }
  void *get_dist_func_param() override { return this; }

  struct block {
    const int8_t *codes;
    const float *scales;
  };

  std::vector<block> blocks;
  const size_t dimensions;
  const size_t block_rows;

private:
  const akin_dot_rows dot;

  point at(const void *data) const {
    uint32_t row;
    memcpy(&row, data, sizeof row);
    // The query's scale is the same in all its products.
    if (row == query_row) return {static_cast<const query_point *>(data)->codes, 1};
    const block &block = blocks[row / block_rows];
    size_t index = row % block_rows;
    return {block.codes + index * dimensions, block.scales[index]};
  }

  static float distance(const void *left, const void *right, const void *parameter) {
    const row_space &space = *static_cast<const row_space *>(parameter);
    point a = space.at(left), b = space.at(right);
    int32_t product;
    space.dot(a.codes, b.codes, 1, space.dimensions, &product);
    return -static_cast<float>(product) * a.scale * b.scale;
  }
};

using hierarchy = hnswlib::HierarchicalNSW<float>;

} // namespace

struct akin_graph {
  row_space space;
  std::unique_ptr<hierarchy> links;
};

int akin_graph_available(void) { return 1; }

akin_graph *akin_graph_new(size_t dimensions, size_t block_rows, size_t links, akin_dot_rows dot) try {
  auto graph = std::make_unique<akin_graph>(akin_graph{{dimensions, block_rows, dot}, nullptr});
  graph->links = std::make_unique<hierarchy>(&graph->space, block_rows, links, links);
  return graph.release();
} catch (const std::exception &) {
  return nullptr;
}

akin_graph *akin_graph_load(const char *path, size_t dimensions, size_t block_rows, size_t links,
                            akin_dot_rows dot) try {
  auto graph = std::make_unique<akin_graph>(akin_graph{{dimensions, block_rows, dot}, nullptr});
  graph->links = std::make_unique<hierarchy>(&graph->space, path);
  if (graph->links->M_ != links || graph->links->data_size_ != sizeof(uint32_t)) return nullptr;
  return graph.release();
} catch (const std::exception &) {
  return nullptr;
}

void akin_graph_free(akin_graph *graph) { delete graph; }

int akin_graph_add_block(akin_graph *graph, const int8_t *codes, const float *scales) try {
  graph->space.blocks.push_back({codes, scales});
  return 0;
} catch (const std::exception &) {
  return -1;
}

size_t akin_graph_count(const akin_graph *graph) { return graph->links->cur_element_count; }

int akin_graph_is_sound(const akin_graph *graph) try {
  hierarchy &links = *graph->links;
  const size_t count = links.cur_element_count;
  std::vector<size_t> seen(count, SIZE_MAX);
  for (size_t row = 0, mark = 0; row < count; row++) {
    if (links.getExternalLabel(row) != row) return 0;
    for (int level = 0; level <= links.element_levels_[row]; level++, mark++) {
      auto list = links.get_linklist_at_level(row, level);
      const size_t length = links.getListCount(list);
      if (length > (level == 0 ? links.maxM0_ : links.maxM_)) return 0;
      for (size_t index = 1; index <= length; index++) {
        const size_t other = list[index];
        if (other >= count || other == row || links.element_levels_[other] < level || seen[other] == mark) return 0;
        seen[other] = mark;
      }
    }
  }
  return 1;
} catch (const std::exception &) {
  return 0;
}

int akin_graph_insert(akin_graph *graph, size_t effort) try {
  hierarchy &links = *graph->links;
  size_t count = links.cur_element_count;
  if (count >= graph->space.blocks.size() * graph->space.block_rows) return -1;
  if (count == links.max_elements_) links.resizeIndex(count + count / 4 + graph->space.block_rows);
  links.ef_construction_ = effort;
  uint32_t row = static_cast<uint32_t>(count);
  links.addPoint(&row, row);
  return 0;
} catch (const std::exception &) {
  return -1;
}

size_t akin_graph_search(akin_graph *graph, const int8_t *codes, size_t count, size_t effort, uint32_t *rows) try {
  query_point query = {query_row, codes};
  graph->links->setEf(effort);
  auto found = graph->links->searchKnn(&query, count);
  size_t size = found.size();
  for (size_t index = size; index-- > 0; found.pop()) rows[index] = static_cast<uint32_t>(found.top().second);
  return size;
} catch (const std::exception &) {
  return 0;
}

int akin_graph_save(akin_graph *graph, const char *path) try {
  graph->links->saveIndex(path);
  // hnswlib looks at no error of writing, such as a full disk's; reading the file, it finds that something is missing.
  hierarchy written(&graph->space, path);
  return written.cur_element_count == graph->links->cur_element_count ? 0 : -1;
} catch (const std::exception &) {
  return -1;
}

#else

int akin_graph_available(void) { return 0; }
akin_graph *akin_graph_new(size_t, size_t, size_t, akin_dot_rows) { return nullptr; }
akin_graph *akin_graph_load(const char *, size_t, size_t, size_t, akin_dot_rows) { return nullptr; }
void akin_graph_free(akin_graph *) {}
int akin_graph_add_block(akin_graph *, const int8_t *, const float *) { return -1; }
size_t akin_graph_count(const akin_graph *) { return 0; }
int akin_graph_is_sound(const akin_graph *) { return 0; }
int akin_graph_insert(akin_graph *, size_t) { return -1; }
size_t akin_graph_search(akin_graph *, const int8_t *, size_t, size_t, uint32_t *) { return 0; }
int akin_graph_save(akin_graph *, const char *) { return -1; }

#endif
