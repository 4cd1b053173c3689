import JSON
import Tokenizers

/// What transformers' class of a tokenizer does beside reading tokenizer.json, by the class's name. One table: a class that is
/// not in it is refused by its name.
package enum TokenizerClass: Equatable {
  /// tokenizer.json says all.
  case file
  /// BERT's normaliser and template, whose settings stand over the file's.
  case bert
  /// BERT's normaliser with RoBERTa's template.
  case mpnet
  /// Byte-pair encoding over bytes with RoBERTa's template; `add_prefix_space` stands over the file's.
  case roberta
  /// Byte-pair encoding over bytes; `add_prefix_space` stands over the file's.
  case gpt2
  /// Likewise, with Qwen's words.
  case qwen2
  /// SentencePiece with RoBERTa's template and ids.
  case xlmRoberta, camembert
  /// Other SentencePiece models.
  case albert, t5, llama, gemma

  /// Without the `Fast` that names ended in until transformers 5. Classes that transformers 5 no longer has are read as it reads
  /// them: tokenizer.json alone. Those that build their parts in ways of their own are not here.
  package static let table: [(name: String, kind: TokenizerClass)] = [
    ("PreTrainedTokenizer", .file), ("TokenizersBackend", .file), ("ModernBertTokenizer", .file),
    ("MT5Tokenizer", .file),
    ("RetriBertTokenizer", .file), ("RealmTokenizer", .file), ("NomicBertTokenizer", .file),
    ("BertTokenizer", .bert), ("DistilBertTokenizer", .bert), ("ElectraTokenizer", .bert), ("ConvBertTokenizer", .bert),
    ("MobileBertTokenizer", .bert), ("SqueezeBertTokenizer", .bert), ("LxmertTokenizer", .bert),
    ("LayoutLMTokenizer", .bert),
    ("DPRContextEncoderTokenizer", .bert), ("DPRQuestionEncoderTokenizer", .bert), ("DPRReaderTokenizer", .bert),
    ("MPNetTokenizer", .mpnet),
    ("RobertaTokenizer", .roberta), ("LongformerTokenizer", .roberta), ("BartTokenizer", .roberta),
    ("LEDTokenizer", .roberta), ("MvpTokenizer", .roberta),
    ("GPT2Tokenizer", .gpt2), ("CodeGenTokenizer", .gpt2), ("Qwen2Tokenizer", .qwen2),
    ("XLMRobertaTokenizer", .xlmRoberta), ("CamembertTokenizer", .camembert), ("AlbertTokenizer", .albert),
    ("FNetTokenizer", .albert), ("T5Tokenizer", .t5), ("LlamaTokenizer", .llama), ("GemmaTokenizer", .gemma),
  ]

  /// The class that transformers takes for kinds of models that Akin does not compute, and whose tokenizers other models have.
  private static let byModelType: [(type: String, kind: TokenizerClass)] = [
    ("convbert", .bert), ("mobilebert", .bert), ("t5", .t5), ("gpt2", .gpt2), ("llama", .llama),
  ]

  /// - Parameters:
  ///   - settings: the root of tokenizer_config.json, or of nothing.
  ///   - configuration: the root of config.json, or of nothing.
  /// - Throws: for a class that is not known, or code of the folder's own.
  init(settings: JSONField, configuration: JSONField) throws(JSONFieldError) {
    if let field = settings["auto_map"]["AutoTokenizer"].ifPresent, Self.named(settings) == nil {
      throw field.mismatch("a tokenizer of transformers' own: Akin runs no code of a model's folder")
    }
    let type = try configuration["model_type"].ifPresent?.string() ?? ""
    for field in [settings["tokenizer_class"], configuration["tokenizer_class"]] {
      guard let name = try field.ifPresent?.string() else { continue }
      guard let kind = Self.kind(name) else {
        throw field.mismatch(
          "one of \(Self.table.map(\.name).joined(separator: ", "))", found: "\"\(name.prefix(64))\"")
      }
      // Files of this family name classes that are not theirs.
      self = type == "modernbert" ? .file : kind
      return
    }
    let other = Self.byModelType.first { $0.type == type }?.kind ?? .file
    self = ModelFamily(rawValue: type).map { Architecture.of($0).tokenizer } ?? other
  }

  /// Whether the class makes its parts for such models: of others it makes nonsense, or nothing.
  func fits(_ model: TokenModel) -> Bool {
    switch (self, model) {
    case (.file, _), (.bert, .wordPiece), (.mpnet, .wordPiece), (.roberta, .bytePair), (.gpt2, .bytePair),
      (.qwen2, .bytePair), (.llama, .bytePair), (.gemma, .bytePair), (.xlmRoberta, .unigram), (.camembert, .unigram),
      (.albert, .unigram), (.t5, .unigram):
      true
    default: false
    }
  }

  private static func named(_ settings: JSONField) -> TokenizerClass? {
    guard case .string(let name)? = settings["tokenizer_class"].value else { return nil }
    return kind(name)
  }

  private static func kind(_ name: String) -> TokenizerClass? {
    let stem = name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
    return table.first { $0.name == stem }?.kind
  }

  /// The names that the class gives its tokens where no file does.
  var defaultNames: [SpecialToken: String] {
    switch self {
    case .bert:
      [.unknown: "[UNK]", .classification: "[CLS]", .separator: "[SEP]", .padding: "[PAD]", .mask: "[MASK]"]
    case .mpnet:
      [
        .unknown: "[UNK]", .classification: "<s>", .separator: "</s>", .padding: "<pad>", .mask: "<mask>",
        .beginning: "<s>", .end: "</s>",
      ]
    case .roberta, .xlmRoberta, .camembert:
      [
        .unknown: "<unk>", .classification: "<s>", .separator: "</s>", .padding: "<pad>", .mask: "<mask>",
        .beginning: "<s>", .end: "</s>",
      ]
    case .albert:
      [
        .unknown: "<unk>", .classification: "[CLS]", .separator: "[SEP]", .padding: "<pad>", .mask: "[MASK]",
        .beginning: "[CLS]", .end: "[SEP]",
      ]
    case .t5: [.unknown: "<unk>", .padding: "<pad>", .end: "</s>"]
    case .llama: [.unknown: "<unk>", .beginning: "<s>", .end: "</s>"]
    case .gemma: [.unknown: "<unk>", .beginning: "<bos>", .end: "<eos>", .padding: "<pad>"]
    case .gpt2: [.unknown: "<|endoftext|>", .beginning: "<|endoftext|>", .end: "<|endoftext|>"]
    case .qwen2: [.unknown: "<|endoftext|>", .end: "<|endoftext|>", .padding: "<|endoftext|>"]
    case .file: [:]
    }
  }
}
