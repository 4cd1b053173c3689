import AkinCollections
import AkinProtocol
import JSONRPC

extension SearchMetadata {
  init(_ value: MetadataValue) {
    switch value {
    case .string(let value): self = .string(value)
    case .number(let value): self = .number(value)
    case .bool(let value): self = .bool(value)
    }
  }
}

extension TextRange {
  /// A stored span in the units of a session.
  init(_ span: TextSpan, in encoding: PositionEncodingKind) {
    self.init(start: TextPosition(span.start, in: encoding), end: TextPosition(span.end, in: encoding))
  }
}

extension TextPosition {
  init(_ place: TextPlace, in encoding: PositionEncodingKind) {
    switch encoding {
    case .utf8: self.init(line: place.line, character: place.utf8)
    case .utf16: self.init(line: place.line, character: place.utf16)
    case .utf32: self.init(line: place.line, character: place.scalars)
    }
  }
}

extension IndexStatusMethod.Result {
  /// What `index/status` tells of a collection; nil where the stored name is none of the protocol's.
  /// - Parameter openDocuments: its documents that clients have open.
  public init?(_ collection: any CollectionStorage, openDocuments: Int) async throws(CollectionError) {
    let status = try await collection.status()
    guard let summary = IndexListMethod.Collection(status) else { return nil }
    self.init(
      collection: summary, precision: status.space.precision, dimensions: status.space.dimensions,
      isIndexing: await collection.isIndexing(), openDocuments: openDocuments,
      graph: try await collection.graphStatus().map(IndexStatusMethod.Graph.init))
  }
}

extension IndexStatusMethod.Graph {
  /// What is known of a graph.
  init(_ status: GraphStatus) {
    self.init(
      vectors: status.vectors, linked: status.linked, recall: status.recall, problem: status.problem?.description)
  }
}

extension IndexListMethod.Collection {
  /// What `index/list` tells of a collection; nil where the stored name is none of the protocol's.
  public init?(_ status: CollectionStatus) {
    guard let name = CollectionName(status.name) else { return nil }
    self.init(
      name: name, folder: status.folder, model: status.space.model, documents: status.documents,
      chunks: status.chunks, pending: status.pending, bytes: status.bytes,
      updatedAt: Timestamp.text(secondsSince1970: status.updated))
  }
}

/// ISO 8601 in UTC.
enum Timestamp {
  /// `2026-01-31T23:59:59Z`
  static func text(secondsSince1970 seconds: Int) -> String {
    let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let time = seconds - day * 86_400
    let (year, month, date) = civil(day)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(date))T\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))Z"
  }

  /// The date of a day counted from 1970-01-01, in the Gregorian calendar: eras of 400 years that begin in March, so that
  /// a leap day is the last of a year.
  private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension ResponseError {
  /// What a stored collection refused.
  init(_ error: CollectionError, _ call: Call) {
    switch error.kind {
    case .unknown(let name):
      let isFolder = call.parameters["folder"].isPresent && !call.parameters["collection"].isPresent
      self.init(
        akin: .collectionUnknown, path: call.path(isFolder ? "folder" : "collection"),
        expected: "a collection that is stored", found: "\"\(name.prefix(200))\"")
    case .busy: self.init(akin: .collectionBusy, error.description)
    case .damaged, .newerVersion: self.init(akin: .collectionDamaged, error.description)
    case .storageFailed: self.init(akin: .storageFailed, error.description)
    case .otherSpace: self.init(akin: .collectionModel, error.description)
    case .cancelled: self = .cancelled
    case .invalid(let parameter, let expected, let found):
      self.init(akin: .invalidParams, path: call.path(parameter), expected: expected, found: found)
    }
  }
}
