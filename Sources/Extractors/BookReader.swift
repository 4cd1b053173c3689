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
    let locked = try locked(archive)
    var builder = TextBuilder()
    var title = package.text("title")
    for reference in package.all("itemref") {
      guard let file = reference["idref"].flatMap({ pages[$0] }) else { continue }
      let path = Relations.resolved(unescaped(file), in: folder)
      guard !locked.contains(path) else { throw ReadingError("it is locked by who sold it (DRM)") }
      guard let page = try archive.part(path) else { continue }
      builder.place(file)
      builder.separate()
      if !title.isEmpty {
        try builder.heading(title, level: 0)
        try builder.line(package.text("creator"))
        title = ""
      }
      try HTMLReader.read(page, into: &builder, file: file)
    }
    return try builder.text()
  }

  /// Parts that nobody can read without a key.
  private static func locked(_ archive: ZipArchive) throws(ReadingError) -> Set<String> {
    let name = "META-INF/encryption.xml"
    guard let part = try archive.part(name) else { return [] }
    return Set(try XMLList.read(part, name).all("CipherReference").compactMap { $0["URI"].map(unescaped) })
  }

  /// Without the escapes of a URI.
  private static func unescaped(_ text: String) -> String {
    String(decoding: TransferEncoding.escaped(text.utf8), as: UTF8.self)
  }
}
