/// A shell pattern over paths: `*` and `?` stay within a name, `**` crosses names where it stands alone between slashes,
/// `[…]` is a set of bytes, and a backslash takes the next byte as it is. Matching goes over a path once, whatever the pattern.
struct PathGlob: Sendable {
  /// What most patterns are, and what takes one look at the end of a path: bytes alone, or a star before them, either
  /// with `**/` before it.
  private struct Ending: Sendable {
    let isInAnyFolder: Bool
    let hasStar: Bool
    let bytes: [UInt8]
  }

  /// What the pattern is where it is more than an ``ending``.
  private let machine: GlobMachine?
  private let ending: Ending?
  /// Bytes that a path begins and ends with which matches: most paths fail by one look at these.
  private let first: [UInt8]
  private let last: [UInt8]

  /// Bytes of a pattern. No path has so many.
  static let longest = 1 << 16

  /// Whether the case of ASCII letters does not count.
  private let foldsCase: Bool

  /// Nil for a pattern that matches nothing: one with an open bracket or a lone backslash at its end, or beyond any path.
  /// - Parameter foldsCase: whether the case of ASCII letters does not count, as git's wildmatch has it under `core.ignoreCase`.
  init?(_ pattern: ArraySlice<UInt8>, foldsCase: Bool = false) {
    guard pattern.count <= Self.longest else { return nil }
    self.foldsCase = foldsCase
    let folded = { (byte: UInt8) in foldsCase ? ByteSet.lowercased(byte) : byte }
    var parts: [GlobPart] = []
    var rest = pattern
    while let byte = rest.first {
      let isAtName = parts.isEmpty || parts.last == .byte(UInt8(ascii: "/")) || parts.last == .folders
      rest = rest.dropFirst()
      switch byte {
      case UInt8(ascii: "\\"):
        guard let literal = rest.popFirst() else { return nil }
        // Not folded, so that a capital letter takes nothing: git's wildmatch.
        parts.append(.byte(literal))
      case UInt8(ascii: "?"): parts.append(.any)
      case UInt8(ascii: "["):
        guard let set = ByteSet(readingFrom: &rest, foldsCase: foldsCase) else { return nil }
        parts.append(.set(set))
      case UInt8(ascii: "*"):
        let stars = rest.prefix { $0 == UInt8(ascii: "*") }.count
        rest = rest.dropFirst(stars)
        if stars > 0, isAtName, rest.first == UInt8(ascii: "/") {
          rest = rest.dropFirst()
          // Any number of folders behind any number of them are no others.
          if parts.last != .folders { parts.append(.folders) }
        } else if stars > 0, isAtName, rest.isEmpty {
          parts.append(.inside)
        } else {
          parts.append(.star)
        }
      default: parts.append(.byte(folded(byte)))
      }
    }
    let ending = Self.ending(parts[...])
    self.ending = ending
    machine = ending == nil ? GlobMachine(parts) : nil
    first = Self.bytes(parts)
    last = Self.bytes(parts.reversed()).reversed()
  }

  private static func ending(_ parts: ArraySlice<GlobPart>) -> Ending? {
    let isInAnyFolder = parts.first == .folders
    var rest = isInAnyFolder ? parts.dropFirst() : parts
    let hasStar = rest.first == .star
    if hasStar { rest = rest.dropFirst() }
    var bytes: [UInt8] = []
    for part in rest {
      guard case .byte(let byte) = part else { return nil }
      bytes.append(byte)
    }
    return Ending(isInAnyFolder: isInAnyFolder, hasStar: hasStar, bytes: bytes)
  }

  /// The plain bytes before the first part that is none.
  private static func bytes(_ parts: some Swift.Sequence<GlobPart>) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
      guard case .byte(let byte) = part else { break }
      bytes.append(byte)
    }
    return bytes
  }

  /// Whether the whole path matches.
  /// - Parameter steps: grows by what was looked at, but for the ends of the path.
  func matches(_ path: ArraySlice<UInt8>, steps: inout Int) -> Bool {
    let path = foldsCase ? ArraySlice(path.map(ByteSet.lowercased)) : path
    if let ending { return Self.has(ending, path) }
    guard let machine, path.starts(with: first), path.suffix(last.count).elementsEqual(last) else { return false }
    return machine.matches(path, steps: &steps)
  }

  func matches(_ path: ArraySlice<UInt8>) -> Bool {
    var steps = 0
    return matches(path, steps: &steps)
  }

  private static func has(_ ending: Ending, _ path: ArraySlice<UInt8>) -> Bool {
    guard path.count >= ending.bytes.count, path.suffix(ending.bytes.count).elementsEqual(ending.bytes) else {
      return false
    }
    let rest = path.dropLast(ending.bytes.count)
    let slash = UInt8(ascii: "/")
    if ending.hasStar { return ending.isInAnyFolder || !rest.contains(slash) }
    return rest.isEmpty || ending.isInAnyFolder && rest.last == slash
  }
}

