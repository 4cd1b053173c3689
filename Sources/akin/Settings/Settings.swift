import AkinCollections
import Documents
import JSON

/// What a person has set for every use of the command line: a JSON object in `$AKIN_CONFIG`, else
/// `$XDG_CONFIG_HOME/akin/config.json`, else `~/.config/akin/config.json`. Options count over it.
struct Settings {
  var model: String?
  var mode: SearchMode?
  var topK: Int?
  var context: Int?
  var threads: Int?
  var glob: [String] = []
  var lang: [String] = []
  var maxFilesize: String?
  var hidden: Bool?
  /// A server's address; may hold a password.
  var store: String?
  /// Servers' addresses by the names that collections' names tell of.
  var stores: [String: String] = [:]

  var wait: Bool?
  var background: Bool?

  static let keys = [
    "model", "mode", "topK", "context", "threads", "glob", "lang", "maxFilesize", "hidden", "store", "stores",
    "wait", "background",
  ]

  /// Where they are; nil where no home is known.
  static let path: String? = {
    let environment = Environment.all.filter { !$0.value.isEmpty }
    if let path = environment["AKIN_CONFIG"] { return path }
    let folder = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }
    return folder.map { $0 + "/akin/config.json" }
  }()

  /// Read once, when they are first asked for.
  static let loaded: Result<Settings, Failure> = Result { () throws(Failure) in
    // Of /dev/null programs are told to read nothing.
    guard let path, let place = FilePath.resolved(path), place != "/dev/null" else { return Settings() }
    return try Settings(file: path)
  }

  /// Those that hold; none where the file cannot be read, which ends the program before they count.
  static let user = (try? loaded.get()) ?? Settings()

  private init() {}

  private init(file path: String) throws(Failure) {
    do {
      let text = try Self.bytes(of: path)
      try read(JSONField(try JSONValue.parse(file: text), path: path))
    } catch let failure as Failure {
      throw failure
    } catch {
      let text = "\(error)"
      // What is no JSON knows nothing of the file.
      throw Failure(
        .badData, text.hasPrefix(path) ? text : "\(path): \(text)",
        hint: "'akin config' tells what can be set; see the manual akin(1).")
    }
  }

  private static func bytes(of path: String) throws -> [UInt8] {
    let descriptor = try Descriptor.open(readingFile: path)
    defer { descriptor.close() }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0, name: path) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      if bytes.count > 1 << 20 { throw Failure(.badData, "\(path) is no configuration: it is too large") }
    }
  }

  private mutating func read(_ field: JSONField) throws {
    for key in try field.object().keys {
      let value = field[key]
      switch key {
      case "model": model = try value.string()
      case "mode": mode = try value.oneOf(SearchMode.self)
      case "topK": topK = try value.int(in: 1...Int(Int32.max))
      case "context": context = try value.int(in: 0...1000)
      case "threads": threads = try value.int(in: 0...1024)
      case "glob":
        glob = try Self.texts(value)
        _ = try PathGlobs(glob)
      case "lang":
        lang = try Self.texts(value)
        for name in lang where Language.meant(by: name) == nil {
          throw value.mismatch("one of " + Language.identifiers.joined(separator: ", "))
        }
      case "maxFilesize":
        _ = try FileSize.bytes(value)
        if case .string(let text)? = value.value {
          maxFilesize = text
        } else {
          maxFilesize = "\(try FileSize.bytes(value))"
        }
      case "hidden": hidden = try value.bool()
      case "store": store = try value.string()
      case "stores": stores = try Self.addresses(value)
      case "wait": wait = try value.bool()
      case "background": background = try value.bool()
      default:
        let nearest = NearestName.find(key, among: Self.keys).map { "; did you mean \"\($0)\"?" } ?? ""
        throw value.mismatch("one of \(Self.keys.joined(separator: ", "))\(nearest)")
      }
    }
    guard let store else { return }
    self.store = try Self.address(store, stores, field["store"])
  }

  private static func addresses(_ field: JSONField) throws(JSONFieldError) -> [String: String] {
    var addresses: [String: String] = [:]
    for name in try field.object().keys {
      guard QualifiedName.isStore(name) else {
        throw field[name].mismatch("a name of up to 64 letters, digits, '-', '_' and '.'")
      }
      addresses[name] = try address(try field[name].string(), [:], field[name])
    }
    return addresses
  }

  /// - Parameter stores: by whose names one may be told.
  private static func address(
    _ text: String, _ stores: [String: String], _ field: JSONField
  ) throws(JSONFieldError) -> String {
    if let address = stores[text] { return address }
    // What is written may have a password in it, and is not told.
    guard PostgresCatalog.isAddress(text) else {
      let names = stores.keys.sorted().map { ", or \($0)" }.joined()
      throw field.mismatch("an address that begins with postgresql://\(names)")
    }
    return text
  }

  private static func texts(_ field: JSONField) throws(JSONFieldError) -> [String] {
    if case .string(let text)? = field.value { return [text] }
    return try field.strings()
  }
}
