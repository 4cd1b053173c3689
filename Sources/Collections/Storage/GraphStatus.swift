/// The approximate index of a large collection: a graph of near neighbours over the vectors in memory, its links kept in
/// a file beside the collection's. What it finds is scored by float32 like everything else; it misses some neighbours.
public struct GraphStatus: Sendable, Equatable, CustomStringConvertible {
  /// Vectors of the collection, with those that it keeps of removed texts.
  public let vectors: Int
  /// Vectors in the graph, the first ones; the others are scanned. 0 where searches do not use it.
  public let linked: Int
  /// Of the ten nearest to midpoints of pairs of its vectors, the part that the graph finds, measured when it was last
  /// completed; nil before.
  public let recall: Double?
  /// Why searches do not use the graph that is stored; nil where they do.
  public let problem: GraphProblem?

  /// For people: `400 of 401 vectors linked, finds 0.998 of the nearest ten`, or why it is not used.
  public var description: String {
    if let problem { return "not used, searches scan all vectors: \(problem)" }
    let recall = recall.map { ", finds \(($0 * 1000).rounded() / 1000) of the nearest ten" } ?? ""
    return "\(linked) of \(vectors) vectors linked\(recall)"
  }
}

/// Why searches do not use the graph that is stored, and scan all vectors.
public enum GraphProblem: Error, Equatable, CustomStringConvertible {
  /// Its file is gone, or is not as it was written.
  case damaged
  /// Vectors that it was made of have been deleted.
  case outdated
  /// This program was built without the library.
  case unsupported

  /// A sentence's end, about the graph.
  public var description: String {
    switch self {
    case .damaged: "its file is damaged or gone"
    case .outdated: "vectors that it was made of have been deleted"
    case .unsupported: "this program was built without hnswlib"
    }
  }
}
