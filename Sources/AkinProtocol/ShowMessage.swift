import JSON

/// `window/showMessage` (LSP 3.17): a line for the person in front of the editor, about something that they have asked for.
public enum ShowMessageNotification: NotificationMethod {
  /// `window/showMessage`
  public static let name = "window/showMessage"
  /// As of ``LogMessageNotification``.
  public typealias Parameters = LogMessageNotification.Parameters
}

/// `window/showMessageRequest` (LSP 3.17): the server's question to the person in front of the editor.
public enum ShowMessageRequest {
  /// `window/showMessageRequest`
  public static let name = "window/showMessageRequest"

  /// The parameters.
  /// - Parameter answers: the titles that can be chosen.
  public static func parameters(_ question: String, answers: [String]) -> JSONValue {
    let info = LogMessageNotification.Parameters.Severity.info.rawValue
    return [
      "type": .integer(Int64(info)), "message": .string(question),
      "actions": .array(answers.map { ["title": .string($0)] }),
    ]
  }

  /// The title that was chosen, in the client's answer; nil where none was.
  public static func choice(_ answer: JSONValue?) -> String? {
    guard case .object(let action)? = answer, case .string(let title)? = action["title"] else { return nil }
    return title
  }
}

/// `window/showDocument` (LSP 3.17): the server's request that a client show a place.
public enum ShowDocumentRequest {
  /// `window/showDocument`
  public static let name = "window/showDocument"

  /// The parameters.
  public static func parameters(uri: String, selection: TextRange) -> JSONValue {
    ["uri": .string(uri), "takeFocus": true, "selection": selection.json]
  }
}
