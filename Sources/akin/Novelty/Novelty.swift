import AkinCollections
import Encoder

/// What of a stream says something new: not the same but for its numbers as a text before, and not as near to one in meaning. Memory
/// is bounded by how many texts are remembered; those that nothing came near to for longest are forgotten.
struct Novelty {
  /// From which cosine on a text says what another one has said.
  let threshold: Float
  /// Texts whose meanings are remembered.
  let capacity: Int
  /// Forms, of which there are many to a meaning, are remembered so many times as long.
  private static let formsPerMeaning = 8

  private var vectors: [[Float]] = []
  private var lastUses: [Int] = []
  private var forms: [TextHash: Int] = [:]
  private var clock = 0

  init(threshold: Float, capacity: Int) {
    self.threshold = threshold
    self.capacity = capacity
  }

  /// Whether a form came before; from now on it has.
  mutating func hasSeen(_ form: TextHash) -> Bool {
    clock += 1
    let isKnown = forms.updateValue(clock, forKey: form) != nil
    if forms.count > capacity * Self.formsPerMeaning {
      let uses = forms.values.sorted()
      let oldest = uses[uses.count / 2]
      forms = forms.filter { $0.value >= oldest }
    }
    return isKnown
  }

  /// The cosine of the nearest meaning before, where it is below the threshold: the text is new, and remembered. Nil where it is not.
  /// - Parameter vector: of length 1.
  mutating func add(_ vector: [Float]) -> Float? {
    clock += 1
    var nearest: (index: Int, cosine: Float)?
    for (index, other) in vectors.enumerated() {
      let cosine = Vectors.unitCosine(vector, other)
      if cosine > nearest?.cosine ?? -.infinity { nearest = (index, cosine) }
    }
    if let nearest, nearest.cosine >= threshold {
      lastUses[nearest.index] = clock
      return nil
    }
    if vectors.count < capacity {
      vectors.append(vector)
      lastUses.append(clock)
    } else if let oldest = lastUses.indices.min(by: { lastUses[$0] < lastUses[$1] }) {
      vectors[oldest] = vector
      lastUses[oldest] = clock
    }
    return nearest?.cosine ?? -1
  }
}

/// A text with its numbers alike: digits, and long words of hexadecimal digits such as addresses and hashes.
enum NumberMask {
  private static let shortestHexadecimal = 6

  static func masked(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      let word = rest.prefix(while: isWordByte)
      guard !word.isEmpty else {
        bytes.append(byte)
        rest = rest.dropFirst()
        continue
      }
      rest = rest.dropFirst(word.count)
      guard word.contains(where: isDigit) else {
        bytes += word
        continue
      }
      if word.count >= shortestHexadecimal, word.allSatisfy(isHexadecimal) {
        bytes.append(UInt8(ascii: "0"))
        continue
      }
      for byte in word where !(isDigit(byte) && bytes.last == UInt8(ascii: "0")) {
        bytes.append(isDigit(byte) ? UInt8(ascii: "0") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isWordByte(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) }
  private static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
}
