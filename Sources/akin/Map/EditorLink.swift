/// How a place of a file is opened from a page: the editor's URL with the place in it.
struct EditorLink: Sendable, Equatable {
  /// With `{path}` for the absolute path, or `{file}` for that from the folder, and maybe `{line}` and `{column}`; nil for none.
  let template: String?

  /// Editors that have a URL of their own.
  static let known: KeyValuePairs<String, String> = [
    "vscode": "vscode://file{path}:{line}:{column}", "vscodium": "vscodium://file{path}:{line}:{column}",
    "cursor": "cursor://file{path}:{line}:{column}", "windsurf": "windsurf://file{path}:{line}:{column}",
    "zed": "zed://file{path}:{line}:{column}", "idea": "idea://open?file={path}&line={line}",
    "textmate": "txmt://open?url=file://{path}&line={line}", "sublime": "subl://open?url=file://{path}&line={line}",
    "file": "file://{path}",
  ]

  /// Schemes by which a link would run something in the page.
  private static let refused: Set<String> = ["javascript", "data", "vbscript", "blob", "about"]

  /// The name of an editor, a template, or `none`.
  /// - Returns: nil for what is neither.
  init?(_ text: String) {
    if text == "none" {
      template = nil
      return
    }
    if let known = Self.known.first(where: { $0.key == text }) {
      template = known.value
      return
    }
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let scheme = text[..<colon]
    let isScheme =
      scheme.first.map { $0.isASCII && $0.isLetter } ?? false
      && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    guard isScheme, !Self.refused.contains(scheme.lowercased()), text.contains("{path}") || text.contains("{file}"),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    template = text
  }

  /// Whether a link names the absolute path, so that a page must know it.
  var needsRoot: Bool { template?.contains("{path}") ?? false }
}
