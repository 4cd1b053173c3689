/// Token sequences end to end, without padding.
public struct PackedBatch: Sendable, Equatable {
  /// Token ids of all sequences.
  public private(set) var ids: [Int32] = []
  /// Token types, one for each id.
  public private(set) var typeIDs: [Int32] = []
  /// Where each sequence starts in `ids`, and behind them the end: `sequenceCount + 1` values, the first 0.
  public private(set) var rowStarts: [Int] = [0]

  /// How many tokens of a sequence are seen, where not all are, by the sequence.
  private var seenTokens: [Int: Int] = [:]
  /// The token whose vector alone is wanted, by the sequence.
  private var keptTokens: [Int: Int] = [:]

  /// A batch of no sequences.
  public init() {}

  /// How many sequences there are.
  public var sequenceCount: Int { rowStarts.count - 1 }
  /// How many tokens there are in all of them.
  public var tokenCount: Int { ids.count }

  /// Adds a sequence.
  /// - Parameters:
  ///   - ids: with the special tokens.
  ///   - typeIDs: as many as `ids`; all 0 where nil.
  ///   - seen: how many of the tokens, from the first on, all tokens attend to; those behind are seen by none. All where nil.
  ///   - kept: the token whose vector alone is wanted; those of all where nil.
  public mutating func append(ids: [Int32], typeIDs: [Int32]? = nil, seen: Int? = nil, kept: Int? = nil) {
    precondition(seen.map { (1...max(1, ids.count)).contains($0) } ?? true, "some of the tokens are seen")
    precondition(kept.map(ids.indices.contains) ?? true, "one of the tokens is kept")
    if let kept { keptTokens[sequenceCount] = kept }
    if let seen, seen < ids.count { seenTokens[sequenceCount] = seen }
    precondition(typeIDs == nil || typeIDs?.count == ids.count, "a token type for each id")
    self.ids += ids
    self.typeIDs += typeIDs ?? [Int32](repeating: 0, count: ids.count)
    rowStarts.append(self.ids.count)
  }

  /// Where sequence `index` lies in `ids`.
  func rows(of index: Int) -> Range<Int> {
    rowStarts[index]..<rowStarts[index + 1]
  }

  /// How many tokens of sequence `index` are seen.
  func seen(by index: Int) -> Int { seenTokens[index] ?? rows(of: index).count }

  /// The token of sequence `index` whose vector alone is wanted; nil where those of all are.
  func kept(of index: Int) -> Int? { keptTokens[index] }

  /// Checks that a model of these sizes can encode the batch. A model without a table of types takes any.
  func validate(vocabularySize: Int, typeVocabularySize: Int, maxPositions: Int) throws(EncoderError) {
    guard sequenceCount > 0 else { throw .emptyBatch }
    for sequence in 0..<sequenceCount {
      let rows = rows(of: sequence)
      guard !rows.isEmpty else { throw .emptySequence(sequence: sequence) }
      guard rows.count <= maxPositions else {
        throw .sequenceTooLong(sequence: sequence, tokens: rows.count, limit: maxPositions)
      }
      for row in rows {
        let position = row - rows.lowerBound
        guard ids[row] >= 0, ids[row] < vocabularySize else {
          throw .tokenOutOfRange(
            sequence: sequence, position: position, id: ids[row], vocabularySize: vocabularySize)
        }
        guard typeVocabularySize == 0 || (0..<Int32(typeVocabularySize)).contains(typeIDs[row]) else {
          throw .typeOutOfRange(
            sequence: sequence, position: position, type: typeIDs[row], typeVocabularySize: typeVocabularySize)
        }
      }
    }
  }
}

/// The last layer's output for every token of a batch.
public struct HiddenStates: Sendable, Equatable {
  /// As in the batch: where each sequence starts, and the end.
  public let rowStarts: [Int]
  /// Width of a token's vector.
  public let hiddenSize: Int
  /// [tokens, hiddenSize], row-major.
  public let values: [Float]

  /// Takes the values as they are; `values` has `rowStarts.last * hiddenSize` components.
  public init(rowStarts: [Int], hiddenSize: Int, values: [Float]) {
    precondition(values.count == (rowStarts.last ?? 0) * hiddenSize, "[tokens, hiddenSize] values")
    self.rowStarts = rowStarts
    self.hiddenSize = hiddenSize
    self.values = values
  }
}
