import JSON

/// The weights of a folder: `model.safetensors`, or the files that `model.safetensors.index.json` shares them out to.
struct SafetensorsSet {
  /// What is named where a tensor is missing.
  let path: String
  private let files: [SafetensorsFile]

  /// - Throws: where only another format is there, an error that says what to do.
  init(weightsIn folder: String) throws(ModelFileError) {
    let path = folder + "/model.safetensors"
    if Files.status(path) == nil {
      if let index = try JSONFile.ifThere(path + ".index.json") {
        self.path = index.path
        var files: [SafetensorsFile] = []
        for name in try index.read(Self.shards) { files.append(try SafetensorsFile(path: folder + "/" + name)) }
        self.files = files
        return
      }
      for other in ["pytorch_model.bin", "tf_model.h5", "flax_model.msgpack"] where Files.isFile(folder + "/" + other) {
        let advice = "load the model with transformers in Python and call save_pretrained(folder) to write safetensors"
        throw ModelFileError(.unsupported("only \(other) is there, which Akin does not read: \(advice)"), path: path)
      }
    }
    self.path = path
    files = [try SafetensorsFile(path: path)]
  }

  /// The files' names, each once, in order.
  private static func shards(_ root: JSONField) throws(JSONFieldError) -> [String] {
    let map = root["weight_map"]
    var names: Set<String> = []
    for (tensor, _) in try map.object() {
      let name = try map[tensor].string()
      guard name.hasSuffix(".safetensors"), !name.contains("/") else {
        throw map[tensor].mismatch("the name of a .safetensors file in the same folder", found: "\"\(name)\"")
      }
      names.insert(name)
    }
    guard !names.isEmpty else { throw map.mismatch("at least one tensor") }
    return names.sorted()
  }

  /// Whether there is a tensor of this name, of any type.
  func has(_ name: String) -> Bool {
    files.contains { $0.tensors[name] != nil || $0.otherTypes[name] != nil }
  }

  /// - Throws: `missingTensor`, or `unsupported` where its type is not read.
  func tensor(_ name: String) throws(ModelFileError) -> TensorView {
    for file in files {
      if let view = file.tensors[name] { return view }
      guard let type = file.otherTypes[name] else { continue }
      throw ModelFileError(
        .unsupported("the tensor '\(name)' has type \(type); \(SafetensorsFile.typeNames) are read"),
        path: file.file.path)
    }
    throw ModelFileError(.missingTensor(name), path: path)
  }

  /// A list of whole numbers.
  /// - Throws: `missingTensor`, `unsupported` where it is a table or of another type, `malformed` where one is outside of
  ///   `range`.
  func integers(_ name: String, in range: Range<Int>) throws(ModelFileError) -> [Int32] {
    for file in files {
      if let list = file.integers[name] { return try list.values(name, in: range) }
      guard has(name) else { continue }
      throw ModelFileError(
        .unsupported("the tensor '\(name)' is no list of whole numbers (I64, I32, U64, U32, I16 or U16)"),
        path: file.file.path)
    }
    throw ModelFileError(.missingTensor(name), path: path)
  }
}
