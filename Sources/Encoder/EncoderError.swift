/// What can be wrong with a model, a batch or the choice of kernels.
public enum EncoderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// `AKIN_KERNELS` names a set of kernels that no build has.
  case unknownKernels(name: String, known: String)
  /// `AKIN_KERNELS` names kernels that this CPU cannot run.
  case unavailableKernels(name: String, available: [String])
  /// A negative number of threads, or more than 1024.
  case threadCount(Int)
  /// The model has no tensor of that canonical name.
  case missingTensor(String)
  /// A tensor's shape is not what the configuration asks for.
  case tensorShape(name: String, expected: [Int], found: [Int])
  /// A block of 32 values cannot be stored as q8_0: one of them is not finite, or over 8.3 million in magnitude.
  case unquantizable(name: String, block: Int)
  /// A size of the configuration that must be positive, and is not.
  case configuration(field: String, value: Int)
  /// The hidden size is not a multiple of the number of heads.
  case headCount(hiddenSize: Int, heads: Int)
  /// q8_0 needs rows of a multiple of 32 values, and values in whole rows.
  case quantizerColumns(values: Int, columns: Int)
  /// The batch has no sequence.
  case emptyBatch
  /// A sequence of the batch has no token.
  case emptySequence(sequence: Int)
  /// A sequence has more tokens than the model has positions.
  case sequenceTooLong(sequence: Int, tokens: Int, limit: Int)
  /// A token id is not in the vocabulary.
  case tokenOutOfRange(sequence: Int, position: Int, id: Int32, vocabularySize: Int)
  /// A token type is not in the model's table.
  case typeOutOfRange(sequence: Int, position: Int, type: Int32, typeVocabularySize: Int)

  /// What was expected and what came, in one sentence.
  public var description: String {
    switch self {
    case .unknownKernels(let name, let known):
      "AKIN_KERNELS is '\(name)', which is none of \(known)"
    case .unavailableKernels(let name, let available):
      "AKIN_KERNELS is '\(name)', which this CPU or this build cannot run; it can run \(available.joined(separator: ", "))"
    case .threadCount(let count):
      "the number of threads is \(count); expected 0 (all that this process may use) to 1024"
    case .missingTensor(let name):
      "the model has no tensor '\(name)'"
    case .tensorShape(let name, let expected, let found):
      "tensor '\(name)' has shape \(found); the configuration asks for \(expected)"
    case .unquantizable(let name, let block):
      "tensor '\(name)' holds a value that q8_0 cannot store (not finite, or over 8.3 million) in block \(block) of 32"
    case .configuration(let field, let value):
      "the configuration's \(field) is \(value); expected a positive number"
    case .headCount(let hiddenSize, let heads):
      "the hidden size \(hiddenSize) is not a multiple of the number of attention heads, \(heads)"
    case .quantizerColumns(let values, let columns):
      "\(values) values in rows of \(columns): q8_0 needs whole rows of a multiple of 32 values"
    case .emptyBatch:
      "the batch has no sequence"
    case .emptySequence(let sequence):
      "sequence \(sequence) of the batch has no token"
    case .sequenceTooLong(let sequence, let tokens, let limit):
      "sequence \(sequence) of the batch has \(tokens) tokens; the model has positions for \(limit)"
    case .tokenOutOfRange(let sequence, let position, let id, let size):
      "token \(position) of sequence \(sequence) has the id \(id); the vocabulary has ids from 0 to \(size - 1)"
    case .typeOutOfRange(let sequence, let position, let type, let size):
      "token \(position) of sequence \(sequence) has the type \(type); the model has types from 0 to \(size - 1)"
    }
  }
}
