import Encoder
import JSON

/// Where what stands in a pack's file, of which all follows from the header:
///
///     "akinpack"                                   8 bytes
///     version, bytes of the header                 two uint32
///     header                                       JSON, blanks up to a multiple of 8
///     texts: hashes, ascending                     16 bytes each
///            vectors                               float32 [texts, dimensions]
///     places: hashes, ascending                    16 bytes each
///             scales                               float32
///             codes                                int8 [places, dimensions]
///     where the header has textBytes:
///            ends of the texts, then of the places uint64
///            the texts, then the places            UTF-8
///     SHA-256 of all of it                         32 bytes
///
/// All numbers are little-endian. Nothing in it depends on where, when or by whom it was made.
struct PackLayout {
  static let magic = Array("akinpack".utf8)
  static let version = 1
  static let hashBytes = 16
  static let digestBytes = 32
  static let longestHeader = 1 << 16
  /// What vectors are computed by; see ``Arithmetic``.
  static let arithmetic = Arithmetic.version

  let space: VectorSpace
  let arithmetic: String
  let texts: Int
  let places: Int
  /// Bytes of all texts; nil where it holds none.
  let textBytes: Int?
  /// Bytes before the first hash.
  let start: Int

  init(space: VectorSpace, texts: Int, places: Int, textBytes: Int?) {
    (self.space, self.texts, self.places, self.textBytes) = (space, texts, places, textBytes)
    arithmetic = Self.arithmetic
    start = 16 + Self.header(space, Self.arithmetic, texts, places, textBytes).count
  }

  var textHashes: Int { start }
  var vectors: Int { textHashes + texts * Self.hashBytes }
  var placeHashes: Int { vectors + texts * space.dimensions * 4 }
  var scales: Int { placeHashes + places * Self.hashBytes }
  var codes: Int { scales + places * 4 }
  /// Multiples of 8, so that numbers are where they are read quickly.
  var textEnds: Int { (codes + places * space.dimensions + 7) & ~7 }
  var textStart: Int { textEnds + (textBytes == nil ? 0 : (texts + places) * 8) }
  var digest: Int { textStart + (textBytes ?? 0) }
  var bytes: Int { digest + Self.digestBytes }

  // MARK: The header

  /// The first bytes of the file.
  var head: [UInt8] {
    let header = Self.header(space, arithmetic, texts, places, textBytes)
    return Self.magic + Self.bytes(UInt32(Self.version)) + Self.bytes(UInt32(header.count)) + header
  }

  private static func bytes(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }

  private static func header(
    _ space: VectorSpace, _ arithmetic: String, _ texts: Int, _ places: Int, _ textBytes: Int?
  ) -> [UInt8] {
    var object: JSONObject = [
      "model": .string(space.model), "fingerprint": .string(space.fingerprint), "precision": .string(space.precision),
      "prompt": .string(space.prompt), "dimensions": .integer(Int64(space.dimensions)),
      "arithmetic": .string(arithmetic), "texts": .integer(Int64(texts)), "places": .integer(Int64(places)),
    ]
    if let textBytes { object["textBytes"] = .integer(Int64(textBytes)) }
    let bytes = JSONValue.object(object).serialized()
    return bytes + [UInt8](repeating: UInt8(ascii: " "), count: (8 - bytes.count % 8) % 8)
  }

  /// Reads the first bytes of a file.
  /// - Parameters:
  ///   - head: at least the header, where the file has one.
  ///   - path: for errors.
  init(head: [UInt8], path: String) throws(PackError) {
    if head.starts(with: "version https://git-lfs".utf8) { throw PackError(.pointer, path: path) }
    guard head.starts(with: Self.magic) else {
      throw PackError(.notAPack(head.count < 16 ? "it is too short for one" : "it begins in another way"), path: path)
    }
    guard head.count >= 16 else { throw PackError(.wrongLength(expected: 16, found: head.count), path: path) }
    let version = Int(Self.number(head[8..<12])), length = Int(Self.number(head[12..<16]))
    guard version == Self.version else { throw PackError(.otherFormat(found: version), path: path) }
    guard length <= Self.longestHeader else {
      throw PackError(.damaged("its header of \(length) bytes is longer than any"), path: path)
    }
    guard head.count >= 16 + length else {
      throw PackError(.wrongLength(expected: 16 + length, found: head.count), path: path)
    }
    do {
      let field = JSONField(try JSONValue.parse(Array(head[16..<16 + length])), path: "header")
      space = VectorSpace(
        model: try field["model"].string(), fingerprint: try field["fingerprint"].string(),
        precision: try field["precision"].string(), prompt: try field["prompt"].string(),
        dimensions: try field["dimensions"].int(in: 1...ByteVectors.maxDimensions))
      arithmetic = try field["arithmetic"].string()
      texts = try field["texts"].int(in: 0...1 << 32)
      places = try field["places"].int(in: 0...1 << 32)
      textBytes = try field["textBytes"].ifPresent?.int(in: 0...1 << 48)
    } catch {
      throw PackError(.damaged("\(error)"), path: path)
    }
    start = 16 + length
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
