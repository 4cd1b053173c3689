import AkinTestSupport
import ModelFiles
import Testing
import Tokenizers

/// What a folder's files say beside the architecture: honoured, known to be harmless, or refused by name.
@Suite struct FolderSettingsTests {
  private func open(
    _ file: String, _ old: String, _ new: String, of name: String = "sentence"
  ) throws -> ModelDescription {
    let model = try SmallModel(name)
    try model.replace(old, with: new, in: file)
    return try model.open().description
  }

  private func refusal(_ file: String, _ old: String, _ new: String, of name: String = "sentence") throws -> String {
    let model = try SmallModel(name)
    try model.replace(old, with: new, in: file)
    return try #require(fileError { try model.open() }).description
  }

  @Test func aCutOfAllVectorsIsHonoured() throws {
    let description = try open(
      "config_sentence_transformers.json", #""default_prompt_name": null"#,
      #""default_prompt_name": null, "truncate_dim": 8"#)
    #expect(description.truncateDimensions == 8 && description.embeddingDimensions == 8)
    #expect(description.projectedDimensions == 32)
  }

  @Test func namesOfSimilaritiesAreAdvice() throws {
    for (name, expected) in [("dot_score", "dot"), ("cos_sim", "cosine"), ("euclidean", "euclidean")] {
      #expect(try open("config_sentence_transformers.json", #""cosine""#, "\"\(name)\"").similarity == expected)
    }
    #expect(try open("config_sentence_transformers.json", #""cosine""#, #""hamming""#).similarity == nil)
  }

  @Test func whatTheTokenizerIsCalledWithIsHonoured() throws {
    let file = "sentence_bert_config.json", last = #""module_output_name": "token_embeddings""#
    func settings(_ text: String) -> String { last + #", "processing_kwargs": {"text": \#(text)}"# }
    #expect(try open(file, last, settings(#"{"max_length": 9, "padding": "max_length"}"#)).maxSequenceLength == 9)
    #expect(try open(file, last, settings(#"{"max_length": 9000}"#)).maxSequenceLength == 24)
    let bare = try open(file, last, settings(#"{"add_special_tokens": false}"#))
    #expect(bare.tokenizer.template == Template())
    #expect(try refusal(file, last, settings(#"{"stride": 4}"#)).contains("processing_kwargs.text.stride"))
    #expect(try refusal(file, last, settings(#"{"truncation": false}"#)).contains("processing_kwargs.text.truncation"))
    #expect(
      try refusal(file, last, last + #", "processing_kwargs": {"image": {"size": 3}}"#).contains(
        "processing_kwargs.image"))
  }

  @Test func anotherTaskThanEncodingIsRefused() throws {
    for task in ["fill-mask", "text-generation"] {
      let error = try refusal("sentence_bert_config.json", "feature-extraction", task)
      #expect(error.contains("transformer_task") && error.contains(task))
    }
  }

  @Test func aHeadWithoutModulesIsTakenForWhatItIs() throws {
    let error = try refusal("config.json", "BertModel", "BertForTokenClassification", of: "bert-plain")
    #expect(error.contains("architectures") && error.contains("BertForTokenClassification"))
    // Its tensors are not there.
    let missing = try refusal("config.json", "BertModel", "BertForSequenceClassification", of: "bert-plain")
    #expect(missing.contains("'bert.pooler.dense.weight' is missing"))
  }

  @Test func vectorsOfTokensAreNotNormalisedSilently() throws {
    let model = try SmallModel()
    try model.makeFolder("2_Normalize")
    try model.write(#"{"module_input_name": "token_embeddings"}"#, to: "2_Normalize/config.json")
    #expect(try #require(fileError { try model.open() }).description.contains("module_input_name"))
    try model.write(#"{"module_input_name": "sentence_embedding"}"#, to: "2_Normalize/config.json")
    #expect(try model.open().description.normalize)
  }

  @Test func anEncoderMayHaveAFolderOfItsOwn() throws {
    let model = try SmallModel()
    try model.makeFolder("0_Transformer")
    for file in [
      "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "sentence_bert_config.json",
    ] {
      try model.move(file, to: "0_Transformer/" + file)
    }
    let modules = try #require(String(bytes: model.bytes("modules.json"), encoding: .utf8))
    #expect(modules.contains(#""path": """#))
    try model.replace(#""path": """#, with: #""path": "0_Transformer""#, in: "modules.json")
    let original = try SmallModel().open()
    let moved = try model.open()
    #expect(moved.description == original.description && moved.tensors.count == original.tensors.count)
  }

  @Test func weightsMayBeSharedOutToFiles() throws {
    let model = try SmallModel()
    let whole = try model.open()
    try model.move("model.safetensors", to: "model-00001-of-00001.safetensors")
    try model.write(
      #"{"metadata": {}, "weight_map": {"embeddings.word_embeddings.weight": "model-00001-of-00001.safetensors"}}"#,
      to: "model.safetensors.index.json")
    #expect(try model.open().tensors.count == whole.tensors.count)
    try model.write(#"{"weight_map": {"a": "../x.safetensors"}}"#, to: "model.safetensors.index.json")
    #expect(try #require(fileError { try model.open() }).description.contains("in the same folder"))
  }
}
