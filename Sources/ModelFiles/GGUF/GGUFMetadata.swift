/// The keys of a GGUF file. Values stay in the file until they are asked for; typed access says which key is wrong, what
/// was expected and what was found.
public struct GGUFMetadata: Sendable {
  /// Longer arrays can be in a file and are not read: each element takes some 24 bytes of memory.
  static let longestArray = 1 << 22

  /// Where a value stands.
  struct Entry: Sendable {
    let type: GGUFValue.ElementType
    /// Of the value's first byte, from the start of the file.
    let offset: Int
  }

  private let file: MappedFile
  private var entries: [String: Entry] = [:]
  /// The keys in the order of the file.
  public private(set) var keys: [String] = []

  init(file: MappedFile) {
    self.file = file
  }

  /// Keys as they would stand in a file.
  init(_ keys: [(String, GGUFValue)]) throws(ModelFileError) {
    let header = GGUFWriter(metadata: keys, tensors: []).header
    self = try GGUFFile(MappedFile(bytes: header, path: "keys")).metadata
  }

  /// - Returns: false where the key is there already.
  mutating func add(_ key: String, _ entry: Entry) -> Bool {
    guard entries.updateValue(entry, forKey: key) == nil else { return false }
    keys.append(key)
    return true
  }

  /// Where the value of `key` stands; nil where there is none.
  func entry(_ key: String) -> Entry? {
    entries[key]
  }

  /// The value of `key`; nil where there is none.
  /// - Throws: `malformed` where its bytes are no value, such as a string that is not UTF-8.
  public func value(_ key: String) throws(ModelFileError) -> GGUFValue? {
    guard let entry = entries[key] else { return nil }
    var reader = GGUFReader(file, offset: entry.offset)
    return try reader.value(entry.type)
  }

