/// The keys under which Akin's GGUF files hold what llama.cpp's common keys leave unsaid of a transformer, so that a file written
/// and read is the same model, whatever the family.
enum TransformerKeys {
  private static let prefix = "akin.encoder."
  static let family = prefix + "family"
  /// The rows of the position table before that of the first token, one after the other, where llama.cpp's table begins with that.
  static let positionsBefore = prefix + "positions.before"

  private static let ints: [(String, WritableKeyPath<TransformerDescription, Int> & Sendable, ClosedRange<Int>)] = [
    ("key_value_heads", \.keyValueHeadCount, 1...TransformerLimits.hidden),
    ("head_size", \.headSize, 1...TransformerLimits.hidden),
    ("embedding_size", \.embeddingSize, 1...TransformerLimits.hidden),
    ("types", \.typeVocabularySize, 0...TransformerLimits.types),
  ]

  private static let flags: [(String, WritableKeyPath<TransformerDescription, Bool> & Sendable)] = [
    ("embedding_norm", \.hasEmbeddingNorm), ("embedding_projection", \.hasEmbeddingProjection),
    ("skips_first_norm", \.skipsFirstNorm), ("final_norm", \.hasFinalNorm),
    ("causal", \.isCausal), ("head_norms", \.hasHeadNorms), ("attention_bias", \.hasAttentionBias),
    ("output_bias", \.hasOutputBias), ("gated", \.isGated), ("up_bias", \.hasUpBias), ("down_bias", \.hasDownBias),
    ("shares_layers", \.sharesLayers),
  ]

  static func write(_ model: TransformerDescription) -> [(String, GGUFValue)] {
    var keys: [(String, GGUFValue)] = [
      ("family", .string(model.family.rawValue)), ("embedding_scale", .float32(model.embeddingScale)),
      ("norm_placement", .string(model.normPlacement.rawValue)),
      ("norm", .string(name(of: model.norm))), ("local_layers", .bools(model.localLayers)),
    ]
    keys += ints.map { ($0.0, .uint32(UInt32(model[keyPath: $0.1]))) }
    keys += flags.map { ($0.0, .bool(model[keyPath: $0.1])) }
    if let table = model.positionTable {
      keys += [("positions.rows", .uint32(UInt32(table.rows))), ("positions.offset", .uint32(UInt32(table.offset)))]
      if let id = table.uncounted { keys.append(("positions.uncounted", .uint32(UInt32(id)))) }
    }
    if let rotary = model.rotary {
      keys += [
        ("rotary.base", .float64(rotary.base)), ("rotary.local_base", .float64(rotary.localBase)),
        ("rotary.factor", .float64(rotary.factor)), ("rotary.dimensions", .uint32(UInt32(rotary.dimensions))),
      ]
    }
    switch model.scoreBias {
    case .none: break
    case .linear: keys.append(("score_bias.linear", .bool(true)))
    case .buckets(let buckets, let distance):
      keys += [
        ("score_bias.buckets", .uint32(UInt32(buckets))), ("score_bias.max_distance", .uint32(UInt32(distance))),
      ]
    }
    if let words = model.wordRows {
      if !words.rows.isEmpty { keys.append(("words.rows", .int32s(words.rows))) }
      if !words.weights.isEmpty { keys.append(("words.weights", .float32s(words.weights))) }
    }
    if let window = model.window { keys.append(("window", .uint32(UInt32(window)))) }
    if let scale = model.scoreScale { keys.append(("score_scale", .float32(scale))) }
    return keys.map { (prefix + $0.0, $0.1) } + [(GGUFModel.Key.activation, .string(model.activation.rawValue))]
  }

