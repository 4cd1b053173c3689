/// A model's description and where its tensors stand.
///
/// The names are canonical, whatever the file calls them: those of ``TransformerTensor`` for the encoder, and
/// `akin.dense.N.weight` [out, in] and `akin.dense.N.bias` [out] where the model has Dense modules.
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
    for file in files { file.releasePages() }
  }
}
