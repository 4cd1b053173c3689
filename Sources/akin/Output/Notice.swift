/// Lines on standard error. That one cannot be written is nothing that could be reported.
enum Notice {
  /// `akin: text`
  static func write(_ text: String) {
    write(plain: "akin: " + text)
  }

  /// The text alone.
  static func write(plain text: String) {
    write(part: text + "\n")
  }

  /// The text in place of the line that the cursor is on.
  static func redraw(_ text: String) {
    write(part: text + ScreenText.clearToEnd, after: "\r")
  }

  /// Ends a line that was redrawn.
  static func endLine() {
    write(part: "\n")
  }

  /// - Parameter start: control characters of this program's own, which are written as they are.
  private static func write(part text: String, after start: String = "") {
    let output = OutputStream(descriptor: .standardError)
    try? output.write(start.utf8)
    try? output.write(text: text)
    try? output.flush()
  }
}
