import JSON

/// A safetensors file: the length of a JSON header in 8 little-endian bytes, the header, then the data that the header's
/// `data_offsets` point into (huggingface/safetensors, README, "Format").
public struct SafetensorsFile: Sendable {
  /// Headers up to this length are read; the format's own library has the same limit.
  static let longestHeader = 100_000_000

  /// The file.
  public let file: MappedFile
  /// The tensors of a type that Akin reads, by name.
  public let tensors: [String: TensorView]
  /// The others: their type by name. Using one as weights is an error, having one (`position_ids`, int64) is not.
  public let otherTypes: [String: String]
  /// Of these, lists of whole numbers.
  let integers: [String: IntegerList]

  /// Maps `path` and checks the header: every tensor inside the data, none overlapping, no byte unused, and as many
  /// bytes as the shape needs.
  /// - Throws: what `MappedFile` throws, `malformed` or `field` with the place.
  public init(path: String) throws(ModelFileError) {
    try self.init(MappedFile(path: path))
  }

  /// Reads the header of a file that is mapped already.
  /// - Throws: `malformed` or `field` with the place.
  public init(_ file: MappedFile) throws(ModelFileError) {
    let header = try Self.headerRange(of: file)
    let entries = try Self.entries(header: header, of: file)
    try Self.checkTiling(entries, data: header.upperBound..<file.count, file: file)
    var tensors: [String: TensorView] = [:]
    var otherTypes: [String: String] = [:]
    var integers: [String: IntegerList] = [:]
    for entry in entries {
      if let type = Self.types[entry.type] {
        tensors[entry.name] = try TensorView(
          name: entry.name, shape: entry.shape, type: type, file: file, byteRange: entry.byteRange)
      } else {
        otherTypes[entry.name] = entry.type
        integers[entry.name] = IntegerList(entry.type, shape: entry.shape, file: file, byteRange: entry.byteRange)
      }
    }
    self.file = file
    self.tensors = tensors
    self.otherTypes = otherTypes
    self.integers = integers
  }

  private static let types: [String: TensorType] = ["F32": .f32, "F16": .f16, "BF16": .bf16, "F64": .f64, "I8": .i8]
  /// For messages.
  static let typeNames = "F32, F16, BF16, F64 and I8"

  private struct Entry {
    let name: String
    let type: String
    let shape: [Int]
    /// In bytes from the start of the file.
    let byteRange: Range<Int>
  }

  private static func headerRange(of file: MappedFile) throws(ModelFileError) -> Range<Int> {
    guard file.count >= 8 else {
      let what = "the file has \(file.count) bytes, fewer than the 8 of the header's length"
      throw ModelFileError(.malformed(what), path: file.path, offset: 0)
    }
    let length = file.withBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(min(longestHeader, file.count - 8)) else {
      let what = "the header has \(length) bytes; the file has \(file.count - 8) after its length"
      throw ModelFileError(.malformed(what), path: file.path, offset: 0)
    }
    return 8..<8 + Int(length)
  }

  private static func entries(header: Range<Int>, of file: MappedFile) throws(ModelFileError) -> [Entry] {
    let bytes = file.withBytes { [UInt8]($0[header]) }
    let value: JSONValue
    do throws(JSONParseError) {
      value = try JSONValue.parse(bytes, limits: JSONLimits(bytes: longestHeader))
    } catch {
      throw ModelFileError(.malformed("the header is not JSON: \(error)"), path: file.path, offset: 8 + error.offset)
    }
    do throws(JSONFieldError) {
      let object = try JSONField(value, path: "header").object()
      guard topLevelMembers(of: bytes) == object.count else {
        throw JSONFieldError(path: "header", expected: "a name for each tensor", found: "one name twice")
      }
      var entries: [Entry] = []
      for name in object.keys where name != "__metadata__" {
        entries.append(
          try entry(JSONField(object[name], path: "header['\(name)']"), name: name, data: header.upperBound))
      }
      return entries
    } catch {
      throw ModelFileError(error, file: file.path)
    }
  }

  private static func entry(_ field: JSONField, name: String, data: Int) throws(JSONFieldError) -> Entry {
    var shape: [Int] = []
    for dimension in try field["shape"].array() {
      shape.append(try dimension.int(in: 0...Int(Int32.max)))
    }
    let offsets = try field["data_offsets"].array()
    guard offsets.count == 2 else {
      throw JSONFieldError(path: field["data_offsets"].path, expected: "2 offsets", found: "\(offsets.count)")
    }
    let start = try offsets[0].int(in: 0...(Int.max - data))
    let end = try offsets[1].int(in: start...(Int.max - data))
    return Entry(name: name, type: try field["dtype"].string(), shape: shape, byteRange: data + start..<data + end)
  }

  /// How many members the outermost object of valid JSON text has, repeated names counted: its colons outside strings.
  private static func topLevelMembers(of text: [UInt8]) -> Int {
    var (depth, members, inString, escaped) = (0, 0, false, false)
    for byte in text {
      if inString {
        inString = escaped || byte != UInt8(ascii: "\"")
        escaped = !escaped && byte == UInt8(ascii: "\\")
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): inString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ":") where depth == 1: members += 1
      default: break
      }
    }
    return members
  }

  /// The format asks that the tensors cover the data from end to end, so that nothing can hide between them.
  private static func checkTiling(_ entries: [Entry], data: Range<Int>, file: MappedFile) throws(ModelFileError) {
    func fail(_ what: String, at offset: Int) -> ModelFileError {
      ModelFileError(.malformed(what), path: file.path, offset: offset)
    }
    var end = data.lowerBound
    var before = "the header"
    let inOrder = entries.sorted {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
    }
    for entry in inOrder {
      let range = entry.byteRange
      guard range.lowerBound >= end else { throw fail("'\(entry.name)' overlaps '\(before)'", at: range.lowerBound) }
      guard range.lowerBound == end else {
        throw fail("\(range.lowerBound - end) unused bytes before '\(entry.name)'", at: end)
      }
      guard range.upperBound <= data.upperBound else {
        throw fail("'\(entry.name)' ends at byte \(range.upperBound) of a file of \(file.count) bytes", at: end)
      }
      end = range.upperBound
      before = entry.name
    }
    guard end == data.upperBound else {
      throw fail("\(data.upperBound - end) unused bytes after the last tensor", at: end)
    }
  }
}
