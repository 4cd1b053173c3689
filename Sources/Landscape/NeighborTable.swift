import Encoder

/// The nearest others of every vector of a list, by the cosine: exact but for the rounding of int8 up to
/// ``exactCount`` vectors, most of the nearest by a graph (``NeighborGraph``) beyond that.
public struct NeighborTable: Sendable {
  /// Vectors that are all compared with each other; more take the graph, where hnswlib is there.
  public static let exactCount = 65_536
  /// Rows of one task.
  private static let rowsAtOnce = 512
  /// Columns whose scores are held at once.
  private static let columnsAtOnce = 4096
  /// Vectors of a block of the graph.
  private static let blockRows = 4096

  /// Vectors.
  public let count: Int
  /// Neighbours of each; fewer than were asked for where there are not so many vectors.
  public let width: Int
  /// `[count][width]`, the nearest first, end to end; equal ones in the order of the list. Never the vector itself.
  public let indices: [Int32]
  /// The cosines, likewise.
  public let similarities: [Float]

  /// - Parameters:
  ///   - vectors: `[any][dimensions]`, finite, of length 1 or 0.
  ///   - width: neighbours of each, at most.
  ///   - progress: told of every step: vectors whose neighbours are known, of how many.
  /// - Throws: where the task is cancelled.
  public init(
    _ vectors: [[Float]], width: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) async throws(CancellationError) {
    let codes = CodedVectors(vectors)
    let width = max(0, min(width, vectors.count - 1))
    count = vectors.count
    self.width = width
    guard width > 0 else {
      (indices, similarities) = ([], [])
      return
    }
    if vectors.count > Self.exactCount, let parts = try Self.byGraph(vectors, width: width, progress) {
      (indices, similarities) = parts
    } else {
      (indices, similarities) = try await Self.exact(codes, width: width, progress)
    }
  }

  /// The neighbours of a vector with their cosines, the nearest first.
  public func neighbors(of row: Int) -> Zip2Sequence<ArraySlice<Int32>, ArraySlice<Float>> {
    let range = row * width..<(row + 1) * width
    return zip(indices[range], similarities[range])
  }

  // MARK: Every vector with every other

  private static func exact(
    _ codes: CodedVectors, width: Int, _ progress: @Sendable (Int, Int) -> Void
  ) async throws(CancellationError) -> ([Int32], [Float]) {
    let starts = Array(stride(from: 0, to: codes.count, by: rowsAtOnce))
    var parts = [NearestRows?](repeating: nil, count: starts.count)
    // The tasks prefer the caller's threads.
    await withTaskGroup(of: (Int, NearestRows).self) { group in
      for (index, start) in starts.enumerated() {
        group.addTask {
          let rows = start..<min(start + rowsAtOnce, codes.count)
          return (index, Task.isCancelled ? NearestRows(0, width: width) : nearest(codes, rows, width: width))
        }
      }
      var done = 0
      for await (index, part) in group {
        parts[index] = part
        done += part.count
        progress(done, codes.count)
      }
    }
    if Task.isCancelled { throw CancellationError() }
    return (parts.flatMap { $0?.indices ?? [] }, parts.flatMap { $0?.similarities ?? [] })
  }

