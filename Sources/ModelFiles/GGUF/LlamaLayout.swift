import Tokenizers

/// How llama.cpp has a model, where its graph of the family computes what the model is. Any other model is written under a name of
/// Akin's own, which llama.cpp refuses: it would compute something else.
struct LlamaLayout {
  /// The file's `general.architecture`.
  let architecture: String
  /// Whether that is llama.cpp's.
  let isLlamas: Bool
  /// What stands in the file: norms that multiply by 1 + weight are written with that sum, as llama.cpp reads them.
  let transformer: TransformerDescription
  private let addsOne: Bool
  private let dense: [DenseModule]

  init(_ description: ModelDescription) {
    let family = Architecture.of(description.transformer.family)
    var stored = description.transformer
    dense = description.dense
    if let name = family.ggufName, Self.computes(description, family, name: name) {
      (architecture, isLlamas) = (name, true)
      addsOne = stored.norm == .rootMeanSquarePlusOne
      if addsOne { stored.norm = .rootMeanSquare }
    } else {
      (architecture, isLlamas, addsOne) = (family.ownName, false, false)
    }
    transformer = stored
  }

  /// Whether the same description comes of reading llama.cpp's keys alone, and llama.cpp has the model's heads.
  private static func computes(_ description: ModelDescription, _ family: Architecture, name: String) -> Bool {
    var expected = description.transformer
    guard hasHeads(description, name: name), name != "jina-bert-v2" || expected.typeVocabularySize > 0,
      (expected.rotary?.factor ?? 1) == 1 || !expected.localLayers.contains(true)
    else { return false }
    var found = TransformerDescription(
      family: expected.family, vocabularySize: expected.vocabularySize, hiddenSize: expected.hiddenSize,
      layerCount: expected.layerCount, headCount: expected.headCount, intermediateSize: expected.intermediateSize,
      maxPositions: expected.maxPositions, typeVocabularySize: expected.typeVocabularySize,
      normEpsilon: expected.normEpsilon)
    do throws(ModelFileError) {
      let metadata = try GGUFMetadata(LlamaKeys.transformer(expected, architecture: name))
      try family.completeGGUF(&found, metadata)
      try ForeignKeys(metadata, architecture: name).apply(to: &found)
    } catch {
      return false
    }
    if expected.norm == .rootMeanSquarePlusOne { expected.norm = .rootMeanSquare }
    if let table = expected.positionTable, table.rows - table.offset == expected.maxPositions {
      expected.positionTable = PositionTable(rows: expected.maxPositions)
    }
    // llama.cpp computes both by a table of the approximation.
    if expected.activation == .geluTanh { expected.activation = .gelu }
    if found.activation == .geluTanh { found.activation = .gelu }
    return found == expected
  }

  private static func hasHeads(_ description: ModelDescription, name: String) -> Bool {
    guard description.sparse == nil, description.tokenHead == nil else { return false }
    if let head = description.classifier {
      // It takes all tokens of a pair for those of its first text.
      let hasTypes = description.tokenizer.template.hasTypes && description.transformer.typeVocabularySize > 1
      guard head.pooling == .cls, !hasTypes else { return false }
      switch name {
      case "bert": return (head.hidden ?? .tanh) == .tanh && !head.hasNorm
      case "modern-bert": return head.hidden == .gelu && !head.hasHiddenBias && head.hasNorm
      default: return false
      }
    }
    let dense = description.dense, width = description.transformer.hiddenSize
    guard !dense.isEmpty else { return true }
    return name == "gemma-embedding" && dense.count <= GGUFModel.llamaDense.count && dense.first?.inFeatures == width
      && dense.last?.outFeatures == width
      && dense.allSatisfy { !$0.hasBias && !$0.hasResidual && $0.activation == .identity }
  }

  /// The tensors as llama.cpp lays them out, and keys with what has no place in them.
  func tensors(_ tensors: [GGUFTensor]) -> (tensors: [GGUFTensor], keys: [(String, GGUFValue)]) {
    guard isLlamas else { return (tensors, []) }
    var written: [GGUFTensor] = [], keys: [(String, GGUFValue)] = []
    let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for tensor in tensors {
      guard var tensor = whole(tensor, byName) else { continue }
      if tensor.name == TransformerTensor.positionTable, let offset = transformer.positionTable?.offset, offset > 0 {
        keys.append((TransformerKeys.positionsBefore, .float32s(tensor.cut(rows: offset))))
      } else if let index = dense.indices.first(where: { tensor.name == "akin.dense.\($0).weight" }) {
        tensor.name = GGUFModel.llamaDense[index]
      } else if addsOne, tensor.name.hasSuffix("norm.weight") {
        tensor.addOne()
      }
      written.append(tensor)
    }
    return (written, keys)
  }

  /// What ModernBERT's files have in one tensor, by its name and theirs.
  private static let joined = [
    ("attn_qkv", AttentionPart.allCases.map(\.rawValue)), ("ffn_up", ["ffn_gate", "ffn_up"]),
  ]

  /// A tensor with those that stand below it in llama.cpp's file; nil for one of these.
  private func whole(_ tensor: GGUFTensor, _ all: [String: GGUFTensor]) -> GGUFTensor? {
    guard architecture == "modern-bert" else { return tensor }
    for (name, parts) in Self.joined {
      guard let index = parts.firstIndex(where: { tensor.name.contains(".\($0).") }) else { continue }
      guard index == 0 else { return nil }
      var whole = tensor
      whole.name = tensor.name.replacing(".\(parts[0]).", with: ".\(name).")
      for part in parts.dropFirst() {
        guard let below = all[tensor.name.replacing(".\(parts[0]).", with: ".\(part).")] else { continue }
        whole.shape[0] += below.shape[0]
        whole.bytes += below.bytes
      }
      return whole
    }
    return tensor
  }
}

extension Template {
  /// Whether tokens of a pair have another type than 0.
  fileprivate var hasTypes: Bool {
    pair.contains { piece in
      switch piece {
      case .special(_, let typeID), .first(let typeID), .second(let typeID): typeID != 0
      }
    }
  }
}

extension GGUFTensor {
  /// Takes the first rows out of a table in float32.
  fileprivate mutating func cut(rows: Int) -> [Float] {
    let bytes = rows * shape[1] * MemoryLayout<Float>.size
    let values = floats(self.bytes.prefix(bytes))
    self.bytes.removeFirst(bytes)
    shape[0] -= rows
    return values
  }

  /// To each of float32 values.
  fileprivate mutating func addOne() {
    bytes = floats(bytes[...]).map { 1 + $0 }.withUnsafeBytes { Array($0) }
  }

  private func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
      }
    }
  }
}
