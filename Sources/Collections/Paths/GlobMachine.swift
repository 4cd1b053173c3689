/// A part of a pattern of paths.
enum GlobPart: Sendable, Equatable {
  case byte(UInt8)
  /// `?`
  case any
  case set(ByteSet)
  /// `*`
  case star
  /// `**/`: any number of folders, none included.
  case folders
  /// `/**`: everything inside.
  case inside
}

/// A pattern as a machine that may be at any of its positions at once: one bit a position, so that a byte of a path moves 64 of
/// them in one step. It goes over a path once, whatever the pattern: Baeza-Yates and Gonnet, "A new approach to text searching"
/// (1992), with the positions that need no byte.
struct GlobMachine: Sendable {
  private static let slash = UInt8(ascii: "/")

  /// Of a state.
  private let words: Int
  /// Of each byte. Bytes of one class move the machine alike; class 0 are those that the pattern does not name.
  private let classes: [UInt16]
  /// By class: positions that such a byte leads on from, and those that it leaves where they are.
  private let moving: [UInt64]
  private let staying: [UInt64]
  /// Positions that lead on without a byte: anywhere, and where a name begins.
  private let free: [UInt64]
  private let freeAtName: [UInt64]
  /// Such positions behind one another, at most.
  private let longestFree: Int
  private let end: Int

  init(_ parts: [GlobPart]) {
    words = parts.count / 64 + 1
    end = parts.count
    let named = Self.named(parts)
    var classes = [UInt16](repeating: 0, count: 256)
    for (index, byte) in named.enumerated() { classes[Int(byte)] = UInt16(index + 1) }
    self.classes = classes
    var moving: [UInt64] = []
    var staying: [UInt64] = []
    for byte in [nil] + named.map(Optional.some) {
      moving += Self.positions(of: parts, words) { Self.moves($0, byte) }
      staying += Self.positions(of: parts, words) { Self.stays($0, byte) }
    }
    (self.moving, self.staying) = (moving, staying)
    free = Self.positions(of: parts, words) { $0 == .star || $0 == .inside }
    freeAtName = Self.positions(of: parts, words) { $0 == .star || $0 == .inside || $0 == .folders }
    var (longest, run) = (0, 0)
    for part in parts {
      run = part == .star || part == .inside || part == .folders ? run + 1 : 0
      longest = max(longest, run)
    }
    longestFree = longest
  }

  /// The bytes that parts tell from others, each once.
  private static func named(_ parts: [GlobPart]) -> [UInt8] {
    var isNamed = [Bool](repeating: false, count: 256)
    isNamed[Int(slash)] = true
    for part in parts {
      switch part {
      case .byte(let byte): isNamed[Int(byte)] = true
      case .set: return Array(UInt8.min...UInt8.max)
      case .any, .star, .folders, .inside: break
      }
    }
    return (UInt8.min...UInt8.max).filter { isNamed[Int($0)] }
  }

  private static func positions(of parts: [GlobPart], _ words: Int, where fits: (GlobPart) -> Bool) -> [UInt64] {
    var bits = [UInt64](repeating: 0, count: words)
    for (index, part) in parts.enumerated() where fits(part) { bits[index >> 6] |= 1 << UInt64(index & 63) }
    return bits
  }

  /// - Parameter byte: nil for any that the pattern does not name.
  private static func moves(_ part: GlobPart, _ byte: UInt8?) -> Bool {
    switch part {
    case .byte(let wanted): byte == wanted
    case .any: byte != slash
    case .set(let set): byte.map { $0 != slash && set.contains($0) } ?? false
    case .folders: byte == slash
    case .star, .inside: false
    }
  }

  private static func stays(_ part: GlobPart, _ byte: UInt8?) -> Bool {
    switch part {
    case .star: byte != slash
    case .folders, .inside: true
    case .byte, .any, .set: false
    }
  }

  /// Whether the whole path fits.
  /// - Parameter steps: grows by the words that were looked at.
  func matches(_ path: ArraySlice<UInt8>, steps: inout Int) -> Bool {
    var states = [UInt64](repeating: 0, count: words)
    states[0] = 1
    goOn(&states, by: freeAtName)
    for byte in path {
      let row = Int(classes[Int(byte)]) * words
      var carry: UInt64 = 0
      var any: UInt64 = 0
      for word in 0..<words {
        let state = states[word]
        let moved = state & moving[row + word]
        states[word] = moved << 1 | carry | state & staying[row + word]
        carry = moved >> 63
        any |= states[word]
      }
      steps += words * (1 + longestFree)
      if any == 0 { return false }
      goOn(&states, by: byte == Self.slash ? freeAtName : free)
    }
    return states[end >> 6] >> UInt64(end & 63) & 1 == 1
  }

  /// Adds the positions that need no byte.
  private func goOn(_ states: inout [UInt64], by free: [UInt64]) {
    for _ in 0..<longestFree {
      var carry: UInt64 = 0
      for word in 0..<words {
        let leading = states[word] & free[word]
        states[word] |= leading << 1 | carry
        carry = leading >> 63
      }
    }
  }
}
