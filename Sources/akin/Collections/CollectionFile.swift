import AkinCollections
import Documents
import Encoder
import JSON

/// A collection as JSON lines, for `akin collections export` and `import`: a line that tells what the vectors are of, which
/// files take part and which were left out for what is in them, then a document a line, with its chunks, their vectors and those
/// of their places. What is imported is the same collection: exported again it is the same bytes.
enum CollectionFile {
  /// The value of `format` in the first line. In files of the first, documents do not tell whether they are files; in those of
  /// the second, what is not of documents is missing.
  static let format = "akin-collection-3"
  private static let firstFormat = "akin-collection-1", secondFormat = "akin-collection-2"

  /// - Parameters:
  ///   - documents: how many follow.
  ///   - unread: files that were left out.
  static func header(
    _ collection: any CollectionStorage, documents: Int, settings: FolderSettings, unread: [String: UnreadFile]
  ) -> JSONValue {
    let space = collection.space
    var object: JSONObject = ["format": .string(format), "name": .string(collection.name)]
    if let folder = collection.folder { object["folder"] = .string(folder) }
    object["model"] = .string(space.model)
    object["fingerprint"] = .string(space.fingerprint)
    object["precision"] = .string(space.precision)
    object["prompt"] = .string(space.prompt)
    object["dimensions"] = .integer(Int64(space.dimensions))
    object["documents"] = .integer(Int64(documents))
    if settings != FolderSettings() {
      object["settings"] = [
        "hidden": .bool(settings.takesHidden), "ignored": .bool(settings.takesIgnored),
        "largest": .integer(Int64(settings.largestFile)),
      ]
    }
    let told = unread.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.compactMap { path, file in
      file.reason.stored.map { reason -> JSONValue in
        // Of a file system the size is the machine's number, which is nobody's business.
        let size = file.reason == .notMounted ? 0 : file.size
        return [
          "path": .string(path), "size": .integer(Int64(size)), "stamp": .integer(Int64(file.stamp)),
          "reason": .string(reason),
        ]
      }
    }
    if !told.isEmpty {
      object["policy"] = .integer(Int64(UnreadFile.policy))
      object["unread"] = .array(told)
    }
    return .object(object)
  }

  /// The first line.
  struct Header {
    let name: String
    let folder: String?
    let space: VectorSpace
    /// Whether documents tell of their files.
    let tellsFiles: Bool
    /// How many documents follow; nil where that is not told.
    let documents: Int?
    let settings: FolderSettings
    let unread: [String: UnreadFile]
  }

  /// Reads the first line.
  static func header(_ field: JSONField) throws(JSONFieldError) -> Header {
    let written = try field["format"].string()
    guard [format, secondFormat, firstFormat].contains(written) else {
      // A version that is not known yet.
      throw field["format"].mismatch("\"\(format)\", as this version of Akin writes it, or an earlier one")
    }
    let space = VectorSpace(
      model: try field["model"].string(), fingerprint: try field["fingerprint"].string(),
      precision: try field["precision"].string(), prompt: try field["prompt"].string(),
      dimensions: try field["dimensions"].int(in: 1...1 << 20))
    return Header(
      name: try field["name"].string(), folder: field["folder"].isPresent ? try field["folder"].string() : nil,
      space: space, tellsFiles: written != firstFormat,
      documents: written == format ? try field["documents"].int(in: 0...Int.max) : nil,
      settings: try settings(field["settings"]), unread: try unread(field))
  }

  private static func settings(_ field: JSONField) throws(JSONFieldError) -> FolderSettings {
    var settings = FolderSettings()
    guard field.isPresent else { return settings }
    settings.takesHidden = try field["hidden"].bool()
    settings.takesIgnored = try field["ignored"].bool()
    settings.largestFile = try field["largest"].int(in: 1...1 << 40)
    return settings
  }

