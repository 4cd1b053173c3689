import JSON

/// How one family's files are read: transformers' config.json, the names of its tensors, and llama.cpp's keys.
struct Architecture: Sendable {
  let family: ModelFamily
  /// Its value of llama.cpp's `general.architecture`; nil where llama.cpp has no graph that computes the family.
  let ggufName: String?
  /// transformers' tensors; what was saved at different times may have different names.
  let names: [TensorNames]
  /// The class of tokenizers that transformers takes where no file names one.
  let tokenizer: TokenizerClass
  /// Reads config.json.
  let configuration: @Sendable (JSONField) throws(JSONFieldError) -> TransformerDescription
  /// Changes what llama.cpp's common keys cannot say of the family.
  let completeGGUF: @Sendable (inout TransformerDescription, GGUFMetadata) throws(ModelFileError) -> Void

  init(
    _ family: ModelFamily, ggufName: String? = nil, names: [TensorNames], tokenizer: TokenizerClass = .file,
    configuration: @escaping @Sendable (JSONField) throws(JSONFieldError) -> TransformerDescription,
    completeGGUF: @escaping @Sendable (inout TransformerDescription, GGUFMetadata) throws(ModelFileError) -> Void = {
      (_, _) throws(ModelFileError) in
    }
  ) {
    self.family = family
    self.ggufName = ggufName
    self.names = names
    self.tokenizer = tokenizer
    self.configuration = configuration
    self.completeGGUF = completeGGUF
  }

  /// The value in files that llama.cpp is not to read.
  var ownName: String { ggufName == nil ? family.rawValue : "akin-" + family.rawValue }

  /// All that Akin knows.
  static let all: [Architecture] = [
    .bert, .roberta, .xlmRoberta, .camembert, .mpnet, .distilbert, .nomicBert, .modernBert, .qwen3, .gemma3, .jinaBert,
    .gte,
    .new, .electra, .albert, .staticEmbedding,
  ]

  static func of(_ family: ModelFamily) -> Architecture {
    guard let architecture = all.first(where: { $0.family == family }) else {
      preconditionFailure("every family has an architecture")
    }
    return architecture
  }
}

extension TransformerDescription {
  /// Reads transformers' config.json.
  init(transformers root: JSONField) throws(JSONFieldError) {
    let type = try root["model_type"].string()
    guard let family = ModelFamily(rawValue: type) else {
      let known = ModelFamily.allCases.map(\.rawValue).joined(separator: ", ")
      throw root["model_type"].mismatch("one of the architectures that Akin runs: \(known)", found: "\"\(type)\"")
    }
    try MemberTable.configuration.checkAsked(root)
    // Decoders read it themselves.
    if family != .qwen3, family != .gemma3 { try ConfigurationReader(root).refusePast() }
    let hasALiBi = try root["position_embedding_type"].ifPresent?.string() == "alibi"
    self = try Architecture.of(family == .bert && hasALiBi ? .jinaBert : family).configuration(root)
  }
}

/// Where transformers keeps the tensors of a family.
struct TensorNames: Sendable {
  /// A tensor, or some of its rows.
  struct Source: Sendable, ExpressibleByStringLiteral {
    /// Without prefix, block and `.weight` or `.bias`.
    let name: String
    /// Which of how many equal parts of the rows.
    var part = 0
    var parts = 1

    init(stringLiteral name: String) { self.name = name }

    init(_ name: String, part: Int, of parts: Int) {
      self.name = name
      self.part = part
      self.parts = parts
    }
  }

  /// What may stand before all names; the first one under which the word table is found counts.
  let prefixes: [String]
  /// Before the names of a block's tensors; `%` stands for its number.
  let block: String
  /// By canonical name, without the block and `.weight` or `.bias`.
  let sources: [String: Source]

  /// The source of a tensor by its canonical name, such as `blk.3.ffn_up.weight`.
  /// - Returns: the name without a prefix, and which of how many parts of its rows.
  func source(of canonical: String) -> (name: String, part: Int, parts: Int)? {
    var pieces = canonical.split(separator: ".").map(String.init)
    guard let kind = pieces.popLast() else { return nil }
    var place = ""
    if pieces.first == "blk", pieces.count > 2 {
      place = block.replacing("%", with: pieces[1])
      pieces.removeFirst(2)
    }
    guard let source = sources[pieces.joined(separator: ".")] else { return nil }
    return (place + source.name + "." + kind, source.part, source.parts)
  }
}
