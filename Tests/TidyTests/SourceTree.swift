import AkinTestSupport
import Foundation

/// The repository's files as text.
enum SourceTree {
  /// Paths, relative to the repository, of the files below `folder` with one of the endings; build folders left out.
  static func files(under folder: String, endings: [String]) throws -> [String] {
    let root = Fixtures.repository + "/" + folder
    guard let walker = FileManager.default.enumerator(atPath: root) else { return [] }
    return walker.compactMap { $0 as? String }
      .filter { path in
        endings.contains { path.hasSuffix("." + $0) }
          && !path.split(separator: "/").contains { $0.hasPrefix(".build") || $0 == ".venv" || $0 == "node_modules" }
      }
      .map { folder.isEmpty || folder == "." ? $0 : folder + "/" + $0 }
      .sorted()
  }

  static func text(of file: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: Fixtures.repository + "/" + file)), as: UTF8.self)
  }

  /// Modules that a Swift file imports, whatever stands before or behind the word.
  static func imports(of file: String) throws -> Set<String> {
    var modules: Set<String> = []
    for line in try text(of: file).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
        words[..<position].allSatisfy({
          $0.hasPrefix("@") || ["public", "package", "internal", "private"].contains($0)
        })
      else { continue }
      let kinds: Set<Substring> = ["struct", "class", "enum", "func", "var", "protocol", "typealias"]
      let name = kinds.contains(words[position + 1]) ? words[words.count - 1] : words[position + 1]
      modules.insert(String(name.prefix { $0 != "." }))
    }
    return modules
  }
}
