import AkinProtocol
import JSON
import JSONRPC

/// Decides in order, answers concurrently.
final class ServerHandler: RPCHandler {
  let session = Session()
  private let watch: ParentWatch
  /// Files that the next search waits for.
  private static let rereadCount = 100
  private let calls: MethodCalls

  var services: Services { calls.services }
  private var spellings: Spellings { calls.spellings }
  /// This session among those of the process.
  var number: Int { calls.number }

  init(_ services: Services, watch: ParentWatch) {
    self.watch = watch
    calls = MethodCalls(services)
  }

  /// The lifecycle, whose messages take effect in the order of their arrival.
  func admit(_ request: RPCRequest) -> RPCAdmission {
    if request.method == CancelRequestNotification.name { return .cancel(request.params["id"]) }
    if request.method == ExitNotification.name { return .exit }
    if session.isShutDown {
      return .refuse(ResponseError(akin: .invalidRequest, "no request is accepted after shutdown"))
    }
    switch request.method {
    case InitializeMethod.name: return initialize(request)
    case DidChangeWatchedFilesNotification.name, DidRenameFilesNotification.name:
      reread(request)
      return request.isNotification && !session.folders.isEmpty ? .handle : .answer(.null)
    case InitializedNotification.name:
      // What follows needs the connection, and so a task.
      return request.isNotification && !session.folders.isEmpty ? .handle : .answer(.null)
    case DidChangeWorkspaceFoldersNotification.name: return changeFolders(request)
    case ShutdownMethod.name: return shutDown(request)
    case SetTraceNotification.name: return setTrace(request)
    case WorkDoneProgressCancelNotification.name: return cancelWork(request)
    case DidOpenTextDocumentNotification.name, DidChangeTextDocumentNotification.name,
      DidSaveTextDocumentNotification.name, DidCloseTextDocumentNotification.name:
      return follow(request)
    default: return calls.admit(request, folders: session.folders)
    }
  }

  private func initialize(_ request: RPCRequest) -> RPCAdmission {
    read(request) { (parameters: InitializeMethod.Parameters) in
      guard session.initialize(parameters) else {
        return .refuse(ResponseError(akin: .invalidRequest, "initialize has come before"))
      }
      if let process = parameters.processID { watch.start(Int32(process)) }
      services.log.write(.info, "initialize from \(parameters.clientName ?? "a client without a name")")
      var capabilities = ServerCapabilities()
      capabilities.positionEncoding = parameters.positionEncodings.map { Session.agreed($0) }
      capabilities.followsDocuments = true
      capabilities.findsSymbols = true
      capabilities.followsFolders = true
      capabilities.workDoneProgress = [
        EmbedMethod.name, SimilarityMethod.name, RerankMethod.name, SearchMethod.name, ClustersMethod.name,
        IndexAddMethod.name,
      ]
      capabilities.partialResults = [EmbedMethod.name, SearchMethod.name, WorkspaceSymbolMethod.name]
      capabilities.commands = ExecuteCommandMethod.Command.allCases.map(\.rawValue)
      capabilities.offersActions = true
      capabilities.offersHover = parameters.wantsHover
      capabilities.followsRenames = true
      for folder in parameters.folders { follow(folder) }
      return .answer(
        InitializeMethod.Result(
          capabilities: capabilities, serverName: "akin", serverVersion: services.options.version,
          limits: services.limits
        ).json)
    }
  }

  private func changeFolders(_ request: RPCRequest) -> RPCAdmission {
    read(request) { (parameters: DidChangeWorkspaceFoldersNotification.Parameters) in
      session.changeFolders(parameters)
      for folder in parameters.added { follow(folder) }
      let isNews = !parameters.added.isEmpty || !parameters.removed.isEmpty
      return request.isNotification && isNews ? .handle : .answer(.null)
    }
  }

  private func follow(_ folder: CollectionName) {
    let stored = folder.storedName
    services.collections.follow(stored)
    spellings.note(folder, stored: stored)
  }

  private func shutDown(_ request: RPCRequest) -> RPCAdmission {
    read(request) { (_: NoParameters) in
      if !request.isNotification { session.shutDown() }
      return .answer(NullResult().json)
    }
  }