/// The bytes that a bracket expression takes.
struct ByteSet: Sendable, Equatable {
  private var words: [UInt64] = [0, 0, 0, 0]

  func contains(_ byte: UInt8) -> Bool {
    words[Int(byte >> 6)] & 1 << UInt64(byte & 63) != 0
  }

  private mutating func insert(_ byte: UInt8) {
    words[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
  }

  private mutating func insert(_ byte: UInt8, foldsCase: Bool) {
    insert(byte)
    if foldsCase { insert(Self.lowercased(byte)) }
  }

  static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }

  private static let classes: [String: @Sendable (UInt8) -> Bool] = [
    "alpha": { (0x61...0x7A).contains($0 | 0x20) && $0 < 0x80 },
    "digit": { (0x30...0x39).contains($0) },
    "alnum": { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) && $0 < 0x80 },
    "upper": { (0x41...0x5A).contains($0) },
    "lower": { (0x61...0x7A).contains($0) },
    "space": { $0 == 0x20 || (0x09...0x0D).contains($0) },
    "blank": { $0 == 0x20 || $0 == 0x09 },
    "punct": { byte in
      (0x21...0x2F).contains(byte) || (0x3A...0x40).contains(byte) || (0x5B...0x60).contains(byte)
        || (0x7B...0x7E).contains(byte)
    },
    "xdigit": { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) && $0 < 0x80 },
    "cntrl": { $0 < 0x20 || $0 == 0x7F },
    "graph": { (0x21...0x7E).contains($0) },
    "print": { (0x20...0x7E).contains($0) },
  ]

  /// Reads what follows `[`, up to and with the closing bracket. Nil where there is none.
  /// - Parameter foldsCase: whether paths come in lower case: ranges and classes then take a letter's other case too, and a
  ///   capital letter by itself takes nothing, as in git.
  init?(readingFrom rest: inout ArraySlice<UInt8>, foldsCase: Bool = false) {
    let isInverted = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
    if isInverted { rest = rest.dropFirst() }
    var isFirst = true
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "]"), !isFirst {
        if isInverted { words = words.map { ~$0 } }
        return
      }
      isFirst = false
      if byte == UInt8(ascii: "["), rest.first == UInt8(ascii: ":") {
        guard insertClass(&rest, foldsCase: foldsCase) else { return nil }
        continue
      }
      guard let low = byte == UInt8(ascii: "\\") ? rest.popFirst() : byte else { return nil }
      // Where a range begins it stands by itself too, which tells where the range is empty.
      insert(low)
      guard rest.first == UInt8(ascii: "-"), let after = rest.dropFirst().first, after != UInt8(ascii: "]") else {
        continue
      }
      rest = rest.dropFirst(2)
      guard let high = after == UInt8(ascii: "\\") ? rest.popFirst() : after else { return nil }
      if low <= high {
        for byte in low...high { insert(byte, foldsCase: foldsCase) }
      }
    }
    return nil
  }

  /// `[:alpha:]`; false for a name that nobody knows, or without an end.
  private mutating func insertClass(_ rest: inout ArraySlice<UInt8>, foldsCase: Bool) -> Bool {
    let name = rest.dropFirst().prefix { $0 != UInt8(ascii: "]") }
    guard name.last == UInt8(ascii: ":"),
      let contains = Self.classes[String(decoding: name.dropLast(), as: UTF8.self)]
    else { return false }
    rest = rest.dropFirst(1 + name.count + 1)
    for byte in UInt8.min...UInt8.max where contains(byte) { insert(byte, foldsCase: foldsCase) }
    return true
  }
}
