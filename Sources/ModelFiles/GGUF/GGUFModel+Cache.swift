extension GGUFModel {
  /// What a place in the cache holds.
  public enum CacheState: Sendable {
    /// A whole file of this version.
    case valid(ModelWeights)
    /// Nothing.
    case missing
    /// A file that was cut, altered or written by another version, or cannot be read; it is to be made anew.
    case unusable(ModelFileError)
  }

  /// Opens a cache file and checks that it is as it was written.
  /// - Parameters:
  ///   - path: from `ModelStore.ggufCachePath(for:)`.
  ///   - name: what the model is called.
  ///   - fingerprint: of the source files, where the caller has it; the path names its first half.
  ///   - verifyingChecksum: false where the caller calls `verifyChecksum()` of the weights himself.
  public static func openCache(
    _ path: String, name: String, fingerprint: String? = nil, verifyingChecksum: Bool = true
  ) -> CacheState {
    do throws(ModelFileError) {
      let gguf = try GGUFFile(path: path)
      guard gguf.metadata.entry(Key.checksum) != nil else {
        throw ModelFileError(.altered("it has no checksum"), path: path)
      }
      let found = try gguf.metadata.string(Key.fingerprint) ?? "none"
      if let fingerprint, fingerprint != found {
        throw ModelFileError(.otherSource(found: found, expected: fingerprint), path: path)
      }
      return .valid(try ModelWeights(gguf, name: name, verifyingChecksum: verifyingChecksum))
    } catch {
      return error.kind == .missing ? .missing : .unusable(error)
    }
  }

  /// Writes a cache file in one step: another process sees none, the old one or the new one. It is a file of llama.cpp's where that
  /// computes what the model is.
  /// - Parameters:
  ///   - tensors: by their canonical names.
  ///   - fingerprint: of the source files (`ModelStore.fingerprint(of:)`).
  /// - Throws: `unwritable`; `malformed` where a tensor's bytes do not fit its shape.
  public static func write(
    _ description: ModelDescription, tensors: [GGUFTensor], fingerprint: String, to path: String
  ) throws(ModelFileError) {
    let layout = LlamaLayout(description)
    let (tensors, keys) = layout.tensors(tensors)
    let metadata = metadata(for: description, layout, sourceFingerprint: fingerprint) + keys
    try GGUFWriter(metadata: metadata, tensors: tensors, checksumKey: Key.checksum).write(to: path)
  }

  /// Checks the version of a file that Akin wrote, and reads its checksum; a file without them passes.
  /// - Throws: `otherVersion`; `field` for a checksum of another type.
  static func checksum(of gguf: GGUFFile) throws(ModelFileError) -> WrittenChecksum? {
    let metadata = gguf.metadata
    if let version = try metadata.int(Key.formatVersion), version != formatVersion {
      throw ModelFileError(.otherVersion(found: version, expected: formatVersion), path: gguf.file.path)
    }
    guard let entry = metadata.entry(Key.checksum) else { return nil }
    guard case .uint64(let expected) = try metadata.value(Key.checksum) else {
      throw metadata.wrong(Key.checksum, expected: "an unsigned 64-bit integer", found: "another type")
    }
    return WrittenChecksum(file: gguf.file, offset: entry.offset, expected: expected)
  }
}

/// The XXH64 that a file carries, of all its bytes with those of the checksum itself zero.
struct WrittenChecksum: Sendable {
  let file: MappedFile
  /// Where it stands in the file.
  let offset: Int
  let expected: UInt64

  /// Reads the whole file.
  /// - Throws: `altered`
  func verify() throws(ModelFileError) {
    file.willReadAll()
    let found = file.withBytes { bytes in
      var hash = XXH64()
      hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<offset]))
      withUnsafeBytes(of: UInt64(0)) { hash.update($0) }
      hash.update(UnsafeRawBufferPointer(rebasing: bytes[(offset + 8)...]))
      return hash.digest()
    }
    guard found == expected else {
      let what = "its XXH64 is \(String(found, radix: 16)), \(String(expected, radix: 16)) was written"
      throw ModelFileError(.altered(what), path: file.path)
    }
  }
}

extension ModelWeights {
  /// Opens a GGUF file: Akin's, whose checksum is verified, or another program's.
  /// - Parameters:
  ///   - path: the file.
  ///   - name: what the model is called; nil takes the file's own name for it.
  ///   - verifyingChecksum: false where the caller calls `verifyChecksum()` himself.
  /// - Throws: what `GGUFFile` throws; `otherVersion`, `altered`; `field` for a key, `missingTensor`, `wrongShape`, or
  ///   `unsupported` for a tensor of a type that is not read.
  public static func open(
    gguf path: String, name: String?, verifyingChecksum: Bool = true
  ) throws(ModelFileError) -> ModelWeights {
    try ModelWeights(GGUFFile(path: path), name: name, verifyingChecksum: verifyingChecksum)
  }

