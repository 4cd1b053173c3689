/// A declaration or a heading that a chunk is about.
struct Symbol: Sendable, Equatable {
  /// The name without what encloses it.
  let name: String
  let kind: SymbolKind
}

/// The Language Server Protocol's SymbolKind, as far as chunks have them.
enum SymbolKind: Int, Sendable {
  case module = 2
  case namespace = 3
  case `class` = 5
  case method = 6
  case property = 7
  case constructor = 9
  case `enum` = 10
  case interface = 11
  case function = 12
  case variable = 13
  case constant = 14
  /// What LSP servers make of headings.
  case string = 15
  case structure = 23
  case type = 26

  /// Whether its parts are declarations themselves.
  var isContainer: Bool {
    switch self {
    case .module, .namespace, .class, .enum, .interface, .structure, .string: true
    default: false
    }
  }

  var isFunction: Bool {
    switch self {
    case .method, .constructor, .function: true
    default: false
    }
  }
}