  /// What was left out by the rules of this version; by others' it is looked at again.
  private static func unread(_ header: JSONField) throws(JSONFieldError) -> [String: UnreadFile] {
    guard header["unread"].isPresent, try header["policy"].int() == UnreadFile.policy else { return [:] }
    var files: [String: UnreadFile] = [:]
    for file in try header["unread"].array() {
      guard let reason = SkipReason(stored: try file["reason"].string()) else { continue }
      files[try file["path"].string()] = UnreadFile(
        size: try file["size"].int(in: 0...Int.max), stamp: try file["stamp"].int(), reason: reason)
    }
    return files
  }

  // MARK: Documents

  /// A document's line.
  /// - Parameters:
  ///   - vectors: of its chunks.
  ///   - places: vectors of their places.
  static func document(
    _ document: StoredDocument, vectors: [TextHash: [Float]], places: [TextHash: QuantizedVector]
  ) -> JSONValue {
    var object = JSONObject()
    switch document.key {
    case .id(let id): object["id"] = .string(id)
    case .uri(let uri): object["uri"] = .string(uri)
    }
    if let path = document.path { object["path"] = .string(path) }
    if let language = document.language { object["language"] = .string(language) }
    if !document.metadata.isEmpty {
      var metadata = JSONObject()
      for (key, value) in document.metadata.sorted(by: { $0.key < $1.key }) { metadata[key] = json(value) }
      object["metadata"] = .object(metadata)
    }
    if let file = document.file {
      var state: JSONObject = ["size": .integer(Int64(file.size)), "hash": .string(file.contentHash.hexadecimal)]
      if let modified = file.stamp { state["modified"] = .integer(Int64(modified)) }
      object["file"] = .object(state)
    }
    object["chunks"] = .array(document.chunks.map { chunk($0, vector: vectors[$0.textHash] ?? []) })
    var told: Set<TextHash> = []
    let hashes = document.chunks.compactMap { $0.placeHash(path: document.path) }.filter { told.insert($0).inserted }
    let held = hashes.compactMap { hash in places[hash].map { place(hash, $0) } }
    if !held.isEmpty { object["places"] = .array(held) }
    return .object(object)
  }

  private static func place(_ hash: TextHash, _ vector: QuantizedVector) -> JSONValue {
    [
      "hash": .string(hash.hexadecimal), "scale": .serialized(Array("\(vector.scale)".utf8)),
      "codes": .array(vector.codes.map { .integer(Int64($0)) }),
    ]
  }

  /// Reads the vectors of a document's places.
  private static func places(
    _ field: JSONField, _ dimensions: Int
  ) throws(JSONFieldError) -> [TextHash: QuantizedVector] {
    guard field.isPresent else { return [:] }
    var places: [TextHash: QuantizedVector] = [:]
    for place in try field.array() {
      guard let hash = TextHash(hexadecimal: try place["hash"].string()) else {
        throw place["hash"].mismatch("32 hexadecimal digits")
      }
      var codes: [Int8] = []
      for code in try place["codes"].array() { codes.append(Int8(try code.int(in: -127...127))) }
      guard codes.count == dimensions else { throw place["codes"].mismatch("\(dimensions) numbers") }
      let scale = Float(try place["scale"].double())
      guard scale.isFinite, scale >= 0 else { throw place["scale"].mismatch("a finite number of at least 0") }
      places[hash] = QuantizedVector(codes: codes, scale: scale)
    }
    return places
  }

  private static func json(_ value: MetadataValue) -> JSONValue {
    switch value {
    case .string(let text): .string(text)
    case .number(let number): .number(number)
    case .bool(let bool): .bool(bool)
    }
  }

  private static func chunk(_ chunk: DocumentChunk, vector: [Float]) -> JSONValue {
    var object: JSONObject = ["span": .array(chunk.span.numbers.map { .integer(Int64($0)) })]
    if let heading = chunk.heading { object["heading"] = .string(heading) }
    if let symbol = chunk.symbol { object["symbol"] = .string(symbol) }
    if let kind = chunk.symbolKind { object["symbolKind"] = .integer(Int64(kind)) }
    if let places = chunk.places { object["location"] = .string(places.stored) }
    if !chunk.lead.isEmpty { object["lead"] = .string(chunk.lead) }
    object["text"] = .string(chunk.text)
    // The shortest digits of each float32, which read as the same bits.
    object["vector"] = .array(vector.map { .serialized(Array("\($0)".utf8)) })
    return .object(object)
  }