  private static func nearest(_ codes: CodedVectors, _ rows: Range<Int>, width: Int) -> NearestRows {
    var nearest = NearestRows(rows.count, width: width)
    for first in stride(from: 0, to: codes.count, by: columnsAtOnce) {
      if Task.isCancelled { break }
      let columns = first..<min(first + columnsAtOnce, codes.count)
      // A few rows at once, so that their scores stay in the cache.
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: 32) {
        let few = start..<min(start + 32, rows.upperBound)
        let scores = ByteVectors.scores(of: few, by: columns, in: codes.codes, dimensions: codes.dimensions)
        for row in few {
          nearest.offer(
            scores[(row - start) * columns.count..<(row - start + 1) * columns.count], from: columns.lowerBound,
            scales: codes.scales, scale: codes.scales[row], to: row - rows.lowerBound, except: row)
        }
      }
    }
    return nearest
  }

  // MARK: By a graph

  /// - Returns: nil without the library, or without memory.
  private static func byGraph(
    _ vectors: [[Float]], width: Int, _ progress: (Int, Int) -> Void
  ) throws(CancellationError) -> ([Int32], [Float])? {
    let dimensions = vectors[0].count
    guard let graph = NeighborGraph(dimensions: dimensions, blockRows: blockRows) else { return nil }
    let coded = vectors.map { QuantizedVector($0) }
    var blocks: [VectorBlock] = []
    for (row, vector) in coded.enumerated() {
      if row % blockRows == 0 { blocks.append(VectorBlock(dimensions: dimensions, capacity: blockRows)) }
      vector.codes.withUnsafeBytes { blocks[row / blockRows].set(row % blockRows, codes: $0, scale: vector.scale) }
    }
    for rows in stride(from: 256, to: coded.count + 256, by: 256) {
      if Task.isCancelled { throw CancellationError() }
      guard graph.insert(through: min(rows, coded.count), blocks: blocks) else { return nil }
      progress(min(rows, coded.count) / 2, coded.count)
    }
    var nearest = NearestRows(coded.count, width: width)
    for (row, vector) in coded.enumerated() {
      if row % 256 == 0 {
        if Task.isCancelled { throw CancellationError() }
        progress((coded.count + row) / 2, coded.count)
      }
      for other in graph.nearest(vector, count: width + 1, effort: 4 * (width + 1)) where other != row {
        let score = blocks[other / blockRows].scores(vector, rows: other % blockRows..<other % blockRows + 1)[0]
        nearest.offer(other, score * vector.scale, to: row)
      }
    }
    return (nearest.indices, nearest.similarities)
  }
}

/// Vectors in int8, end to end.
private struct CodedVectors: Sendable {
  let count: Int
  let dimensions: Int
  let codes: [Int8]
  let scales: [Float]

  init(_ vectors: [[Float]]) {
    count = vectors.count
    dimensions = vectors.first?.count ?? 0
    var codes: [Int8] = []
    codes.reserveCapacity(count * dimensions)
    var scales: [Float] = []
    for vector in vectors {
      precondition(vector.count == dimensions, "vectors of one length")
      let coded = QuantizedVector(vector)
      codes += coded.codes
      scales.append(coded.scale)
    }
    self.codes = codes
    self.scales = scales
  }
}

/// The nearest so far of some rows.
private struct NearestRows: Sendable {
  let count: Int
  private let width: Int
  /// -1 where there is none yet.
  private(set) var indices: [Int32]
  private(set) var similarities: [Float]

  init(_ count: Int, width: Int) {
    self.count = count
    self.width = width
    indices = [Int32](repeating: -1, count: count * width)
    similarities = [Float](repeating: -.infinity, count: count * width)
  }

  /// Offers columns from a first one on, by their products.
  mutating func offer(
    _ products: ArraySlice<Int32>, from first: Int, scales: [Float], scale: Float, to row: Int, except own: Int
  ) {
    var least = similarities[(row + 1) * width - 1]
    products.withUnsafeBufferPointer { products in
      scales.withUnsafeBufferPointer { scales in
        for index in 0..<products.count {
          let similarity = Float(products[index]) * scales[first + index] * scale
          guard similarity > least, first + index != own else { continue }
          offer(first + index, similarity, to: row)
          least = similarities[(row + 1) * width - 1]
        }
      }
    }
  }

  /// Of equal ones the first that was offered stays before.
  mutating func offer(_ other: Int, _ similarity: Float, to row: Int) {
    var place = (row + 1) * width - 1
    guard similarity > similarities[place] else { return }
    while place > row * width, similarities[place - 1] < similarity {
      similarities[place] = similarities[place - 1]
      indices[place] = indices[place - 1]
      place -= 1
    }
    similarities[place] = similarity
    indices[place] = Int32(other)
  }
}
