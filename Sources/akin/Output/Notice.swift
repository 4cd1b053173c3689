/// Lines on standard error. That one cannot be written is nothing that could be reported.
enum Notice {
  /// `akin: text`
  static func write(_ text: String) {
    write(plain: "akin: " + text)
  }

  /// The text alone.
  static func write(plain text: String) {
    write(raw: text + "\n")
  }

  /// The text without a line end.
  static func write(raw text: String) {
    let output = OutputStream(descriptor: .standardError)
    try? output.write(text.utf8)
    try? output.flush()
  }
}