  /// Completes a description from a file of Akin's, whose family it has.
  static func read(_ metadata: GGUFMetadata, into model: inout TransformerDescription) throws(ModelFileError) {
    for (key, property, range) in ints {
      model[keyPath: property] = try metadata.required(prefix + key, "an integer") { name throws(ModelFileError) in
        try metadata.int(name, in: range)
      }
    }
    for (key, property) in flags {
      model[keyPath: property] = try metadata.required(prefix + key, "a boolean", metadata.bool)
    }
    model.embeddingScale = try metadata.required(prefix + "embedding_scale", "a number", metadata.float)
    model.normPlacement = try metadata.choice(prefix + "norm_placement", NormPlacement.self) ?? .after
    model.norm = try norm(metadata)
    model.localLayers = try metadata.bools(prefix + "local_layers") ?? []
    model.window = try metadata.int(prefix + "window", in: 1...TransformerLimits.positions)
    model.scoreScale = try metadata.float(prefix + "score_scale")
    model.positionTable = try positions(metadata)
    model.rotary = try rotary(metadata)
    model.scoreBias = try scoreBias(metadata)
    model.wordRows = try wordRows(metadata, count: model.vocabularySize)
    if let count = model.wordRows?.rows.count, count > 0 { model.vocabularySize = count }
  }

  /// - Parameter count: of the table's rows.
  private static func wordRows(_ metadata: GGUFMetadata, count: Int) throws(ModelFileError) -> WordRows? {
    let rows = try metadata.ints(prefix + "words.rows") ?? []
    let weights = try metadata.doubles(prefix + "words.weights") ?? []
    guard !rows.isEmpty || !weights.isEmpty else { return nil }
    return WordRows(count: count, rows: rows.map { Int32(clamping: $0) }, weights: weights.map { Float($0) })
  }

  private static func positions(_ metadata: GGUFMetadata) throws(ModelFileError) -> PositionTable? {
    guard let rows = try metadata.int(prefix + "positions.rows", in: 1...TransformerLimits.positions) else {
      return nil
    }
    return PositionTable(
      rows: rows, offset: try metadata.int(prefix + "positions.offset", in: 0...rows) ?? 0,
      uncounted: try metadata.int(prefix + "positions.uncounted").map { Int32(clamping: $0) })
  }

  private static func rotary(_ metadata: GGUFMetadata) throws(ModelFileError) -> Rotary? {
    guard let dimensions = try metadata.int(prefix + "rotary.dimensions", in: 2...TransformerLimits.hidden) else {
      return nil
    }
    func number(_ key: String) throws(ModelFileError) -> Double {
      try metadata.required(prefix + key, "a number", metadata.double)
    }
    return Rotary(
      base: try number("rotary.base"), localBase: try number("rotary.local_base"), factor: try number("rotary.factor"),
      dimensions: dimensions)
  }

  private static func scoreBias(_ metadata: GGUFMetadata) throws(ModelFileError) -> ScoreBias {
    if try metadata.bool(prefix + "score_bias.linear") == true { return .linear }
    guard let buckets = try metadata.int(prefix + "score_bias.buckets", in: 4...TransformerLimits.positions) else {
      return .none
    }
    let distance = try metadata.int(prefix + "score_bias.max_distance", in: 2...TransformerLimits.positions) ?? 128
    return .buckets(buckets, maxDistance: distance)
  }

  private static let norms: [(String, NormKind)] = [
    ("layer", .layer(hasBias: true)), ("layer_without_bias", .layer(hasBias: false)), ("rms", .rootMeanSquare),
    ("rms_plus_one", .rootMeanSquarePlusOne),
  ]

  private static func name(of norm: NormKind) -> String {
    norms.first { $0.1 == norm }?.0 ?? "layer"
  }

  private static func norm(_ metadata: GGUFMetadata) throws(ModelFileError) -> NormKind {
    let name = try metadata.required(prefix + "norm", "a name", metadata.string)
    guard let norm = norms.first(where: { $0.0 == name }) else {
      throw metadata.wrong(
        prefix + "norm", expected: "one of " + norms.map(\.0).joined(separator: ", "), found: "'\(name)'")
    }
    return norm.1
  }
}
