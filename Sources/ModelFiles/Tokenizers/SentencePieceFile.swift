import Tokenizers

/// A model of SentencePiece (`sentencepiece.bpe.model`, `spiece.model`, `tokenizer.model`): a message of Protocol Buffers, of
/// which only what a tokenizer needs is read.
struct SentencePieceFile {
  /// `ModelProto.SentencePiece.Type`
  enum PieceType: UInt64 {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  /// The names in sentencepiece_model.proto.
  enum ModelType: UInt64 {
    case unigram = 1
    case bpe, word, char
  }

  private(set) var pieces = TokenList()
  private(set) var scores: [Double] = []
  private(set) var types: [PieceType] = []
  private(set) var modelType = ModelType.unigram
  private(set) var byteFallback = false
  private(set) var unknownID = 0
  private(set) var characterMap: [UInt8] = []
  private(set) var addsPrefix = true
  private(set) var removesExtraSpaces = true

  /// Field numbers of sentencepiece_model.proto.
  private enum Field {
    static let piece: UInt64 = 1
    static let trainer: UInt64 = 2
    static let normalizer: UInt64 = 3
    static let pieceText: UInt64 = 1
    static let pieceScore: UInt64 = 2
    static let pieceType: UInt64 = 3
    static let modelType: UInt64 = 3
    static let byteFallback: UInt64 = 35
    static let unknownID: UInt64 = 40
    static let characterMap: UInt64 = 2
    static let addsPrefix: UInt64 = 3
    static let removesExtraSpaces: UInt64 = 4
  }

  /// - Throws: `malformed` with the offset.
  init(path: String) throws(ModelFileError) {
    let bytes = try MappedFile(path: path).withBytes { [UInt8]($0) }
    do throws(ProtobufError) {
      var reader = ProtobufReader(bytes)
      while let field = try reader.next() {
        switch field.number {
        case Field.piece: try readPiece(reader.message(field))
        case Field.trainer: try readTrainer(reader.message(field))
        case Field.normalizer: try readNormalizer(reader.message(field))
        default: break
        }
      }
    } catch {
      throw ModelFileError(.malformed("not a SentencePiece model: \(error.what)"), path: path, offset: error.offset)
    }
    guard !pieces.isEmpty, unknownID < pieces.count, pieces.firstInvalid == nil else {
      throw ModelFileError(
        .malformed("not a SentencePiece model: it has no pieces, or none that is unknown"), path: path)
    }
  }

  private mutating func readPiece(_ message: ProtobufReader) throws(ProtobufError) {
    var reader = message
    var text: [UInt8] = []
    var score: Float = 0
    var type = PieceType.normal
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (Field.pieceText, .bytes(let range)): text = Array(reader.bytes[range])
      case (Field.pieceScore, .fixed32(let bits)): score = Float(bitPattern: bits)
      case (Field.pieceType, .varint(let number)):
        guard let known = PieceType(rawValue: number) else { throw reader.error("a piece of type \(number)") }
        type = known
      default: break
      }
    }
    guard score.isFinite else { throw reader.error("a score that is no number") }
    pieces.append(text)
    scores.append(Double(score))
    types.append(type)
  }

  private mutating func readTrainer(_ message: ProtobufReader) throws(ProtobufError) {
    var reader = message
    while let field = try reader.next() {
      guard case .varint(let number) = field.value else { continue }
      switch field.number {
      case Field.modelType:
        guard let known = ModelType(rawValue: number) else { throw reader.error("a model of type \(number)") }
        modelType = known
      case Field.byteFallback: byteFallback = number != 0
      case Field.unknownID:
        unknownID = Int(clamping: Int64(bitPattern: number)).magnitude < 1 << 30 ? Int(number) : .max
      default: break
      }
    }
  }

  private mutating func readNormalizer(_ message: ProtobufReader) throws(ProtobufError) {
    var reader = message
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (Field.characterMap, .bytes(let range)): characterMap = Array(reader.bytes[range])
      case (Field.addsPrefix, .varint(let number)): addsPrefix = number != 0
      case (Field.removesExtraSpaces, .varint(let number)): removesExtraSpaces = number != 0
      default: break
      }
    }
  }
}

/// What is wrong with a message, and where.
struct ProtobufError: Error {
  let what: String
  let offset: Int
}

/// Reads the fields of a message of Protocol Buffers in their order; no length is trusted.
struct ProtobufReader {
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(Range<Int>)
    case fixed32(UInt32)
  }

  struct Field {
    let number: UInt64
    let value: Value
  }

  let bytes: [UInt8]
  private var offset: Int
  private let end: Int

  init(_ bytes: [UInt8]) {
    self.init(bytes, 0..<bytes.count)
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  func error(_ what: String) -> ProtobufError { ProtobufError(what: what, offset: offset) }

  /// The next field; nil at the end.
  mutating func next() throws(ProtobufError) -> Field? {
    guard offset < end else { return nil }
    let key = try varint()
    let number = key >> 3
    guard number > 0 else { throw error("a field without a number") }
    switch key & 7 {
    case 0: return Field(number: number, value: .varint(try varint()))
    case 1: return Field(number: number, value: .fixed64(try fixed(8)))
    case 2:
      let length = try varint()
      guard length <= UInt64(end - offset) else { throw error("a field longer than what is left") }
      defer { offset += Int(length) }
      return Field(number: number, value: .bytes(offset..<offset + Int(length)))
    case 5: return Field(number: number, value: .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    default: throw error("a field of the type \(key & 7)")
    }
  }

  /// The message that a field holds.
  func message(_ field: Field) throws(ProtobufError) -> ProtobufReader {
    guard case .bytes(let range) = field.value else { throw error("field \(field.number) is no message") }
    return ProtobufReader(bytes, range)
  }

  private mutating func varint() throws(ProtobufError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard offset < end else { throw error("the end inside a number") }
      let byte = bytes[offset]
      offset += 1
      value |= shift < 64 ? UInt64(byte & 0x7F) << shift : 0
      if byte < 0x80 { return value }
    }
    throw error("a number of more than ten bytes")
  }

  private mutating func fixed(_ count: Int) throws(ProtobufError) -> UInt64 {
    guard count <= end - offset else { throw error("the end inside a number") }
    defer { offset += count }
    return (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
  }
}
