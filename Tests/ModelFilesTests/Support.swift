import AkinTestSupport
import Foundation
import ModelFiles
import Testing

/// The small models with random weights under Tests/Fixtures/models, copied so that a test may damage them.
struct SmallModel {
  let folder: TemporaryFolder
  /// Absolute path of the model's folder.
  let path: String

  /// - Parameters:
  ///   - name: a folder of Tests/Fixtures/models.
  ///   - overlay: a folder of Tests/Fixtures/models/overlays whose files replace the model's.
  init(_ name: String = "sentence", overlay: String? = nil) throws {
    folder = try TemporaryFolder()
    path = folder.file(name)
    try FileManager.default.copyItem(atPath: Fixtures.path("models/" + name), toPath: path)
    guard let overlay else { return }
    let source = Fixtures.path("models/overlays/" + overlay)
    for file in try #require(FileManager.default.subpaths(atPath: source)) {
      let target = path + "/" + file
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: source + "/" + file, isDirectory: &isFolder)
      guard !isFolder.boolValue else { continue }
      try? FileManager.default.removeItem(atPath: target)
      try FileManager.default.createDirectory(
        atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: source + "/" + file, toPath: target)
    }
  }

  /// The weights as `ModelWeights.open(folder:name:)` finds them.
  func open() throws(ModelFileError) -> ModelWeights {
    try ModelWeights.open(folder: path, name: "test/small")
  }

  /// Replaces text in a file that must hold it.
  func replace(_ old: String, with new: String, in file: String) throws {
    let text = try String(contentsOfFile: path + "/" + file, encoding: .utf8)
    try #require(text.contains(old), "\(file) has no \(old)")
    try write(text.replacingOccurrences(of: old, with: new), to: file)
  }

  func write(_ text: String, to file: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + file))
  }

  func move(_ file: String, to target: String) throws {
    try FileManager.default.moveItem(atPath: path + "/" + file, toPath: path + "/" + target)
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
  }

  func remove(_ file: String) throws {
    try FileManager.default.removeItem(atPath: path + "/" + file)
  }

  func bytes(_ file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + file)))
  }
}

/// A safetensors file of the given header and data.
func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
  let text = Array(header.utf8)
  return littleEndian(UInt64(text.count)) + text + data
}

func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// All tensors as float32, to be written as GGUF.
func float32Tensors(_ weights: ModelWeights) -> [GGUFTensor] {
  weights.tensors.values.sorted { $0.name < $1.name }.map { view in
    GGUFTensor(
      name: view.name, shape: view.shape, type: .f32,
      bytes: view.float32().flatMap { littleEndian($0.bitPattern) })
  }
}

/// The error that `body` throws; a failed test where it throws none.
func fileError(
  _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> some Any
) -> ModelFileError? {
  do {
    _ = try body()
    Issue.record(comment ?? "no error was thrown", sourceLocation: sourceLocation)
    return nil
  } catch let error as ModelFileError {
    return error
  } catch {
    Issue.record(error, comment, sourceLocation: sourceLocation)
    return nil
  }
}