  /// Reads a document's line into changes, with its vectors and those of its places.
  static func read(
    _ field: JSONField, in header: Header, into changes: inout CollectionChanges
  ) throws(JSONFieldError) {
    changes.placeVectors.merge(try places(field["places"], header.space.dimensions)) { first, _ in first }
    changes.documents.append(try document(field, in: header, vectors: &changes.vectors))
  }

  private static func document(
    _ field: JSONField, in header: Header, vectors: inout [TextHash: [Float]]
  ) throws(JSONFieldError) -> StoredDocument {
    let key: DocumentKey
    if field["id"].isPresent { key = .id(try field["id"].string()) } else { key = .uri(try field["uri"].string()) }
    var metadata: [String: MetadataValue] = [:]
    if field["metadata"].isPresent {
      for name in try field["metadata"].object().keys { metadata[name] = try value(field["metadata"][name]) }
    }
    var chunks: [DocumentChunk] = []
    for entry in try field["chunks"].array() {
      let chunk = try chunk(entry)
      var vector: [Float] = []
      for number in try entry["vector"].array() { vector.append(Float(try number.double())) }
      // A text that waits for its vector has none.
      if !vector.isEmpty { vectors[chunk.textHash] = vector }
      chunks.append(chunk)
    }
    let path = field["path"].isPresent ? try field["path"].string() : nil
    var state = try file(field["file"])
    if state == nil, !header.tellsFiles, header.folder != nil, let path, !path.hasPrefix("/"), metadata.isEmpty {
      // The next update looks whether the file is still there, and what is in it.
      state = FileState(size: -1, stamp: nil, contentHash: TextHash(""))
    }
    return StoredDocument(
      key: key, path: path, file: state,
      language: field["language"].isPresent ? try field["language"].string() : nil, metadata: metadata, chunks: chunks)
  }

  /// What tells whether the file is the one that was indexed; absent in files that were exported before it was kept.
  private static func file(_ field: JSONField) throws(JSONFieldError) -> FileState? {
    guard field.isPresent else { return nil }
    guard let hash = TextHash(hexadecimal: try field["hash"].string()) else {
      throw field["hash"].mismatch("32 hexadecimal digits")
    }
    return FileState(
      size: try field["size"].int(in: -1...Int.max),
      stamp: field["modified"].isPresent ? try field["modified"].int(in: Int.min...Int.max) : nil, contentHash: hash)
  }

  private static func value(_ field: JSONField) throws(JSONFieldError) -> MetadataValue {
    switch field.value {
    case .string(let text)?: .string(text)
    case .bool(let bool)?: .bool(bool)
    default: .number(try field.double())
    }
  }

  private static func chunk(_ field: JSONField) throws(JSONFieldError) -> DocumentChunk {
    let span = field["span"]
    var numbers: [Int] = []
    for number in try span.array() { numbers.append(try number.int(in: 0...Int.max)) }
    let text = try field["text"].string()
    guard let place = TextSpan(numbers: numbers), place.bytes.count == text.utf8.count else {
      throw span.mismatch("12 numbers of a text's size, ends not before starts, and the bytes of the text")
    }
    func optional(_ name: String) throws(JSONFieldError) -> String? {
      field[name].isPresent ? try field[name].string() : nil
    }
    var chunk = DocumentChunk(
      span: place, text: text, heading: try optional("heading"), symbol: try optional("symbol"),
      symbolKind: field["symbolKind"].isPresent ? try field["symbolKind"].int(in: 1...26) : nil,
      lead: try optional("lead") ?? "")
    chunk.places = try optional("location").flatMap(LinePlaces.init(stored:))
    return chunk
  }
}
