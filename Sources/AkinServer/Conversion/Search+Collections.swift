import AkinCollections
import AkinProtocol

extension InlineDocument {
  init(_ document: SearchDocument) {
    self.init(
      text: document.text, id: document.id, uri: document.uri,
      metadata: document.metadata.mapValues(MetadataValue.init))
  }
}

extension MetadataValue {
  init(_ value: SearchMetadata) {
    switch value {
    case .string(let value): self = .string(value)
    case .number(let value): self = .number(value)
    case .bool(let value): self = .bool(value)
    }
  }
}

extension MetadataFilter {
  init(_ filter: SearchFilter) {
    self.init(conditions: filter.conditions.map { Condition(key: $0.key, comparison: Comparison($0.comparison)) })
  }
}

extension MetadataFilter.Comparison {
  init(_ comparison: SearchFilter.Comparison) {
    switch comparison {
    case .equal(let value): self = .equal(MetadataValue(value))
    case .notEqual(let value): self = .notEqual(MetadataValue(value))
    case .less(let value): self = .less(MetadataValue(value))
    case .lessOrEqual(let value): self = .lessOrEqual(MetadataValue(value))
    case .greater(let value): self = .greater(MetadataValue(value))
    case .greaterOrEqual(let value): self = .greaterOrEqual(MetadataValue(value))
    case .oneOf(let values): self = .oneOf(values.map(MetadataValue.init))
    case .exists(let wanted): self = .exists(wanted)
    }
  }
}
