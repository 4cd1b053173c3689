import Encodings

/// Texts in the encodings that messages and old documents name.
enum DocumentEncoding {
  /// Names for what is most often written, and for bytes beyond ASCII where ASCII is named.
  private static let aliases = [
    "": "UTF-8", "utf8": "UTF-8", "us-ascii": "UTF-8", "ascii": "UTF-8", "unicode-1-1-utf-7": "UTF-7",
    "ks_c_5601-1987": "CP949", "gb2312": "GB18030", "iso-8859-1": "WINDOWS-1252", "latin1": "WINDOWS-1252",
    "x-sjis": "CP932", "shift_jis": "CP932", "cp-850": "CP850",
  ]

  /// The text; what no encoding explains is read as Windows-1252, as pages of the web are.
  /// - Parameters:
  ///   - name: as it stands in the document, in any case.
  ///   - recognizes: whether there is enough of it to recognise an encoding that is not told, or not truly.
  static func text(_ bytes: some Collection<UInt8>, _ name: String = "", recognizes: Bool = false) -> String {
    let bytes = Array(bytes)
    let name = aliases[name.lowercased()] ?? name
    if let text = String(validating: bytes, as: UTF8.self) {
      // Escapes of ISO 2022 and UTF-7 are ASCII too.
      let isStateful =
        name.lowercased().hasPrefix("iso-2022") || name.lowercased() == "utf-7" || name.lowercased() == "hz-gb-2312"
      if !isStateful { return text }
    }
    var known = name == "UTF-8" ? nil : LegacyEncoding.text(bytes, from: name)
    if recognizes { known = known ?? LegacyEncoding.recognized(bytes)?.text }
    return known ?? LegacyEncoding.windows1252(bytes, keepsControls: true) ?? ""
  }
}
