import Tokenizers

/// The tokens that have a name: in tokenizer_config.json, and in GGUF files by their ids.
enum SpecialToken: CaseIterable {
  case unknown, classification, separator, padding, mask, beginning, end

  /// Where a definition holds the token.
  var name: WritableKeyPath<SpecialTokenNames, String?> {
    switch self {
    case .unknown: \.unknown
    case .classification: \.classification
    case .separator: \.separator
    case .padding: \.padding
    case .mask: \.mask
    case .beginning: \.beginning
    case .end: \.end
    }
  }

  /// The member of tokenizer_config.json and special_tokens_map.json.
  var setting: String {
    switch self {
    case .unknown: "unk_token"
    case .classification: "cls_token"
    case .separator: "sep_token"
    case .padding: "pad_token"
    case .mask: "mask_token"
    case .beginning: "bos_token"
    case .end: "eos_token"
    }
  }

  /// llama.cpp's key; `seperator` is its spelling.
  var ggufKey: String {
    let name =
      switch self {
      case .unknown: "unknown"
      case .classification: "cls"
      case .separator: "seperator"
      case .padding: "padding"
      case .mask: "mask"
      case .beginning: "bos"
      case .end: "eos"
      }
    return "tokenizer.ggml.\(name)_token_id"
  }
}
