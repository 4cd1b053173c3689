import Encoder
import ModelFiles
import Tokenizers

/// Whether a request wants one vector a text, dense or sparse, or one a token.
public enum EmbedOutput: String, Sendable, CaseIterable {
  /// One pooled vector a text.
  case sentence
  /// One vector a token, special tokens included: the last hidden state, or what the model's modules for tokens make of it.
  case tokens
  /// One sparse vector a text, over the model's vocabulary.
  case sparse
}

/// What happens to a text with more tokens than the model takes.
public enum Overflow: String, Sendable, CaseIterable {
  /// The first tokens are kept, as sentence-transformers does.
  case truncate
  /// The request is refused before any work.
  case error
  /// The text is split into windows of the model's length; their vectors are averaged, weighted by tokens.
  case window
}

/// A prompt (instruction) put before each text.
public enum EmbedPrompt: Sendable, Equatable {
  /// The prompt itself.
  case text(String)
  /// A name from the model's `config_sentence_transformers.json`.
  case named(String)
}

/// Which of two waiting requests is batched first.
public enum Priority: Sendable {
  /// Short work that someone waits for; overtakes bulk work at batch boundaries.
  case interactive
  /// Work measured by throughput, such as indexing.
  case bulk
}

/// Texts to embed, and how. Members left nil take the model's own setting.
public struct EmbedRequest: Sendable {
  /// The texts, each embedded on its own.
  public var texts: [String]
  /// One vector a text, dense or sparse, or one a token.
  public var output: EmbedOutput = .sentence
  /// Replaces the model's pooling modes.
  public var pooling: PoolingMode?
  /// Whether vectors are scaled to unit length, after the cut to ``dimensions``. Nil: as the model's modules say, which
  /// see the vector before the cut; token vectors are then left as they are.
  public var normalize: Bool?
  /// Put before each text. Nil: the model's default prompt, if it names one.
  public var prompt: EmbedPrompt?
  /// Keeps the first components only (Matryoshka); 1 to the model's dimensions.
  public var dimensions: Int?
  /// What happens to texts over the model's length.
  public var overflow: Overflow = .truncate
  /// Interactive work overtakes bulk work. More tokens than `EngineOptions.tokenBudget` are bulk work in any case.
  public var priority: Priority = .interactive

  /// A request with the model's settings; change the members that differ.
  public init(texts: [String]) {
    self.texts = texts
  }
}

/// The answer to an ``EmbedRequest``, in the order of its texts.
public struct EmbedAnswer: Sendable {
  /// `[texts][dimensions]`; empty unless `output == .sentence`.
  public var vectors: [[Float]] = []
  /// `[texts]`; empty unless `output == .sparse`.
  public var sparseVectors: [SparseVector] = []
  /// `[texts][tokens][dimensions]`; empty unless `output == .tokens`. Rows behind a text's own tokens are those that the model fills
  /// queries up with.
  public var tokenVectors: [[[Float]]] = []
  /// The tokens that the rows of ``tokenVectors`` stand for; empty unless `output == .tokens`.
  public var encodings: [Encoding] = []
  /// Tokens of each text before any cut, special tokens included.
  public var tokens: [Int] = []
  /// Whether a text was cut at the model's length.
  public var truncated: [Bool] = []
  /// Components of each vector.
  public var dimensions: Int

  /// An answer to no texts; the members are filled in, or joined from the answers to parts of a request.
  public init(dimensions: Int) {
    self.dimensions = dimensions
  }
}