  /// Checks that the file is as it was written, where it carries a checksum. Reads all of it; nothing depends on it but the
  /// trust in the weights, so that it may run beside what uses them.
  /// - Throws: `altered`
  public func verifyChecksum() throws(ModelFileError) {
    try checksum?.verify()
  }

  init(_ gguf: GGUFFile, name: String?, verifyingChecksum: Bool) throws(ModelFileError) {
    let checksum = try GGUFModel.checksum(of: gguf)
    if verifyingChecksum { try checksum?.verify() }
    let description = try GGUFModel.description(of: gguf, name: name)
    var expected = TransformerTensor.all(description.transformer).map { ($0.name, $0.shape) }
    for (index, module) in description.dense.enumerated() {
      expected += module.tensors(index: index).map { ($0.name, $0.shape) }
    }
    let isForeign = gguf.metadata.entry(GGUFModel.Key.formatVersion) == nil
    let names = GGUFModel.denseNames(in: gguf)
    expected += description.classifier?.tensors(description.transformer) ?? []
    expected += description.sparse?.tensors(description.transformer) ?? []
    expected += description.tokenHead?.tensors ?? []
    var tensors: [String: TensorView] = [:]
    var used: Set<String> = []
    for (name, shape) in expected {
      let source = names[name] ?? name
      var view = try gguf.joined(name, shape: shape, description.transformer)
      if view == nil { view = try gguf.positions(name, shape: shape) }
      guard let view = view ?? gguf.tensors[source] else { throw gguf.missing(source) }
      used.insert(view.name)
      tensors[name] = try view.checked(as: name, shape: shape)
    }
    if isForeign { try gguf.requireAllUsed(used) }
    self.init(description: description, tensors: tensors, checksum: checksum)
  }
}

extension GGUFFile {
  /// The rows of a tensor that llama.cpp keeps joined with others for some families: queries, keys and values one below the other
  /// (`attn_qkv`), and the gate above what it multiplies (`ffn_up` of twice the rows). nil where `name` has a tensor of its own.
  fileprivate func joined(
    _ name: String, shape: [Int], _ model: TransformerDescription
  ) throws(ModelFileError) -> TensorView? {
    guard let rows = shape.first else { return nil }
    for (index, part) in AttentionPart.allCases.enumerated() where name.contains(".\(part.rawValue).") {
      guard tensors[name] == nil, let all = tensors[name.replacing(".\(part.rawValue).", with: ".attn_qkv.")] else {
        return nil
      }
      let first = AttentionPart.allCases.prefix(index).reduce(0) { $0 + model.outputs($1) }
      return try all.rows(first..<first + rows)
    }
    for (gate, start) in [(".ffn_gate.", 0), (".ffn_up.", rows)] where model.isGated && name.contains(gate) {
      guard let all = tensors[name.replacing(gate, with: ".ffn_up.")], all.shape.first == 2 * rows,
        tensors[name.replacing(gate, with: ".ffn_gate.")] == nil
      else { continue }
      return try all.rows(start..<start + rows)
    }
    return nil
  }
}

extension GGUFFile {
  /// The table of positions with the rows that llama.cpp does not have, which a key of Akin's holds; nil for any other tensor, and
  /// where there is no such key.
  fileprivate func positions(_ name: String, shape: [Int]) throws(ModelFileError) -> TensorView? {
    guard name == TransformerTensor.positionTable, let table = tensors[name],
      let before = try metadata.doubles(TransformerKeys.positionsBefore)
    else { return nil }
    let values = before.map { Float($0) } + table.float32()
    let bytes = values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
    return try TensorView(
      name: name, shape: shape, type: .f32, file: MappedFile(bytes: bytes, path: file.path), byteRange: 0..<bytes.count)
  }
}

extension TensorView {
  /// Some of the rows.
  /// - Throws: `wrongShape` where there are not so many.
  fileprivate func rows(_ range: Range<Int>) throws(ModelFileError) -> TensorView {
    guard let count = shape.first, range.upperBound <= count, count > 0 else {
      throw ModelFileError(
        .wrongShape(tensor: name, expected: [range.upperBound] + shape.dropFirst(), found: shape), path: file.path,
        offset: byteRange.lowerBound)
    }
    let bytes = byteRange.count / count
    return try TensorView(
      name: name, shape: [range.count] + shape.dropFirst(), type: type, file: file,
      byteRange: byteRange.lowerBound + range.lowerBound * bytes..<byteRange.lowerBound + range.upperBound * bytes)
  }
}
