/// `str.lower()` of Python, which sentence-transformers calls before a tokenizer where a model says `do_lower_case`.
enum PythonLowercase {
  static func lowercased(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var output = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      if scalar == "\u{3A3}", isFinalSigma(scalars, index) {
        output.append("\u{3C2}")
      } else {
        output.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return String(output)
  }

  /// A capital sigma behind a letter and before none (The Unicode Standard, table 3-17).
  private static func isFinalSigma(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    func isCased(_ scalars: some Sequence<Unicode.Scalar>) -> Bool {
      scalars.first { !$0.properties.isCaseIgnorable }?.properties.isCased ?? false
    }
    return isCased(scalars[..<index].reversed()) && !isCased(scalars[(index + 1)...])
  }
}
