import Tokenizers

/// llama.cpp's names for what cuts a text into words before a byte-pair encoding, `tokenizer.ggml.pre`.
enum GGUFPreTokenizer {
  /// What a name stands for.
  struct Kind {
    let normalizer: [NormalizerStep]
    let preTokenizer: [PreTokenizerStep]
    var ignoresMerges = false
    /// Whether a text has its beginning put before it where no key says it.
    var beginsTexts = false
  }

  /// The name that a definition's steps have. llama.cpp refuses `unknown`, where it has none for them.
  static func name(of tokenizer: TokenizerDefinition) -> String {
    switch tokenizer.model {
    case .wordPiece: return "jina-v2-en"
    case .unigram, .wordLevel: return "default"
    case .bytePair:
      guard tokenizer.isByteLevel else { return "default" }
      var steps = tokenizer.preTokenizer
      // A space before the first word is a key of its own.
      if case .byteLevel(true, let usesRegex)? = steps.last {
        steps[steps.count - 1] = .byteLevel(addsPrefixSpace: false, usesRegex: usesRegex)
      }
      return kinds.first { $0.kind.preTokenizer == steps }?.names[0] ?? "unknown"
    }
  }

  /// What a name stands for; `nil` where it is not known.
  static func kind(_ name: String) -> Kind? {
    kinds.first { $0.names.contains(name) }?.kind
  }

  private static let kinds: [(names: [String], kind: Kind)] = [
    (
      ["gpt-2", "roberta-bpe", "jina-v1-en", "jina-v2-code", "jina-v2-es", "jina-v2-de", "phi-2"],
      Kind(normalizer: [], preTokenizer: [.byteLevel(addsPrefixSpace: false, usesRegex: true)])
    ),
    // llama.cpp composes nothing; the models that the name is for do.
    (
      ["modern-bert"],
      Kind(normalizer: [.form(.nfc)], preTokenizer: [.byteLevel(addsPrefixSpace: false, usesRegex: true)])
    ),
    (["qwen2"], Kind(normalizer: [.form(.nfc)], preTokenizer: steps(2))),
    (
      ["llama-bpe", "llama3", "llama-v3"],
      Kind(normalizer: [], preTokenizer: steps(1), ignoresMerges: true, beginsTexts: true)
    ),
    (["gpt-4o", "llama4"], Kind(normalizer: [], preTokenizer: steps(5))),
    (
      ["starcoder", "refact", "command-r", "smollm"],
      Kind(
        normalizer: [],
        preTokenizer: [.digits(individually: true), .byteLevel(addsPrefixSpace: false, usesRegex: true)])
    ),
  ]

  /// The steps around one of `RegexPattern.known`.
  private static func steps(_ index: Int) -> [PreTokenizerStep] {
    guard let pattern = RegexPattern(RegexPattern.known[index]) else { return [] }
    return [
      .split(.regex(pattern), .isolated, inverted: false), .byteLevel(addsPrefixSpace: false, usesRegex: false),
    ]
  }
}
