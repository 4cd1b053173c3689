import AkinProtocol
import JSONRPC
import Synchronization

/// What a client has told the server so far. Written on the reader's thread, in the order of the messages; read by
/// requests from any task.
final class Session: Sendable {
  private struct State {
    var isInitialized = false
    var isShutDown = false
    var positionEncoding = PositionEncodingKind.utf32
    var trace = SetTraceNotification.Level.off
    var folders: [CollectionName] = []
    var showsProgress = false
    var watchesFiles = false
    var indexing = InitializeMethod.Indexing.never
    var showsDocuments = false
    /// Folders that the person was asked about.
    var askedFolders: Set<String> = []
    var isAskedToWatch = false
    var isOver = false
  }

  private let state = Mutex(State())

  var isShutDown: Bool { state.withLock { $0.isShutDown } }

  /// The unit of offsets for requests that name none.
  var positionEncoding: PositionEncodingKind { state.withLock { $0.positionEncoding } }

  var trace: SetTraceNotification.Level { state.withLock { $0.trace } }

  /// The folders that the client works in.
  var folders: [CollectionName] { state.withLock { $0.folders } }

  /// Whether the client shows the progress of work that it has not asked for.
  var showsProgress: Bool { state.withLock { $0.showsProgress } }

  /// Whether the client tells of files that change, once it is asked to.
  var watchesFiles: Bool { state.withLock { $0.watchesFiles } }

  /// Whether the client shows a document where the server asks for it.
  var showsDocuments: Bool { state.withLock { $0.showsDocuments } }

  /// Notes that a folder without a collection has come to the session.
  /// - Returns: what becomes of it; `never` where that has been asked before.
  func beginIndexing(_ folder: String) -> InitializeMethod.Indexing {
    state.withLock { $0.askedFolders.insert(folder).inserted ? $0.indexing : .never }
  }

  /// Has the client tell of files that change, once, where it can.
  func watch(_ context: RPCContext) {
    let isFirst = state.withLock { state in
      defer { state.isAskedToWatch = true }
      return state.watchesFiles && !state.isAskedToWatch
    }
    guard isFirst else { return }
    context.request(
      "akin/watch", RegisterCapabilityRequest.name, RegisterCapabilityRequest.watchedFiles(id: "akin/watch"))
  }

  /// Notes `initialize`.
  /// - Returns: false where there has been one.
  func initialize(_ parameters: InitializeMethod.Parameters) -> Bool {
    state.withLock { state in
      guard !state.isInitialized else { return false }
      state.isInitialized = true
      state.positionEncoding = Self.agreed(parameters.positionEncodings)
      state.trace = parameters.trace
      state.folders = parameters.folders
      state.showsProgress = parameters.showsProgress
      state.watchesFiles = parameters.watchesFiles
      state.indexing = parameters.indexing ?? (parameters.showsMessages ? .ask : .never)
      state.showsDocuments = parameters.showsDocuments
      return true
    }
  }

  /// Notes folders that the client works in from now on, and those that it has left.
  func changeFolders(_ parameters: DidChangeWorkspaceFoldersNotification.Parameters) {
    state.withLock { state in
      state.folders.removeAll { parameters.removed.contains($0) || parameters.added.contains($0) }
      state.folders += parameters.added
    }
  }

  /// The client's first choice; `utf-16`, which every LSP client knows, where it has made none.
  static func agreed(_ offered: [PositionEncodingKind]?) -> PositionEncodingKind {
    offered?.first ?? .utf16
  }

  /// Whether nobody listens any more.
  var isOver: Bool { state.withLock { $0.isOver } }

  func end() {
    state.withLock { $0.isOver = true }
  }

  func shutDown() {
    state.withLock { $0.isShutDown = true }
  }

  func setTrace(_ level: SetTraceNotification.Level) {
    state.withLock { $0.trace = level }
  }

  /// The process's exit code.
  func exitCode(after end: RPCEnd) -> Int32 {
    let state = state.withLock { $0 }
    switch end {
    case .endOfInput: return state.isInitialized && !state.isShutDown ? 1 : 0
    case .exitRequested, .stopped: return state.isShutDown ? 0 : 1
    default: return 1
    }
  }
}