  /// An integer of any width within `range`; nil where there is no such key.
  public func int(_ key: String, in range: ClosedRange<Int> = 0...Int(Int32.max)) throws(ModelFileError) -> Int? {
    try read(key, expected: "an integer in \(range.lowerBound)...\(range.upperBound)") { value in
      value.integer.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A finite number; nil where there is no such key.
  public func float(_ key: String) throws(ModelFileError) -> Float? {
    try read(key, expected: "a finite number") { value in
      switch value {
      case .float32(let number): number.isFinite ? number : nil
      case .float64(let number): Float(number).isFinite ? Float(number) : nil
      default: nil
      }
    }
  }

  /// A finite number in full width; nil where there is no such key.
  func double(_ key: String) throws(ModelFileError) -> Double? {
    try read(key, expected: "a finite number") { value in
      switch value {
      case .float32(let number): number.isFinite ? Double(number) : nil
      case .float64(let number): number.isFinite ? number : nil
      default: nil
      }
    }
  }

  /// A boolean; nil where there is no such key.
  public func bool(_ key: String) throws(ModelFileError) -> Bool? {
    try read(key, expected: "a boolean") { if case .bool(let value) = $0 { value } else { nil } }
  }

  /// A string; nil where there is no such key.
  public func string(_ key: String) throws(ModelFileError) -> String? {
    try read(key, expected: "a string") { if case .string(let value) = $0 { value } else { nil } }
  }

  /// An array of strings; nil where there is no such key.
  public func strings(_ key: String) throws(ModelFileError) -> [String]? {
    try array(key, expected: "an array of strings") { if case .string(let value) = $0 { value } else { nil } }
  }

  /// The number of strings in an array of them; nil where there is no such key.
  func stringCount(_ key: String) throws(ModelFileError) -> Int? {
    guard let entry = entries[key] else { return nil }
    var reader = GGUFReader(file, offset: entry.offset)
    guard entry.type == .array, case let (element, count) = try reader.arrayHeader(), element == .string else {
      throw wrong(key, expected: "an array of strings", found: try value(key)?.summary ?? "nothing")
    }
    return count
  }

  /// Calls `body` with the index and the bytes of every string of an array, where they stand in the file. That they are
  /// UTF-8 is not checked. There are none where `stringCount` gives nil.
  func forEachString(
    _ key: String, _ body: (Int, UnsafeRawBufferPointer) -> Void
  ) throws(ModelFileError) {
    guard let count = try stringCount(key), let entry = entries[key] else { return }
    var reader = GGUFReader(file, offset: entry.offset)
    _ = try reader.arrayHeader()
    for index in 0..<count { try reader.withString("a string") { body(index, $0) } }
  }

  /// An array of integers of any width; nil where there is no such key.
  public func ints(_ key: String) throws(ModelFileError) -> [Int]? {
    if let values = try int32s(key) { return values }
    return try array(key, expected: "an array of integers") { $0.integer }
  }

  /// An array of booleans; nil where there is no such key.
  public func bools(_ key: String) throws(ModelFileError) -> [Bool]? {
    try array(key, expected: "an array of booleans") { if case .bool(let value) = $0 { value } else { nil } }
  }

  /// The value of a key that must be there.
  func required<T>(
    _ key: String, _ expected: String, _ read: (String) throws(ModelFileError) -> T?
  ) throws(ModelFileError) -> T {
    guard let value = try read(key) else { throw wrong(key, expected: expected, found: "nothing") }
    return value
  }

  /// The error of a key that does not hold what it must.
  func wrong(_ key: String, expected: String, found: String) -> ModelFileError {
    ModelFileError(.field(key, expected: expected, found: found), path: file.path, offset: entries[key]?.offset)
  }

  /// An array of numbers with a fraction, of either width; nil where there is no such key.
  func doubles(_ key: String) throws(ModelFileError) -> [Double]? {
    if let values = try numbers(key, .float32, UInt32.self, { Double(Float(bitPattern: $0)) }) { return values }
    if let values = try numbers(key, .float64, UInt64.self, { Double(bitPattern: $0) }) { return values }
    guard entries[key] != nil else { return nil }
    throw wrong(key, expected: "an array of numbers with a fraction", found: try value(key)?.summary ?? "nothing")
  }

  /// An array of bytes, with or without a sign; nil where there is no such key.
  func uint8s(_ key: String) throws(ModelFileError) -> [UInt8]? {
    if let values = try numbers(key, .uint8, UInt8.self, { $0 }) { return values }
    if let values = try numbers(key, .int8, UInt8.self, { $0 }) { return values }
    guard entries[key] != nil else { return nil }
    throw wrong(key, expected: "an array of bytes", found: try value(key)?.summary ?? "nothing")
  }

  /// The elements of an array of int32, read at once; nil where there is none.
  private func int32s(_ key: String) throws(ModelFileError) -> [Int]? {
    try numbers(key, .int32, Int32.self) { Int($0) }
  }

  /// The elements of an array of one type, read at once; nil where there is none.
  private func numbers<Stored: FixedWidthInteger, Number>(
    _ key: String, _ type: GGUFValue.ElementType, _: Stored.Type, _ convert: (Stored) -> Number
  ) throws(ModelFileError) -> [Number]? {
    guard let entry = entries[key], entry.type == .array else { return nil }
    var reader = GGUFReader(file, offset: entry.offset)
    let (element, count) = try reader.arrayHeader()
    guard element == type else { return nil }
    let size = MemoryLayout<Stored>.size
    let start = try reader.skip(count * size, "an array")
    return file.withBytes { bytes in
      (0..<count).map { index in
        convert(Stored(littleEndian: bytes.loadUnaligned(fromByteOffset: start + size * index, as: Stored.self)))
      }
    }
  }

  private func read<T>(
    _ key: String, expected: String, _ convert: (GGUFValue) -> T?
  ) throws(ModelFileError) -> T? {
    guard let value = try value(key) else { return nil }
    guard let converted = convert(value) else { throw wrong(key, expected: expected, found: value.summary) }
    return converted
  }

  private func array<T>(
    _ key: String, expected: String, _ convert: (GGUFValue) -> T?
  ) throws(ModelFileError) -> [T]? {
    try read(key, expected: expected) { value in
      guard case .array(_, let values) = value else { return nil }
      var converted: [T] = []
      converted.reserveCapacity(values.count)
      for value in values {
        guard let element = convert(value) else { return nil }
        converted.append(element)
      }
      return converted
    }
  }
}

extension GGUFValue {
  /// The value of any integer type that fits an `Int`.
  var integer: Int? {
    switch self {
    case .uint8(let value): Int(value)
    case .int8(let value): Int(value)
    case .uint16(let value): Int(value)
    case .int16(let value): Int(value)
    case .uint32(let value): Int(value)
    case .int32(let value): Int(value)
    case .uint64(let value): Int(exactly: value)
    case .int64(let value): Int(value)
    default: nil
    }
  }

  /// For an error message: the type, and the value where it is short.
  var summary: String {
    switch self {
    case .string(let text): text.utf8.count <= 40 ? "the string '\(text)'" : "a string of \(text.count) characters"
    case .array(let element, let values): "an array of \(values.count) \(element)"
    case .bool(let value): "\(value)"
    case .float32(let value): "\(value)"
    case .float64(let value): "\(value)"
    default: integer.map { "\($0)" } ?? "a \(type) beyond the range of int64"
    }
  }
}
