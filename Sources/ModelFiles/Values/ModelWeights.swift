/// A model's description and where its tensors stand.
///
/// The names are those of llama.cpp for the architecture `bert`, whatever the file calls them; linear weights are
/// [outputs, inputs]:
///
/// - `token_embd.weight` [vocabulary, hidden], `position_embd.weight` [positions, hidden], `token_types.weight`
///   [types, hidden], `token_embd_norm.weight` and `.bias` [hidden]
/// - for block N: `blk.N.attn_q`, `attn_k`, `attn_v`, `attn_output` (`.weight` [hidden, hidden], `.bias` [hidden]),
///   `blk.N.attn_output_norm`, `blk.N.ffn_up` (`.weight` [intermediate, hidden]), `blk.N.ffn_down` (`.weight`
///   [hidden, intermediate]), `blk.N.layer_output_norm`
/// - `akin.dense.N.weight` [out, in] and `akin.dense.N.bias` [out], only where the model has Dense modules
public struct ModelWeights: Sendable {
  /// Sizes, modules and tokenizer.
  public let description: ModelDescription
  /// Every tensor that `description` asks for, by its canonical name, and no other.
  public let tensors: [String: TensorView]
  /// What the file says of its own bytes.
  let checksum: WrittenChecksum?

  /// Takes the tensors as they are; `open(folder:name:)` and `open(gguf:name:)` check them.
  package init(description: ModelDescription, tensors: [String: TensorView]) {
    self.init(description: description, tensors: tensors, checksum: nil)
  }

  init(description: ModelDescription, tensors: [String: TensorView], checksum: WrittenChecksum?) {
    self.description = description
    self.tensors = tensors
    self.checksum = checksum
  }

  /// Gives the pages of the mapped files back to the system, which reads them again when they are next used.
  public func releasePages() {
    let files = Dictionary(
      tensors.values.map { (ObjectIdentifier($0.file), $0.file) }, uniquingKeysWith: { first, _ in first })
    for file in files.values { file.releasePages() }
  }
}
