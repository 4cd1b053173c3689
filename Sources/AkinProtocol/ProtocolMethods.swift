/// Every method of the protocol, in the order of `protocol/openrpc.json`.
public enum ProtocolMethods {
  /// Requests that a server answers.
  public static let requests: [any RequestMethod.Type] = [
    InitializeMethod.self, ShutdownMethod.self, DiscoverMethod.self, EmbedMethod.self, TokenizeMethod.self,
    DetokenizeMethod.self, SimilarityMethod.self, RerankMethod.self, SearchMethod.self, LogMethod.self,
    ClustersMethod.self,
    IndexAddMethod.self, IndexRemoveMethod.self, IndexListMethod.self, IndexStatusMethod.self, IndexDropMethod.self,
    WorkspaceSymbolMethod.self,
    ExecuteCommandMethod.self, CodeActionMethod.self, HoverMethod.self, WillRenameFilesMethod.self,
    ModelListMethod.self, ModelInfoMethod.self, ServerStatusMethod.self,
  ]

  /// Notifications that a client sends.
  public static let clientNotifications: [any NotificationMethod.Type] = [
    InitializedNotification.self, ExitNotification.self, CancelRequestNotification.self, SetTraceNotification.self,
    DidOpenTextDocumentNotification.self, DidChangeTextDocumentNotification.self,
    DidSaveTextDocumentNotification.self, DidCloseTextDocumentNotification.self,
    DidChangeWatchedFilesNotification.self, DidChangeWorkspaceFoldersNotification.self,
    DidRenameFilesNotification.self, WorkDoneProgressCancelNotification.self,
  ]

  /// Notifications that a server sends.
  public static let serverNotifications: [any NotificationMethod.Type] = [
    ProgressNotification.self, LogMessageNotification.self, ShowMessageNotification.self,
  ]
}
