import JSON

/// `window/workDoneProgress/create` (LSP 3.17): the server's request that a client show work under a token. Sent only to
/// clients that say they can; its answer is not waited for.
public enum WorkDoneProgressCreateRequest {
  /// `window/workDoneProgress/create`
  public static let name = "window/workDoneProgress/create"

  /// The parameters.
  public static func parameters(_ token: ProgressToken) -> JSONValue { ["token": token.json] }
}
