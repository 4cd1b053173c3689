import Platform

/// A git configuration file (git-config(1), "CONFIGURATION FILE"), of which few values are asked for. Nothing in it is
/// ever run, and no other file is read because of it but what a caller asks for.
struct GitConfiguration: Sendable {
  static let largestFile = 1 << 20

  /// By `section.key` in lower case; keys of subsections are left out. In the order of the file.
  private(set) var entries: [(key: String, value: String)] = []

  /// Reads what can be read; the rest of a line that cannot is passed over.
  init(_ text: [UInt8]) {
    var section: String?
    var rest = text[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while !rest.isEmpty {
      rest = rest.drop { Self.isBlank($0) || $0 == Self.newline }
      switch rest.first {
      case nil: return
      case UInt8(ascii: "#")?, UInt8(ascii: ";")?: rest = rest.drop { $0 != Self.newline }
      case UInt8(ascii: "[")?:
        let name = rest.dropFirst().prefix { $0 != UInt8(ascii: "]") && $0 != Self.newline }
        rest = rest[name.endIndex...].dropFirst()
        // A subsection has a name in quotation marks.
        section = name.contains(UInt8(ascii: "\"")) ? nil : String(decoding: name, as: UTF8.self).lowercased()
      default: readEntry(&rest, section: section)
      }
    }
  }

  private mutating func readEntry(_ rest: inout ArraySlice<UInt8>, section: String?) {
    let key = rest.prefix { $0 != UInt8(ascii: "=") && $0 != Self.newline && !Self.isBlank($0) }
    rest = rest[key.endIndex...].drop(while: Self.isBlank)
    var value = Array("true".utf8)
    if rest.first == UInt8(ascii: "=") {
      rest = rest.dropFirst().drop(while: Self.isBlank)
      value = Self.value(&rest)
    } else {
      rest = rest.drop { $0 != Self.newline }
    }
    guard let section else { return }
    entries.append(
      (section + "." + String(decoding: key, as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self)))
  }

  /// Up to the line's end: without comments and outer blanks, with quotation marks and escapes read.
  private static func value(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    var value: [UInt8] = []
    var kept = 0
    var isQuoted = false
    while let byte = rest.popFirst(), byte != newline {
      switch byte {
      case UInt8(ascii: "\""):
        isQuoted.toggle()
        kept = value.count
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst() else { break }
        switch escaped {
        case newline: continue
        case UInt8(ascii: "n"): value.append(newline)
        case UInt8(ascii: "t"): value.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "b"): _ = value.popLast()
        default: value.append(escaped)
        }
        kept = value.count
      case UInt8(ascii: "#") where !isQuoted, UInt8(ascii: ";") where !isQuoted:
        rest = rest.drop { $0 != newline }
      default:
        value.append(byte)
        if isQuoted || !isBlank(byte) { kept = value.count }
      }
    }
    return Array(value.prefix(kept))
  }

  private static let newline = UInt8(ascii: "\n")

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  /// The last value of a key, which holds.
  func value(_ key: String) -> String? {
    entries.last { $0.key == key }?.value
  }

  /// Whether a key is on, as git reads it.
  func isOn(_ key: String) -> Bool {
    ["true", "yes", "on", "1"].contains(value(key)?.lowercased() ?? "")
  }
}

/// What the person who runs Akin has git ignore everywhere: `core.excludesFile` of their own configuration, else
/// `git/ignore` in the folder of configurations. What a checkout's configuration says does not count.
struct GitUser: Sendable {
  /// Files that may be included one from another.
  private static let deepestInclude = 10

  /// The lines of the file; nil where there is none.
  let ignored: [UInt8]?

  /// As the process's environment has it, read anew each time: a person may change it while a server runs.
  static var current: GitUser {
    var environment: [String: String] = [:]
    for name in ["HOME", "XDG_CONFIG_HOME"] { environment[name] = getenv(name).map { String(cString: $0) } }
    return GitUser(environment: environment)
  }

  /// - Parameter environment: `HOME` and `XDG_CONFIG_HOME` are looked at.
  init(environment: [String: String]) {
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let configurations =
      environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home.map { $0 + "/.config" }
    var file: String?
    // The later counts.
    let files = ["/etc/gitconfig", configurations.map { $0 + "/git/config" }, home.map { $0 + "/.gitconfig" }]
    for path in files.compactMap(\.self) {
      if let named = Self.excludesFile(path, home: home, depth: 0) { file = named }
    }
    ignored = (file ?? configurations.map { $0 + "/git/ignore" }).flatMap {
      try? SourceFile.bytes($0, limit: IgnoreRules.largestFile, followingLinks: true).get()
    }
  }

  private static func excludesFile(_ path: String, home: String?, depth: Int) -> String? {
    guard depth < deepestInclude,
      case .success(let text) = SourceFile.bytes(path, limit: GitConfiguration.largestFile, followingLinks: true)
    else { return nil }
    var found: String?
    for (key, value) in GitConfiguration(text).entries {
      if key == "core.excludesfile" { found = absolute(value, home: home, beside: path) }
      if key == "include.path", let other = absolute(value, home: home, beside: path),
        let more = excludesFile(other, home: home, depth: depth + 1)
      {
        found = more
      }
    }
    return found
  }

  private static func absolute(_ value: String, home: String?, beside file: String) -> String? {
    if value.hasPrefix("/") { return value }
    if value.hasPrefix("~/") { return home.map { $0 + value.dropFirst() } }
    guard !value.isEmpty, let slash = file.lastIndex(of: "/") else { return nil }
    return file[...slash] + value
  }
}
