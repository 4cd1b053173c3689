import Extraction

/// A book of pages in the order of reading.
enum BookReader {
  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    let archive = ZipArchive(bytes)
    let container = "META-INF/container.xml"
    let files = try XMLList.read(try archive.required(container), container).all("rootfile")
    guard let path = files.lazy.compactMap({ $0["full-path"] }).first else {
      throw ReadingError("its container names no book")
    }
    let package = try XMLList.read(try archive.required(path), path)
    var pages: [String: String] = [:]
    for item in package.all("item") {
      guard let id = item["id"], let file = item["href"], item["media-type"]?.contains("html") ?? false,
        !(item["properties"] ?? "").split(separator: " ").contains("nav")
      else { continue }
      pages[id] = file
    }
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(path[..<$0]) } ?? ""
    var builder = TextBuilder()
    for reference in package.all("itemref") {
      guard let file = reference["idref"].flatMap({ pages[$0] }),
        let page = try archive.part(Relations.resolved(unescaped(file), in: folder))
      else { continue }
      builder.place(file)
      builder.separate()
      try HTMLReader.read(page, into: &builder, file: file)
    }
    return try builder.text()
  }

  /// Without the escapes of a URI.
  private static func unescaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      rest = rest.dropFirst()
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
