/// The tables of a TOML text by their headers, as far as is needed to add one: comments, strings and arrays on several lines
/// are stepped over.
package struct TOMLTables {
  private var tables: [(name: String, lines: [String])] = [("", [])]

  /// - Throws: `broken` for a line that is neither a header nor `name = value`.
  package init(_ text: String) throws(SetupError) {
    var open: String?
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = String(line)
      if let mark = open {
        // A value that goes on.
        if Self.ends(line, mark) { open = nil }
        continue
      }
      let bare = line.drop { $0 == " " || $0 == "\t" }
      if bare.isEmpty || bare.hasPrefix("#") { continue }
      if bare.hasPrefix("[") {
        let header = Self.withoutComment(bare)
        guard header.hasSuffix("]") else { throw .broken("line \(number + 1): a header does not end") }
        let name = header.drop { $0 == "[" }.prefix { $0 != "]" }
        tables.append((name.filter { $0 != " " && $0 != "\"" && $0 != "'" }, []))
        continue
      }
      guard let equals = bare.firstIndex(of: "="), equals != bare.startIndex else {
        throw .broken("line \(number + 1): expected 'name = value'")
      }
      let value = bare[bare.index(after: equals)...]
      open = Self.opened(by: value)
      tables[tables.count - 1].lines.append(Self.withoutComment(bare))
    }
    if open != nil { throw .broken("a value does not end") }
  }

  /// The lines of a table; nil where there is none. A table that is written in another way counts as one without lines.
  package func lines(of name: String) -> [String]? {
    if let found = tables.first(where: { $0.name == name }) { return found.lines }
    let parts = name.split(separator: ".")
    let outer = parts.dropLast().joined(separator: ".")
    for table in tables {
      for line in table.lines {
        let key = line.prefix { $0 != "=" }.filter { $0 != " " && $0 != "\"" }
        let full = table.name.isEmpty ? key : "\(table.name).\(key)"
        if full == name || full.hasPrefix(name + ".") || full == outer { return [] }
      }
    }
    return tables.contains { $0.name.hasPrefix(name + ".") } ? [] : nil
  }

  /// What ends a value that is not whole on its line.
  private static func opened(by value: Substring) -> String? {
    for mark in ["\"\"\"", "'''"] {
      guard let first = value.firstRange(of: mark) else { continue }
      return value[first.upperBound...].contains(mark) ? nil : mark
    }
    let plain = withoutStrings(value)
    let depth = plain.count { $0 == "[" } - plain.count { $0 == "]" }
    return depth > 0 ? "]" : nil
  }

  private static func ends(_ line: String, _ mark: String) -> Bool {
    mark == "]" ? withoutComment(line[...]).hasSuffix("]") : line.contains(mark)
  }

  private static func withoutComment(_ line: Substring) -> String {
    var quote: Character?
    var kept = ""
    for character in line {
      if quote == nil, character == "#" { break }
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      }
      kept.append(character)
    }
    while let last = kept.last, last == " " || last == "\t" { kept.removeLast() }
    return kept
  }

  private static func withoutStrings(_ value: Substring) -> String {
    var quote: Character?
    return withoutComment(value).filter { character in
      if let open = quote {
        if character == open { quote = nil }
        return false
      }
      if character == "\"" || character == "'" {
        quote = character
        return false
      }
      return true
    }
  }
}
