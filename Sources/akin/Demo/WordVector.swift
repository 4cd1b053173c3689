import Tokenizers

/// The vector of a word in its sentence.
enum WordVector {
  /// The mean of the vectors of the word's tokens: of one, where the vocabulary has the word.
  /// - Parameter vectors: `[tokens][hidden]`, the rows of `encoding`.
  /// - Returns: zeros where the word is not in the sentence.
  static func mean(of word: String, in sentence: String, encoding: Encoding, vectors: [[Float]]) -> [Float] {
    guard let range = scalarRange(of: word, in: sentence) else {
      return [Float](repeating: 0, count: vectors.first?.count ?? 0)
    }
    let rows = encoding.offsets.indices.filter { index in
      encoding.specialTokensMask[index] == 0 && encoding.offsets[index].overlaps(range)
    }
    var sum = [Float](repeating: 0, count: vectors.first?.count ?? 0)
    for row in rows {
      for (index, value) in vectors[row].enumerated() { sum[index] += value / Float(rows.count) }
    }
    return sum
  }

  /// Where the word stands, in code points: words are parted by spaces.
  private static func scalarRange(of word: String, in sentence: String) -> Range<Int>? {
    var start = 0
    for part in sentence.split(separator: " ", omittingEmptySubsequences: false) {
      let length = part.unicodeScalars.count
      if part == word { return start..<(start + length) }
      start += length + 1
    }
    return nil
  }
}