  /// Ends work of which progress is shown: a request's, or what the server does in the background.
  private func cancelWork(_ request: RPCRequest) -> RPCAdmission {
    read(request) { (parameters: WorkDoneProgressCancelNotification.Parameters) in
      services.collections.works.cancel(parameters.token)
      return .cancelWork(token: parameters.token.json)
    }
  }

  private func setTrace(_ request: RPCRequest) -> RPCAdmission {
    read(request) { (parameters: SetTraceNotification.Parameters) in
      session.setTrace(parameters.value)
      return .answer(.null)
    }
  }

  /// Takes what a client tells of a document that it has open; that it cannot be read is answered where it was a request.
  private func follow(_ request: RPCRequest) -> RPCAdmission {
    let documents = services.collections.documents
    let admission: RPCAdmission
    switch request.method {
    case DidOpenTextDocumentNotification.name:
      admission = read(request) { (parameters: DidOpenTextDocumentNotification.Parameters) in
        spellings.note(parameters.uri, located: documents.open(parameters, session: number))
        return .answer(.null)
      }
    case DidChangeTextDocumentNotification.name:
      admission = read(request) { (parameters: DidChangeTextDocumentNotification.Parameters) in
        documents.change(parameters, session: number, encoding: session.positionEncoding)
        return .answer(.null)
      }
    case DidCloseTextDocumentNotification.name:
      admission = read(request) { (parameters: DidCloseTextDocumentNotification.Parameters) in
        documents.close(parameters.uri, session: number)
        return .answer(.null)
      }
    default:
      // What was saved is what was open.
      admission = read(request) { (_: DidSaveTextDocumentNotification.Parameters) in .answer(.null) }
    }
    services.collections.settleLater { [services] in services.engine.loaded }
    return admission
  }

  /// A search that comes next sees the files that are told of, where they are few; of many, the folders are brought up to date in the
  /// background.
  private func reread(_ request: RPCRequest) {
    let isRename = request.method == DidRenameFilesNotification.name
    let uris =
      isRename
      ? (try? DidRenameFilesNotification.Parameters(request.params))?.uris
      : (try? DidChangeWatchedFilesNotification.Parameters(request.params))?.uris
    guard let uris, uris.count <= Self.rereadCount else { return }
    services.collections.documents.reread(uris)
  }

  /// The session is over: what it has left open counts as closed.
  func end() {
    session.end()
    calls.end()
    services.followed.endAll(session: ObjectIdentifier(session))
  }

  func drop(_ request: RPCRequest) {
    calls.drop(request)
  }

  private func read<P: ProtocolValue>(_ request: RPCRequest, then decide: (P) -> RPCAdmission) -> RPCAdmission {
    do throws(JSONFieldError) {
      return decide(try P(request.params))
    } catch {
      return .refuse(ResponseError(invalid: error))
    }
  }

  func handle(_ request: RPCRequest, _ context: RPCContext) async throws -> JSONValue {
    switch request.method {
    case InitializedNotification.name:
      await refreshFolders(context)
      return .null
    case DidChangeWatchedFilesNotification.name:
      try await refreshFolders(of: DidChangeWatchedFilesNotification.Parameters(request.params), context)
      return .null
    case DidRenameFilesNotification.name:
      let renames = try DidRenameFilesNotification.Parameters(request.params)
      await refreshFolders(of: .init(uris: renames.uris), context)
      return .null
    case DidChangeWorkspaceFoldersNotification.name:
      try await refreshFolders(of: DidChangeWorkspaceFoldersNotification.Parameters(request.params), context)
      return .null
    default: break
    }
    return try await calls.answer(request, of: session, context) { isSuccess, milliseconds in
      guard session.trace != .off else { return }
      let outcome = isSuccess ? "answered" : "failed"
      let tenths = (milliseconds * 10).rounded() / 10
      context.notify(
        LogMessageNotification.name,
        LogMessageNotification.Parameters(
          severity: .log, message: "\(request.method) \(outcome) after \(tenths) ms"
        ).json)
    }
  }
}
