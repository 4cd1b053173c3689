import ArgumentParser
import Documents
import Platform

/// When to colour.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

/// What is known of the screen that a stream ends in.
struct Terminal: Sendable {
  /// Answers are laid out for a person: on a terminal, or where `--color always` asks for the same in a pipe.
  let forReading: Bool
  /// Whether escape sequences may be written.
  let color: Bool
  /// Columns of the screen.
  let columns: Int

  /// Layout for people, whatever the stream is: `akin demo`.
  static let defaultColumns = 80
  /// Narrower screens are served as if they were this wide.
  private static let minimumColumns = 40

  init(_ descriptor: Descriptor, color choice: ColorChoice) {
    let isTerminal = descriptor.isTerminal
    forReading = isTerminal || choice == .always
    switch choice {
    case .always: color = true
    case .never: color = false
    // https://no-color.org: any non-empty value. TERM=dumb cannot colour.
    case .auto: color = isTerminal && Self.environment("NO_COLOR").isEmpty && Self.environment("TERM") != "dumb"
    }
    columns = max(Self.minimumColumns, Self.width(of: descriptor) ?? Self.defaultColumns)
  }

  /// The screen's own answer first, then what the shell exported.
  private static func width(of descriptor: Descriptor) -> Int? {
    var size = winsize()
    if ioctl(descriptor.number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return Int(environment("COLUMNS"))
  }

  private static func environment(_ name: String) -> String {
    getenv(name).map { String(cString: $0) } ?? ""
  }

  /// `text` between the escape sequences of `style`, or as it is where there is no colour.
  func paint(_ text: String, _ style: Style) -> String {
    color && !text.isEmpty ? ScreenText.sequence("[\(style.code)m") + text + ScreenText.sequence("[0m") : text
  }
}

// MARK: - Links

extension Terminal {
  /// `text` as a link to a file (OSC 8), where the terminal is known to have them.
  /// - Parameter path: an absolute path; nil for no link.
  func linked(_ text: String, to path: String?) -> String {
    guard color, Self.hasLinks, let path else { return text }
    let end = ScreenText.sequence("\\")
    return ScreenText.sequence("]8;;") + FileURI.uri(ofPath: path) + end + text + ScreenText.sequence("]8;;") + end
  }

  /// Whether the terminal says by its variables that it is one of those with links: others may show them as text.
  private static var hasLinks: Bool {
    if let version = Int(environment("VTE_VERSION")), version >= 5000 { return true }
    if ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"].contains(environment("TERM_PROGRAM")) {
      return true
    }
    if ["WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM"].contains(where: { !environment($0).isEmpty }) {
      return true
    }
    return ["xterm-kitty", "foot", "foot-extra", "alacritty", "xterm-ghostty"].contains(environment("TERM"))
  }
}

/// The few ways in which text stands out.
enum Style {
  case bold, dim, good, warning, bad, accent
  /// Black or white text on a colour of the 256-colour palette.
  case cell(background: Int, lightText: Bool)

  /// The parameters of the SGR sequence (ECMA-48, 8.3.117).
  fileprivate var code: String {
    switch self {
    case .bold: "1"
    case .dim: "2"
    case .good: "32"
    case .warning: "33"
    case .bad: "31"
    case .accent: "36"
    case .cell(let background, let lightText): "38;5;\(lightText ? 255 : 16);48;5;\(background)"
    }
  }
}

extension Terminal {
  /// The same terminal with fewer columns, for what stands inside a margin.
  func narrowed(to columns: Int) -> Terminal {
    Terminal(forReading: forReading, color: color, columns: columns)
  }

  private init(forReading: Bool, color: Bool, columns: Int) {
    self.forReading = forReading
    self.color = color
    self.columns = columns
  }
}
