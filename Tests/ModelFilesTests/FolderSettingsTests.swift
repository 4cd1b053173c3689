import AkinTestSupport
import Foundation
import JSON
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
    // It stands over `max_seq_length`, 24, but not over the table of positions.
    #expect(try open(file, last, settings(#"{"max_length": 27}"#)).maxSequenceLength == 27)
    #expect(try open(file, last, settings(#"{"max_length": 9000}"#)).maxSequenceLength == 32)
    let bare = try open(file, last, settings(#"{"add_special_tokens": false}"#))
    #expect(bare.tokenizer.template == Template())
    #expect(try refusal(file, last, settings(#"{"stride": 4}"#)).contains("processing_kwargs.text.stride"))
    #expect(try refusal(file, last, settings(#"{"truncation": false}"#)).contains("processing_kwargs.text.truncation"))
    #expect(
      try refusal(file, last, last + #", "processing_kwargs": {"image": {"size": 3}}"#).contains(
        "processing_kwargs.image"))
  }

  @Test func anotherTaskThanEncodingIsRefused() throws {
    for task in ["any-to-any", "text-generation"] {
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

  /// Tasks and classes that need a head which is not there are refused by the tensor, never taken for an encoder.
  @Test func aMaskedLanguageModelIsNoEncoder() throws {
    let missing = try refusal("config.json", "BertModel", "BertForMaskedLM", of: "bert-plain")
    #expect(missing.contains("'cls.predictions.transform.dense.weight' is missing"))
    let task = try refusal("sentence_bert_config.json", "feature-extraction", "fill-mask")
    #expect(task.contains("modality_config.text.method_output_name") || task.contains("cls.predictions"))
    for name in ["Qwen3ForCausalLM", "BertForTokenClassification", "HF_Other", "T5ForConditionalGeneration"] {
      #expect(try refusal("config.json", "BertModel", name, of: "bert-plain").contains(name))
    }
    #expect(
      try refusal("config.json", "BertModel", "HF_ColBERT", of: "bert-plain").contains("'linear.weight' is missing"))
  }

  @Test func codeOfTheModelsOwnIsRefusedByName() throws {
    let map = #""architectures": ["BertModel"], "auto_map": {"AutoModel": "modeling_mine.MyBertModel"}"#
    let model = try SmallModel()
    let text = try #require(String(bytes: model.bytes("config.json"), encoding: .utf8))
    let old = try #require(text.firstMatch(of: /"architectures": \[\s*"BertModel"\s*\]/))
    try model.write(text.replacing(String(old.output), with: map), to: "config.json")
    let error = try #require(fileError { try model.open() }).description
    #expect(error.contains("auto_map.AutoModel") && error.contains("MyBertModel"))
    // Code for what is not asked changes nothing.
    try model.write(
      text.replacing(String(old.output), with: map.replacing("AutoModel\"", with: "AutoModelForMaskedLM\"")),
      to: "config.json")
    #expect(try model.open().description.transformer.family == .bert)
    for type in [
      "custom_st.Transformer", "sentence_transformers.models.Router", "sentence_transformers.models.WordWeights",
    ] {
      let error = try refusal("modules.json", "sentence_transformers.base.modules.transformer.Transformer", type)
      #expect(error.contains("modules.json") && error.contains(type), "\(error)")
    }
  }

  /// Members of sentence-transformers' files that its classes have no parameter for, and such as change numbers.
  @Test func membersThatNobodyKnowsAreRefusedByName() throws {
    let last = #""module_output_name": "token_embeddings""#
    func settings(_ member: String) throws -> String {
      try refusal("sentence_bert_config.json", last, last + ", " + member)
    }
    #expect(try settings(#""temperature": 2"#).contains("temperature"))
    #expect(try settings(#""tokenizer_args": {"do_lower_case": true}"#).contains("tokenizer_args.do_lower_case"))
    #expect(try settings(#""model_args": {"add_cross_attention": true}"#).contains("model_args.add_cross_attention"))
    #expect(try settings(#""config_args": {"hidden_act": "relu"}"#).contains("config_args.hidden_act"))
    #expect(try settings(#""query_length": 3"#).contains("query_length"))
    #expect(try settings(#""tokenizer_name_or_path": "other""#).contains("tokenizer_name_or_path"))
    for harmless in [
      #""unpad_inputs": true"#, #""model_args": {"attn_implementation": "sdpa"}"#,
      #""tokenizer_args": {"use_fast": true}"#,
    ] {
      let description = try open("sentence_bert_config.json", last, last + ", " + harmless)
      #expect(try description == open("sentence_bert_config.json", last, last))
    }
    #expect(try refusal("sentence_bert_config.json", "last_hidden_state", "pooler_output").contains("pooler_output"))
    #expect(
      try refusal("sentence_bert_config.json", #""text": {"#, #""message": {"method": "forward"}, "text": {"#).contains(
        "message"))
    #expect(
      try refusal("1_Pooling/config.json", #""include_prompt": true"#, #""include_prompt": true, "power": 3"#).contains(
        "power"))
  }

  /// sentence-transformers looks at its own files where there is a modules.json.
  @Test func withoutModulesItsOtherFilesSayNothing() throws {
    let model = try SmallModel("bert-plain")
    let plain = try model.open().description
    try model.write(#"{"max_seq_length": 5, "do_lower_case": true, "unheard": 1}"#, to: "sentence_bert_config.json")
    try model.write(
      #"{"prompts": {"a": "b"}, "default_prompt_name": "a", "truncate_dim": 4}"#,
      to: "config_sentence_transformers.json")
    #expect(try model.open().description == plain)
  }

  @Test func whatWouldBeReadInAChatIsRefused() throws {
    let model = try SmallModel("bert-plain")
    try model.write("{{ messages }}", to: "chat_template.jinja")
    #expect(try #require(fileError { try model.open() }).description.contains("chat_template.jinja"))
    let error = try refusal(
      "tokenizer_config.json", #""unk_token""#, #""chat_template": "{{ messages }}", "unk_token""#, of: "bert-plain")
    #expect(error.contains("chat_template"))
    // With modules texts are read as they are.
    let named = try SmallModel()
    try named.write("{{ messages }}", to: "chat_template.jinja")
    #expect(try named.open().description == SmallModel().open().description)
  }

  @Test func anAdapterIsNoModel() throws {
    let model = try SmallModel()
    try model.write(#"{"peft_type": "LORA"}"#, to: "adapter_config.json")
    #expect(try #require(fileError { try model.open() }).description.contains("adapter_config.json"))
  }

  /// Its two texts are then told apart by the separator alone.
  @Test func aTokenizerMayTellTheModelNoTypes() throws {
    let usual = try SmallModel("bert-plain").open().description.tokenizer.template
    let without = try open(
      "tokenizer_config.json", #""unk_token""#, #""model_input_names": ["input_ids", "attention_mask"], "unk_token""#,
      of: "bert-plain"
    ).tokenizer.template
    #expect(without.single == usual.single && without.pair != usual.pair)
    for case .special(_, let type) in without.pair { #expect(type == 0) }
    for case .second(let type) in without.pair { #expect(type == 0) }
    let with = try open(
      "tokenizer_config.json", #""unk_token""#,
      #""model_input_names": ["input_ids", "token_type_ids", "attention_mask"], "unk_token""#, of: "bert-plain"
    ).tokenizer.template
    #expect(with == usual)
    let other = try open("tokenizer_config.json", #""BertTokenizer""#, #""PreTrainedTokenizerFast""#, of: "bert-plain")
    #expect(other.tokenizer.template == without)
  }

  @Test func aClassThatCannotMakeTheTokenizerIsRefused() throws {
    let file = "tokenizer_config.json", name = "bert-plain"
    for other in ["GPT2Tokenizer", "Qwen2TokenizerFast", "GemmaTokenizer", "RobertaTokenizer", "T5Tokenizer"] {
      #expect(try refusal(file, "BertTokenizer", other, of: name).contains("tokenizer_class"))
    }
    #expect(try refusal(file, #""cls_token": "[CLS]""#, #""cls_token": null"#, of: name).contains("cls_token"))
    let blind = try refusal(file, #""unk_token""#, #""model_input_names": ["input_ids"], "unk_token""#, of: name)
    #expect(blind.contains("model_input_names"))
  }

  @Test func settingsThatSayNothingLeaveItToTheNext() throws {
    let model = try SmallModel()
    try model.write("{}", to: "sentence_bert_config.json")
    try model.write(#"{"max_seq_length": 7}"#, to: "sentence_roberta_config.json")
    #expect(try model.open().description.maxSequenceLength == 7)
  }

  @Test func whatTheEncoderGivesHasItsUsualName() throws {
    let last = #""module_output_name": "token_embeddings""#
    let error = try refusal("sentence_bert_config.json", last, #""module_output_name": "sentence_embedding""#)
    #expect(error.contains("module_output_name") && error.contains("sentence_embedding"))
  }

  /// A model of tokens whose config_sentence_transformers.json has more members.
  private func tokenHead(
    _ name: String, _ members: [String: Any], without module: String? = nil
  ) throws -> TokenHead {
    let folder = try TemporaryFolder(), path = folder.file("model")
    try FileManager.default.copyItem(atPath: Fixtures.path("heads/" + name), toPath: path)
    func edit(_ file: String, _ change: (inout Any) throws -> Void) throws {
      let place = URL(fileURLWithPath: path + "/" + file)
      var value = try JSONSerialization.jsonObject(with: try Data(contentsOf: place))
      try change(&value)
      try JSONSerialization.data(withJSONObject: value).write(to: place)
    }
    try edit("config_sentence_transformers.json") { value in
      value = try #require(value as? [String: Any]).merging(members) { _, new in new }
    }
    try edit("modules.json") { value in
      value = try #require(value as? [[String: Any]]).filter {
        module == nil || !"\($0["type"] ?? "")".hasSuffix(module ?? "")
      }
    }
    return try #require(try ModelWeights.open(folder: path, name: "test/tokens").description.tokenHead)
  }

  /// What PyLate keeps beside the modules fills up what they leave open, and no more.
  @Test func modulesStandOverWhatPyLateKeepsBesideThem() throws {
    let plain = try tokenHead("tokens-expanding", [:])
    for members in [["skiplist_words": ["a"]], ["do_query_expansion": true], ["attend_to_expansion_tokens": true]] {
      #expect(try tokenHead("tokens-expanding", members) == plain)
    }
    let filled = try tokenHead("tokens-plain", ["do_query_expansion": true])
    #expect(filled.expansion?.length == 32 && filled.skippedIDs.isEmpty)
    #expect(throws: ModelFileError.self) { try tokenHead("tokens-expanding", [:], without: "MultiVectorMask") }
    #expect(try tokenHead("tokens-plain", [:], without: "Normalize").normalize == false)
  }

  /// sentence-transformers makes modules of its own where the kind is not theirs.
  @Test func aKindThatTheModulesAreNotIsRefused() throws {
    let file = "config_sentence_transformers.json", old = #""model_type": "SentenceTransformer""#
    for kind in [#""SparseEncoder""#, #""CrossEncoder""#, #""MultiVectorEncoder""#, #""ColBERT""#, #""X""#, "null"] {
      let error = try refusal(file, old, "\"model_type\": \(kind)")
      #expect(error.contains(file) && error.contains("model_type"), "\(error)")
    }
    #expect(try open(file, old, #""x": 1"#) == open(file, old, old))
    #expect(try tokenHead("tokens-plain", ["model_type": "SentenceTransformer"]).normalize)
    let error = try #require(fileError { try tokenHead("tokens-plain", ["model_type": "CrossEncoder"]) })
    #expect(error.description.contains("model_type") && error.description.contains("MultiVectorEncoder"))
    let folder = try TemporaryFolder(), path = folder.file("model")
    try FileManager.default.copyItem(atPath: Fixtures.path("heads/sparse-modules-sum"), toPath: path)
    #expect(try ModelWeights.open(folder: path, name: "test/sparse").description.sparse != nil)
    try folder.write(Array(#"{"model_type": "CrossEncoder"}"#.utf8), to: "model/" + file)
    let sparse = try #require(fileError { try ModelWeights.open(folder: path, name: "test/sparse") })
    #expect(sparse.description.contains("model_type") && sparse.description.contains("SparseEncoder"))
  }

  /// Else the hidden states would be taken for scores of words.
  @Test func wordsAreWeighedByAMaskedLanguageModelAlone() throws {
    let folder = try TemporaryFolder(), path = folder.file("model"), file = "sentence_bert_config.json"
    try FileManager.default.copyItem(atPath: Fixtures.path("heads/sparse-modules-sum"), toPath: path)
    func error() -> String? { fileError { try ModelWeights.open(folder: path, name: "test/sparse") }?.description }
    for settings in [#"{"transformer_task": "feature-extraction"}"#, #"{"max_seq_length": 9}"#, nil] {
      try settings.map { try folder.write(Array($0.utf8), to: "model/" + file) }
        ?? FileManager.default.removeItem(atPath: path + "/" + file)
      let refusal = try #require(error())
      #expect(refusal.contains(file) && refusal.contains("transformer_task") && refusal.contains("fill-mask"))
    }
    // The older class says it itself.
    let modules = try String(contentsOfFile: path + "/modules.json", encoding: .utf8)
    let older = modules.replacing("base.modules.transformer.Transformer", with: "sparse_encoder.models.MLMTransformer")
    try folder.write(Array(older.utf8), to: "model/modules.json")
    #expect(try ModelWeights.open(folder: path, name: "test/sparse").description.sparse != nil)
  }

  /// Positions of BERT's table are counted from a row's beginning, where padding would stand.
  @Test func fillingUpAtTheBeginningIsRefused() throws {
    let file = "tokenizer_config.json", name = #""unk_token""#
    let left = try refusal(file, name, #""padding_side": "left", "unk_token""#)
    #expect(left.contains(file) && left.contains("padding_side"), "\(left)")
    let plain = try open(file, name, name)
    #expect(try open(file, name, #""padding_side": "right", "unk_token""#) == plain)
    let padding =
      #""padding": {"strategy": "BatchLongest", "direction": "Left", "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}"#
    let json = try refusal("tokenizer.json", #""padding": null"#, padding)
    #expect(json.contains("tokenizer.json") && json.contains("padding.direction"), "\(json)")
    #expect(
      try open("tokenizer.json", #""padding": null"#, padding.replacing("Left", with: "Right")).tokenizer
        == plain.tokenizer)
    // What stands over it.
    let model = try SmallModel()
    try model.replace(#""padding": null"#, with: padding, in: "tokenizer.json")
    try model.replace(name, with: #""padding_side": "right", "unk_token""#, in: file)
    #expect(try model.open().description == plain)
    let last = #""module_output_name": "token_embeddings""#, own = "sentence_bert_config.json"
    for member in [
      #""processing_kwargs": {"text": {"padding_side": "left"}}"#, #""tokenizer_args": {"padding_side": "left"}"#,
    ] {
      #expect(try refusal(own, last, last + ", " + member).contains("padding_side"))
      #expect(try open(own, last, last + ", " + member.replacing("left", with: "right")) == plain)
    }
  }

  @Test func twoModulesOfOneNameAreRefused() throws {
    let error = try refusal("modules.json", #""name": "1""#, #""name": "0""#)
    #expect(error.contains("modules.json") && error.contains("name"))
  }

  @Test func aDefaultPromptWithNothingInItIsNone() throws {
    let model = try SmallModel(), file = "config_sentence_transformers.json"
    for prompts in [#"{"passage": "p: "}"#, #"{"document": null}"#] {
      try model.write(#"{"default_prompt_name": "document", "prompts": \#(prompts)}"#, to: file)
      #expect(try model.open().description.defaultPromptName == nil)
    }
    try model.write(#"{"default_prompt_name": "passage", "prompts": {"document": "d: "}}"#, to: file)
    #expect(try #require(fileError { try model.open() }).description.contains("default_prompt_name"))
  }

  /// config.json: every member that changes what transformers computes is followed or refused, and none is unknown.
  @Test func everyMemberOfConfigurationsIsInTheTable() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("configuration-keys.json"))))
    let root = JSONField(try JSONValue.parse(bytes), path: "")
    let table = MemberTable.configuration, families = try root.object().keys
    #expect(families.count == 13)
    for family in families {
      for member in try root[family]["changes"].strings() {
        #expect(table.honoured.contains(member) || table.refused[member] != nil, "\(family): \(member) changes numbers")
      }
      for member in try root[family]["same"].strings() {
        let isKnown = table.honoured.contains(member) || table.harmless.contains(member) || table.refused[member] != nil
        #expect(isKnown, "\(family): \(member) is in no part of the table")
      }
    }
    #expect(table.honoured.isDisjoint(with: table.harmless) && table.harmless.isDisjoint(with: table.refused.keys))
  }

  @Test(arguments: MemberTable.configuration.refused.keys.sorted())
  func refusedMembersOfConfigurationsAreNamed(member: String) throws {
    let old = #""model_type": "bert""#
    for value in ["true", "4", #"{"a": 1}"#, #""x""#] {
      let error = try refusal("config.json", old, "\(old), \"\(member)\": \(value)")
      #expect(error.contains(member), "\(error)")
    }
    for value in ["null", "false", "0", "[]", "{}"] {
      #expect(try open("config.json", old, "\(old), \"\(member)\": \(value)").transformer.family == .bert)
    }
  }

  @Test(arguments: MemberTable.configuration.harmless.sorted())
  func harmlessMembersOfConfigurationsChangeNothing(member: String) throws {
    let model = try SmallModel()
    let plain = try model.open().description
    let text = try #require(String(bytes: model.bytes("config.json"), encoding: .utf8))
    for value in ["null", "true", "0.25", #""x""#] {
      try model.write(
        text.replacing(#""model_type": "bert""#, with: "\"model_type\": \"bert\", \"\(member)\": \(value)"),
        to: "config.json")
      guard (try? model.open().description) != plain else { continue }
      // The member may stand in the file already, and JSON takes none twice.
      #expect(text.contains("\"\(member)\""), "\(member)")
    }
  }
}
