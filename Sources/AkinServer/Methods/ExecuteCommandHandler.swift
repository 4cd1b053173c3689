import AkinCollections
import AkinProtocol
import JSON
import JSONRPC

/// `workspace/executeCommand`
struct ExecuteCommandHandler: MethodHandler {
  typealias Method = ExecuteCommandMethod
  /// Places that a person is told of where none can be chosen.
  private static let told = 5

  func answer(
    _ parameters: ExecuteCommandMethod.Parameters, _ call: Call
  ) async throws -> ExecuteCommandMethod.Result {
    switch parameters.command {
    case .index:
      let folders = try await roots(call)
      for folder in folders {
        FolderIndexing(folder: folder, services: call.services, session: call.session).start(call.context)
      }
      return ExecuteCommandMethod.Result(value: .array(folders.map { .string($0) }))
    case .cancel:
      let count = call.services.collections.works.cancel(in: Set(try await roots(call)))
      return ExecuteCommandMethod.Result(value: .integer(Int64(count)))
    case .status: return ExecuteCommandMethod.Result(value: .array(try await status(call)))
    case .similar: return ExecuteCommandMethod.Result(value: .array(try await similar(call)))
    }
  }

  // MARK: Folders

  /// The roots of the scopes of the folders that are named, or of those of the session that are not vast.
  private func roots(_ call: Call) async throws -> [String] {
    let named = try named(call)
    var roots: [String] = []
    for (index, folder) in (named.isEmpty ? call.folders : named).enumerated() {
      let place = await IndexedFolder(folder.stored(), store: call.services.collections.store)
      guard let place, !place.isVast else {
        // Of those of the session another may do.
        if named.isEmpty { continue }
        throw ResponseError(
          akin: .invalidParams, path: "\(call.path("arguments"))[\(index)]",
          expected: "a folder that is there and not a whole disk or home, or one that 'akin index' has indexed",
          found: "\(folder.text.prefix(200))")
      }
      if !roots.contains(place.root) { roots.append(place.root) }
    }
    guard !roots.isEmpty else {
      throw ResponseError(
        akin: .invalidParams, path: call.path("arguments"),
        expected: "folders, since the session has none that is no whole disk or home", found: "none")
    }
    return roots
  }

  private func named(_ call: Call) throws -> [CollectionName] {
    let arguments = call.parameters["arguments"]
    guard arguments.isPresent else { return [] }
    do throws(JSONFieldError) {
      return try arguments.array().map { argument throws(JSONFieldError) in
        guard let folder = CollectionName(folder: try argument.string()) else {
          throw argument.mismatch("an absolute path or a file: URI of a folder")
        }
        return folder
      }
    } catch {
      throw ResponseError(invalid: error)
    }
  }

  private func status(_ call: Call) async throws -> [JSONValue] {
    let collections = call.services.collections
    var values: [JSONValue] = []
    var lines: [String] = []
    for folder in try await roots(call) {
      let name = folder.split(separator: "/").last.map(String.init) ?? folder
      let now = collections.works.isAsked(folder) ? ", being indexed" : ""
      guard await collections.store.has(folder) else {
        values.append(["folder": .string(folder), "documents": 0])
        lines.append("\(name) is not indexed\(now)")
        continue
      }
      let collection = try await collections.store.open(folder)
      let open = collections.openKeys(under: folder).count
      guard let status = try await IndexStatusMethod.Result(collection, openDocuments: open) else { continue }
      values.append(status.json)
      lines.append("\(name): \(status.collection.documents) documents, \(status.collection.chunks) chunks\(now)")
    }
    tell(lines.joined(separator: "; "), call)
    return values
  }

  private func tell(_ message: String, _ call: Call) {
    call.context.notify(
      ShowMessageNotification.name, LogMessageNotification.Parameters(severity: .info, message: message).json)
  }

  // MARK: Similar passages

  /// The places that are like a part of a document. A client that can show documents is given a choice of the best, another one
  /// their names.
  private func similar(_ call: Call) async throws -> [JSONValue] {
    let arguments = call.parameters["arguments"]
    let uri: String
    let range: TextRange
    do throws(JSONFieldError) {
      let items = try arguments.array()
      guard items.count == 2 else { throw arguments.mismatch("a document's URI and a range") }
      uri = try items[0].string()
      range = try TextRange(items[1])
    } catch {
      throw ResponseError(invalid: error)
    }
    let places = SimilarPlaces(call)
    guard let hits = try await places.like(uri, lines: range.lines) else {
      tell("Akin has nothing indexed of \(uri.split(separator: "/").last ?? "this document")", call)
      return []
    }
    if hits.isEmpty {
      tell("Akin finds nothing similar", call)
    } else if call.session.showsDocuments {
      try await places.offer(hits)
    } else {
      // Short enough for the last line of an editor.
      tell("Similar: " + hits.prefix(Self.told).map(places.place).joined(separator: ", "), call)
    }
    return hits.compactMap(places.location)
  }
}
