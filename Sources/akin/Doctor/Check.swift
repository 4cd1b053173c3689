import JSON

/// One line of `akin doctor`.
struct Check {
  enum Outcome: String {
    /// As it should be.
    case good = "ok"
    /// Works, but something that may be wanted does not.
    case warning
    /// Something that Akin needs is wrong.
    case bad = "fail"
  }

  /// What was looked at, in a word or two.
  let name: String
  var outcome = Outcome.good
  /// What was found.
  let found: String
  /// What to do about it.
  var advice: String?
  /// The same for programs.
  var details: JSONObject = [:]

  var json: JSONValue {
    var object: JSONObject = [
      "name": .string(name), "outcome": .string(outcome.rawValue), "found": .string(found),
    ]
    if let advice { object["advice"] = .string(advice) }
    for (key, value) in details.members { object[key] = value }
    return .object(object)
  }

  /// A mark, the name, and what was found, over as many lines as it needs.
  /// - Parameter nameWidth: columns of the longest name.
  func lines(nameWidth: Int, terminal: Terminal) -> [String] {
    let margin = 2 + nameWidth + 2
    let room = max(20, min(terminal.columns, 120) - margin)
    let text = TextWidth.wrapped(TextWidth.printable(found), to: room)
    let indent = String(repeating: " ", count: margin)
    let head = mark(terminal) + " " + terminal.paint(TextWidth.padded(name, to: nameWidth), .bold) + "  "
    let advice = self.advice.map { TextWidth.wrapped($0, to: room).map { indent + terminal.paint($0, .warning) } }
    return [head + text[0]] + text.dropFirst().map { indent + $0 } + (advice ?? [])
  }

  private func mark(_ terminal: Terminal) -> String {
    switch outcome {
    case .good: terminal.paint("✓", .good)
    case .warning: terminal.paint("!", .warning)
    case .bad: terminal.paint("✗", .bad)
    }
  }
}
