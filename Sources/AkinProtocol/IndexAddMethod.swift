import Documents
import JSON

/// `index/add`: documents, or all of a folder, are put in a collection. What is unchanged is left alone.
public enum IndexAddMethod: RequestMethod {
  /// `index/add`
  public static let name = "index/add"

  /// A document to be stored.
  public struct Document: ProtocolValue {
    /// What it is stored under; a document with the same key is replaced.
    public var key: DocumentKey
    /// What is searched.
    public var text: String
    /// The language of the text or program, such as `swift`; nil where it is not known.
    public var language: String?
    /// What a filter looks at.
    public var metadata: [String: SearchMetadata]
    /// The text's vector, made before by the model of ``Parameters/fingerprint``: the text is stored whole and not embedded.
    public var vector: [Float]?

    private static let names = ["id", "uri", "text", "language", "metadata", "vector"]

    /// A document of `text`.
    public init(
      key: DocumentKey, text: String, language: String? = nil, metadata: [String: SearchMetadata] = [:],
      vector: [Float]? = nil
    ) {
      self.key = key
      self.text = text
      self.language = language
      self.metadata = metadata
      self.vector = vector
    }

    /// Reads an object with `text`, with `id` or `uri`, and maybe `language`, `metadata` and `vector`.
    public init(_ field: JSONField) throws(JSONFieldError) {
      try field.allowOnly(Self.names)
      key = try DocumentKey(memberOf: field)
      text = try field["text"].string()
      language = try field["language"].optionalString()
      metadata = try SearchMetadata.object(field["metadata"])
      vector = try field["vector"].optional(TextOrVector.vector)
    }

    /// The document as an object.
    public var json: JSONValue {
      var object = JSONObject()
      object[key.member.name] = key.member.value
      object["text"] = .string(text)
      if let language { object["language"] = .string(language) }
      if !metadata.isEmpty { object["metadata"] = SearchMetadata.json(metadata) }
      if let vector { object["vector"] = .float32s(vector) }
      return .object(object)
    }
  }

  /// What is put into a collection.
  public enum Source: Sendable, Equatable {
    /// These documents.
    case documents([Document])
    /// Every text file of this folder that its ignore files let through; the collection then holds no others.
    case folder(CollectionName)
  }

  /// Which documents, and where to.
  public struct Parameters: ProtocolParameters {
    /// Where the documents are put; the folder's own collection unless named.
    public var collection: CollectionName
    /// What is put there.
    public var source: Source
    /// Of the model that made the documents' vectors, as `model/info` tells it; nil where none has one.
    public var fingerprint: String?
    /// Asks for progress under this token.
    public var workDoneToken: ProgressToken?

    /// The names of the parameters.
    public static let names = ["collection", "documents", "fingerprint", "folder", "workDoneToken"]

    /// Documents for a collection, with `fingerprint` where some of them have a vector.
    public init(collection: CollectionName, documents: [Document], fingerprint: String? = nil) {
      self.collection = collection
      self.fingerprint = fingerprint
      source = .documents(documents)
    }

    /// A folder for its own collection.
    public init(folder: CollectionName) {
      collection = folder
      source = .folder(folder)
    }

    /// - Throws: also where neither or both of `documents` and `folder` are given, and where vectors have no fingerprint.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      let documents = field["documents"]
      let folder = field["folder"]
      switch (documents.isPresent, folder.isPresent) {
      case (true, false):
        collection = try CollectionName(field["collection"])
        let read = try documents.list(Document.init)
        source = .documents(read)
        fingerprint = try field["fingerprint"].optionalString()
        if fingerprint == nil, read.contains(where: { $0.vector != nil }) {
          throw field["fingerprint"].mismatch("the fingerprint of the model that made the vectors, from model/info")
        }
      case (false, true):
        let path = try CollectionName.folder(folder)
        collection = try field["collection"].optional(CollectionName.init) ?? path
        source = .folder(path)
        if field["fingerprint"].isPresent { throw field["fingerprint"].mismatch("none with folder") }
      case (true, true): throw folder.mismatch("either documents or folder", found: "both")
      case (false, false): throw documents.mismatch("an array of documents, or else folder")
      }
      workDoneToken = try ProgressToken.optional(field)
    }

    /// The parameters that differ from their defaults.
    public var json: JSONValue {
      var object = JSONObject()
      switch source {
      case .documents(let documents):
        object["collection"] = collection.json
        object["documents"] = .array(documents.map(\.json))
        if let fingerprint { object["fingerprint"] = .string(fingerprint) }
      case .folder(let folder):
        if collection != folder { object["collection"] = collection.json }
        object["folder"] = folder.json
      }
      if let workDoneToken { object["workDoneToken"] = workDoneToken.json }
      return .object(object)
    }
  }

  /// What has changed, in documents, and what the collection holds now.
  public struct Result: ProtocolValue {
    /// The collection's name.
    public var collection: CollectionName
    /// Documents that are new.
    public var added = 0
    /// Documents whose text, language or metadata is another.
    public var updated = 0
    /// Documents that were there as they are.
    public var unchanged = 0
    /// Documents of the folder that are there no more.
    public var removed = 0
    /// Files that are no text, or too large.
    public var skipped = 0
    /// Chunks in the collection now.
    public var chunks = 0
    /// Chunks that had to be embedded.
    public var embedded = 0
    /// What a person should know of the files that were left out, in sentences, such as which package would open them.
    public var notes: [String] = []
    /// The folder that the index was made of, where it was found by this one's files: the folder has been moved.
    public var movedFrom: String?

    private static let members: [(name: String, path: WritableKeyPath<Result, Int> & Sendable)] = [
      ("added", \.added), ("updated", \.updated), ("unchanged", \.unchanged), ("removed", \.removed),
      ("skipped", \.skipped), ("chunks", \.chunks), ("embedded", \.embedded),
    ]

    /// Nothing has changed.
    public init(collection: CollectionName) {
      self.collection = collection
    }

    /// Reads a result, of which all counts must be there.
    public init(_ field: JSONField) throws(JSONFieldError) {
      collection = try CollectionName(field["collection"])
      for member in Self.members { self[keyPath: member.path] = try field[member.name].int(in: 0...Int.max) }
      notes = try field["notes"].ifPresent?.strings() ?? []
      movedFrom = try field["movedFrom"].optionalString()
    }

    /// The result as an object.
    public var json: JSONValue {
      var object: JSONObject = ["collection": collection.json]
      for member in Self.members { object[member.name] = .integer(Int64(self[keyPath: member.path])) }
      if !notes.isEmpty { object["notes"] = .array(notes.map { .string($0) }) }
      object["movedFrom"] = movedFrom.map { .string($0) }
      return .object(object)
    }
  }
}
