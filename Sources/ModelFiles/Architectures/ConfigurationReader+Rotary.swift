import JSON
import Platform

/// Rotary positions, as transformers 5 makes one of the keys of its versions.
extension ConfigurationReader {
  /// The same angles in all blocks: what `rope_scaling` says, else `rope_parameters`; their base stands over `rope_theta`.
  /// - Parameter base: where the file has none.
  func rotary(_ model: TransformerDescription, base: Double) throws(JSONFieldError) -> Rotary {
    let scaling = try asked("rope_scaling"), given = scaling ?? root["rope_parameters"]
    for type in ["full_attention", "sliding_attention"] where given[type].isPresent {
      throw given[type].mismatch("no such member: all blocks have the same angles")
    }
    var rotary = Rotary(base: try number(given["rope_theta"], "rope_theta") ?? base, dimensions: model.headSize)
    try stretch(&rotary, by: given, model)
    return try checked(rotary, model, key: "rope_theta")
  }

  /// Angles by the type of a block: `rope_parameters` has both, and `rope_scaling` stands over them.
  /// - Parameters:
  ///   - base: the key of blocks that see everything, and what counts where the file has neither.
  ///   - localBase: likewise, of blocks that attend to a window.
  ///   - scalesLocal: whether `rope_scaling` is meant for these too.
  func rotary(
    _ model: TransformerDescription, base: (key: String, usual: Double), localBase: (key: String, usual: Double),
    scalesLocal: Bool
  ) throws(JSONFieldError) -> Rotary {
    func angles(_ type: String, scales: Bool) throws(JSONFieldError) -> JSONField {
      let own = root["rope_parameters"][type]
      var members = try own.ifPresent?.object() ?? ["rope_type": .string("default")]
      if scales { for (name, value) in try asked("rope_scaling")?.object() ?? [:] { members[name] = value } }
      return JSONField(.object(members), path: own.path)
    }
    let full = try angles("full_attention", scales: true)
    let local = try angles("sliding_attention", scales: scalesLocal)
    var rotary = Rotary(
      base: try number(full["rope_theta"], base.key) ?? base.usual,
      localBase: try number(local["rope_theta"], localBase.key) ?? localBase.usual,
      dimensions: model.headSize)
    try stretch(&rotary, by: local, model)
    guard rotary.factor == 1 else {
      throw local.mismatch("the usual angles in blocks that see a window only", found: "angles that are stretched")
    }
    try stretch(&rotary, by: full, model)
    return try checked(rotary, model, key: base.key)
  }

  /// A field, else the file's own member.
  private func number(_ field: JSONField, _ key: String) throws(JSONFieldError) -> Double? {
    let place = field.ifPresent ?? root[key].ifPresent
    return try place?.double()
  }

  /// A member that is there and says something.
  private func asked(_ key: String) throws(JSONFieldError) -> JSONField? {
    guard let field = root[key].ifPresent, try !field.object().members.isEmpty else { return nil }
    return field
  }

  fileprivate static func kind(_ field: JSONField) -> JSONField? {
    field["rope_type"].ifPresent ?? field["type"].ifPresent
  }

  /// What stretches the angles for sequences beyond the length of training.
  private func stretch(
    _ rotary: inout Rotary, by field: JSONField, _ model: TransformerDescription
  ) throws(JSONFieldError) {
    func factor() throws(JSONFieldError) -> Double {
      let factor = try field["factor"].double()
      guard factor >= 1 else { throw field["factor"].mismatch("a number of at least 1") }
      return factor
    }
    for place in [field["partial_rotary_factor"], root["partial_rotary_factor"]] {
      guard let fraction = try place.ifPresent?.double(), fraction != 1 else { continue }
      throw place.mismatch("1: the whole of a head is turned")
    }
    guard let kind = Self.kind(field) else { return }
    switch try kind.string() {
    case "default": break
    case "dynamic": break  // no sequence is longer than the positions, up to which nothing is stretched
    case "linear": rotary.factor = try factor()
    case "ntk" where model.family == .new:
      // Its own form: a larger base, and angles smaller by a power of the factor.
      let factor = try factor()
      rotary.base *= factor
      rotary.localBase = rotary.base
      rotary.factor = pow(factor, 2 / Double(rotary.dimensions))
    case let type: throw kind.mismatch("\"default\", \"dynamic\" or \"linear\"", found: "\"\(type)\"")
    }
  }

  private func checked(_ rotary: Rotary, _ model: TransformerDescription, key: String) throws(JSONFieldError) -> Rotary
  {
    guard model.headSize % 2 == 0, rotary.base > 0, rotary.localBase > 0 else {
      throw root[key].mismatch("a positive base, and heads of an even size")
    }
    return rotary
  }
}

extension TransformerDescription {
  /// Takes longer sequences, as sentence-transformers does where its own files ask for more than `max_position_embeddings`. A table
  /// of positions ends with its rows, and angles that depend on the longest text of a batch stay within the length of training.
  /// - Parameters:
  ///   - length: of a sequence, in tokens.
  ///   - root: config.json.
  mutating func lengthen(to length: Int, _ root: JSONField) throws(JSONFieldError) {
    guard positionTable == nil, length > maxPositions, root["rotary_scaling_factor"].ifPresent == nil else { return }
    let scaling = [root["rope_scaling"], root["rope_parameters"]].flatMap { [$0, $0["full_attention"]] }
    for field in scaling {
      if let kind = ConfigurationReader.kind(field), try kind.string() == "dynamic" { return }
    }
    maxPositions = length
  }
}
