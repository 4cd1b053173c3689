import JSON

extension ModelFileError {
  /// A member of a JSON file that is not what it must be.
  init(_ error: JSONFieldError, file: String) {
    let path = error.path.isEmpty ? "the file" : error.path
    self.init(.field(path, expected: error.expected, found: error.found), path: file)
  }
}

/// A JSON file of a model folder: its members are read by closures whose errors get the file's name.
struct JSONFile {
  let path: String
  let root: JSONField

  /// What stands in a file, or would.
  init(root: JSONField, path: String) {
    self.root = root
    self.path = path
  }

  /// - Throws: `missing`, or `malformed` with the offset.
  init(path: String) throws(ModelFileError) {
    let file = try MappedFile(path: path)
    try self.init(bytes: file.withBytes { [UInt8]($0) }, path: path)
  }

  /// What stands in the bytes, which are of the file at `path`.
  /// - Throws: `malformed` with the offset.
  init(bytes: [UInt8], path: String) throws(ModelFileError) {
    do throws(JSONParseError) {
      root = JSONField(try JSONValue.parse(bytes), path: "")
    } catch {
      throw ModelFileError(.malformed("not JSON: \(error)"), path: path, offset: error.offset)
    }
    self.path = path
  }

  /// The file at `path`; nil where there is none. A file that is there and cannot be read is an error.
  static func ifThere(_ path: String) throws(ModelFileError) -> JSONFile? {
    Files.status(path) == nil ? nil : try JSONFile(path: path)
  }

  /// What `body` reads.
  /// - Throws: `field` with this file's path.
  func read<T>(_ body: (JSONField) throws(JSONFieldError) -> T) throws(ModelFileError) -> T {
    do throws(JSONFieldError) {
      return try body(root)
    } catch {
      throw ModelFileError(error, file: path)
    }
  }
}
