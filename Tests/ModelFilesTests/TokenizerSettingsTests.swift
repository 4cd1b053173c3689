import AkinTestSupport
import Foundation
import JSON
import ModelFiles
import Testing
import Tokenizers

/// What stands beside tokenizer.json: the class, tokenizer_config.json, and the older files.
@Suite struct TokenizerSettingsTests {
  /// A folder with a tokenizer of the fixtures.
  private func folder(
    _ fixture: String? = "albert", settings: String? = nil, configuration: String = #"{"model_type": "bert"}"#,
    files: [String: String] = [:]
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    if let fixture {
      let path = Fixtures.path("tokenizers/\(fixture).json")
      try folder.write([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), to: "tokenizer.json")
    }
    try folder.write(Array(configuration.utf8), to: "config.json")
    if let settings { try folder.write(Array(settings.utf8), to: "tokenizer_config.json") }
    for (name, text) in files { try folder.write(Array(text.utf8), to: name) }
    return folder
  }

  private func definition(_ folder: TemporaryFolder, rows: Int = 2000) throws -> TokenizerDefinition {
    try TokenizerDefinition(modelFolder: folder.path, rows: rows)
  }

  private static let fast = #""tokenizer_class": "PreTrainedTokenizerFast""#

  @Test func everyMemberIsInOnePartOfTheTable() {
    let refused = Set(TokenizerSettings.refused.keys)
    #expect(TokenizerSettings.honoured.isDisjoint(with: TokenizerSettings.harmless))
    #expect(TokenizerSettings.honoured.isDisjoint(with: refused))
    #expect(TokenizerSettings.harmless.isDisjoint(with: refused))
    let names = TokenizerClass.table.map(\.name)
    #expect(Set(names).count == names.count && names.allSatisfy { !$0.hasSuffix("Fast") })
  }

  @Test(arguments: TokenizerSettings.harmless.sorted())
  func harmlessMembersChangeNothing(member: String) throws {
    let plain = try definition(folder(settings: "{\(Self.fast)}"))
    for value in ["null", "\"x\"", "true", "7"] {
      #expect(try definition(folder(settings: "{\(Self.fast), \"\(member)\": \(value)}")) == plain, "\(value)")
    }
  }

  @Test(arguments: TokenizerSettings.refused.keys.sorted())
  func refusedMembersAreNamed(member: String) throws {
    let folder = try folder(settings: "{\(Self.fast), \"\(member)\": \"x\"}")
    let error = try #require(fileError { try TokenizerDefinition(modelFolder: folder.path, rows: 2000) })
    #expect(error.description.contains(member), "\(error)")
  }

  @Test(arguments: ["BertJapaneseTokenizer", "BertweetTokenizer", "CanineTokenizer", "MyTokenizer", "MyTokenizerFast"])
  func unknownClassesAreRefusedByName(name: String) throws {
    for file in ["tokenizer_config.json", "config.json"] {
      let text = #"{"tokenizer_class": "\#(name)"}"#
      let folder = try folder(settings: "{}", files: [file: text])
      let error = try #require(fileError { try TokenizerDefinition(modelFolder: folder.path, rows: 2000) })
      #expect(error.description.contains(name) && error.description.contains(file), "\(error)")
    }
    let folder = try folder(settings: #"{"auto_map": {"AutoTokenizer": ["my.Tokenizer", null]}}"#)
    let error = try #require(fileError { try TokenizerDefinition(modelFolder: folder.path, rows: 2000) })
    #expect(error.description.contains("auto_map.AutoTokenizer"), "\(error)")
  }

  /// BERT's class makes its normaliser and template of the settings and their defaults; the general ones of the file alone.
  @Test func theClassSaysWhatCounts() throws {
    let json = #"""
      {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": null,
       "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
       "lowercase": false}, "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[PAD]": 0, "[UNK]": 1,
       "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 5}}}
      """#
    func normalizer(_ settings: String) throws -> TokenizerDefinition {
      try definition(folder(nil, settings: settings, files: ["tokenizer.json": json]))
    }
    let general = try normalizer(#"{"tokenizer_class": "TokenizersBackend", "do_lower_case": true}"#)
    #expect(general.normalizer == [.bert(BertNormalization(lowercase: false))])
    #expect(try Tokenizer(general).ids("A a", maxLength: nil).ids == [1, 5])
    for name in ["BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer"] {
      let bert = try normalizer(#"{"tokenizer_class": "\#(name)"}"#)
      #expect(bert.normalizer == [.bert(BertNormalization(lowercase: true))])
      #expect(try Tokenizer(bert).ids("A a", maxLength: nil).ids == [2, 5, 5, 3])
      // The names that the class gives are found in texts.
      #expect(try Tokenizer(bert).ids("[MASK]", maxLength: nil).ids == [2, 4, 3])
    }
    let cased = try normalizer(
      #"{"tokenizer_class": "BertTokenizer", "do_lower_case": false, "strip_accents": true, "tokenize_chinese_chars": false}"#
    )
    #expect(cased.normalizer == [.bert(BertNormalization(splitCJK: false, stripAccents: true, lowercase: false))])
    let mpnet = try normalizer(
      #"{"tokenizer_class": "MPNetTokenizer", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]"}"#)
    #expect(try Tokenizer(mpnet).encode("a", pair: "a").ids == [2, 5, 3, 3, 5, 3])
  }

  @Test func theSideOfTruncationIsThatOfTheSettingsOrOfTheFile() throws {
    let left = try definition(folder(settings: #"{\#(Self.fast), "truncation_side": "left"}"#))
    let tokenizer = try Tokenizer(left)
    let whole = tokenizer.ids("the quick brown fox jumps", maxLength: nil).ids
    #expect(tokenizer.ids("the quick brown fox jumps", maxLength: 6).ids == whole.prefix(1) + whole.suffix(5))
    let encoding = try tokenizer.encode("the quick brown fox jumps", maxLength: 6)
    #expect(encoding.ids == whole.prefix(1) + whole.suffix(5) && encoding.truncated)
    #expect(try definition(folder(settings: "{\(Self.fast)}")).truncationSide == .right)
    let path = Fixtures.path("tokenizers/albert.json")
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    let other = text.replacingOccurrences(
      of: #""truncation":null"#,
      with: #""truncation":{"direction":"Left","max_length":5,"strategy":"LongestFirst","stride":0}"#)
    #expect(other != text)
    let files = ["tokenizer.json": other]
    #expect(try definition(folder(settings: "{\(Self.fast)}", files: files)).truncationSide == .left)
    let settings = #"{\#(Self.fast), "truncation_side": "right"}"#
    #expect(try definition(folder(settings: settings, files: files)).truncationSide == .right)
    let bad = try folder(settings: #"{\#(Self.fast), "truncation_side": "middle"}"#)
    let error = try #require(fileError { try TokenizerDefinition(modelFolder: bad.path, rows: 2000) })
    #expect(error.description.contains("truncation_side"))
  }

  @Test func tokensOfEveryFileAreFound() throws {
    func ids(_ text: String, _ settings: String, _ files: [String: String] = [:], rows: Int = 2000) throws -> [Int32] {
      let tokenizer = try Tokenizer(
        definition(folder(settings: "{\(Self.fast)\(settings)}", files: files), rows: rows))
      return try tokenizer.encode(text, addSpecialTokens: false).ids
    }
    let base = try definition(folder(settings: "{\(Self.fast)}"))
    let next = Int32(base.addedTokens.map { Int($0.id) + 1 }.reduce(base.vocabulary.count, max))
    #expect(try !ids("<t>", "").contains(next))
    let token =
      #"{"content": "<t>", "lstrip": false, "rstrip": false, "normalized": false, "single_word": false, "special": true}"#
    #expect(try ids("<t>", #", "added_tokens_decoder": {"\#(next)": \#(token)}"#) == [next])
    #expect(try ids("<t>", #", "additional_special_tokens": ["<t>"]"#) == [next])
    #expect(try ids("<t>", #", "extra_special_tokens": [\#(token)]"#) == [next])
    #expect(try ids("<t>", #", "cls_token": "<t>""#) == [next])
    #expect(try ids("<t>", "", ["special_tokens_map.json": #"{"additional_special_tokens": ["<t>"]}"#]) == [next])
    #expect(try ids("<t>", "", ["special_tokens_map.json": #"{"mask_token": \#(token)}"#]) == [next])
    #expect(try ids("<t>", "", ["added_tokens.json": #"{"<t>": \#(next)}"#]) == [next])
    // The older files count only without the newer member.
    let newer = #", "added_tokens_decoder": {}"#
    #expect(try !ids("<t>", newer, ["added_tokens.json": #"{"<t>": \#(next)}"#]).contains(next))
    // A token that the embedding table has no row for is in no text.
    #expect(try !ids("<t>", #", "pad_token": "<t>""#, rows: Int(next)).contains(next))
    // Flags of tokenizer_config.json stand over those of tokenizer.json.
    let id = try #require(base.id(of: "NEW"))
    let flags =
      #", "added_tokens_decoder": {"\#(id)": {"content": "NEW", "special": false, "normalized": false, "rstrip": true}}"#
    #expect(try ids("new", flags) != [Int32(id)])
    let tokenizer = try Tokenizer(definition(folder(settings: "{\(Self.fast)\(flags)}")))
    #expect(try tokenizer.encode("NEW  a", addSpecialTokens: false).offsets[0] == 0..<5)
  }

  @Test func specialTokensInTextsMayBeSplit() throws {
    let plain = try Tokenizer(definition(folder("roberta", settings: "{\(Self.fast)}")))
    let split = try Tokenizer(
      definition(folder("roberta", settings: #"{\#(Self.fast), "split_special_tokens": true}"#)))
    #expect(try plain.encode("<s>", addSpecialTokens: false).ids == [0])
    #expect(try !split.encode("<s>", addSpecialTokens: false).ids.contains(0))
    #expect(split.ids("a", maxLength: nil).ids.first == 0)
  }

  /// Where there is a tokenizer.json, its template says it, as in transformers 5.
  @Test func beginningAndEndAreTheFilesOwn() throws {
    let names = #", "bos_token": "<s>", "eos_token": "</s>""#
    func ids(_ settings: String) throws -> [Int32] {
      try Tokenizer(definition(folder("llama2", settings: "{\(Self.fast)\(names)\(settings)}"))).ids(
        "a", maxLength: nil
      ).ids
    }
    let plain = try ids("")
    #expect(plain.first == 1)
    #expect(try ids(#", "add_bos_token": false"#) == plain)
    #expect(try ids(#", "add_bos_token": true, "add_eos_token": true"#) == plain)
  }

  /// Models with BERT's encoder and another tokenizer, such as multilingual MiniLM, whose files name no class.
  @Test func namesWithoutATokenAreNone() throws {
    let plain = try definition(folder("xlm-roberta"))
    #expect(plain.names.classification == nil && plain.names.unknown == nil)
    #expect(try Tokenizer(plain).ids("a", maxLength: nil).ids.first == 0)
    let named = try definition(folder("xlm-roberta", settings: #"{\#(Self.fast), "pad_token": "[FILL]"}"#), rows: 383)
    #expect(named.names.padding == nil)
  }

  /// ALBERT's class keeps the file's template, be it empty, and T5's ends with the folder's own last token; against transformers 5.
  @Test func templatesAreThoseOfTheClass() throws {
    let path = Fixtures.path("tokenizers/albert.json")
    var root = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any])
    func ids(_ template: Any, _ settings: String) throws -> [Int32] {
      root["post_processor"] = template
      let json = String(decoding: try JSONSerialization.data(withJSONObject: root), as: UTF8.self)
      return try Tokenizer(definition(folder(nil, settings: settings, files: ["tokenizer.json": json]))).ids(
        "a", maxLength: nil
      ).ids
    }
    let albert = #"{"tokenizer_class": "AlbertTokenizer", "cls_token": "<s>", "sep_token": "</s>"}"#
    let base = try definition(folder(settings: albert))
    let first = Int32(try #require(base.id(of: "<s>"))), last = Int32(try #require(base.id(of: "</s>")))
    let framed = try ids(NSNull(), albert)
    #expect(framed.first == first && framed.last == last && framed.count > 2)
    let bytes: [String: Any] = ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false]
    #expect(try ids(bytes, albert) == Array(framed[1..<framed.count - 1]))
    let t5 = #"{"tokenizer_class": "T5Tokenizer", "eos_token": "[SEP]"}"#
    #expect(try ids(NSNull(), t5) == [35, 366])
    let without = try folder(settings: #"{"tokenizer_class": "T5Tokenizer", "eos_token": null}"#)
    let error = try #require(fileError { try TokenizerDefinition(modelFolder: without.path, rows: 2000) })
    #expect(error.description.contains("tokenizer_class") && error.description.contains("eos_token"))
  }

  /// A null is false to ALBERT's class, where a missing member is true.
  @Test func aNullIsFalseWhereTheClassTakesTrue() throws {
    func definition(_ member: String) throws -> TokenizerDefinition {
      try self.definition(folder(settings: #"{"tokenizer_class": "AlbertTokenizer"\#(member)}"#))
    }
    for name in ["do_lower_case", "add_prefix_space"] {
      let plain = try definition(""), null = try definition(#", "\#(name)": null"#)
      let (yes, no) = (try definition(#", "\#(name)": true"#), try definition(#", "\#(name)": false"#))
      #expect(plain == yes && null == no && yes != no)
    }
  }

  /// `extra_special_tokens` stands over the older name's list, and special_tokens_map.json's tokens are found as they are written.
  @Test func theNewerListOfTokensStandsOverTheOlder() throws {
    func tokens(_ settings: String, _ map: String = "{}") throws -> [AddedToken] {
      try definition(folder(settings: "{\(Self.fast)\(settings)}", files: ["special_tokens_map.json": map])).addedTokens
        .filter { ["<t>", "<u>"].contains($0.content) }
    }
    func names(_ settings: String, _ map: String = "{}") throws -> [String] {
      try tokens(settings, map).map(\.content)
    }
    let older = #", "additional_special_tokens": ["<t>"]"#, newer = #", "extra_special_tokens": ["<u>"]"#
    #expect(try names(older) == ["<t>"] && names(older + newer) == ["<u>"])
    #expect(try names(older + #", "extra_special_tokens": []"#) == ["<t>"])
    #expect(try names(older + #", "extra_special_tokens": {}"#) == ["<t>"])
    let inMap = #"{"additional_special_tokens": ["<t>"]}"#
    #expect(try names(#", "extra_special_tokens": {}"#, inMap) == ["<t>"])
    #expect(try names("", inMap) == ["<t>"] && names(newer, inMap) == ["<u>"])
    #expect(try names(newer, #"{"extra_special_tokens": ["<t>"]}"#) == ["<u>", "<t>"])
    #expect(try tokens("", #"{"mask_token": {"content": "<t>", "lstrip": true}}"#).map(\.normalized) == [false])
    #expect(
      try tokens(#", "mask_token": {"content": "<t>", "__type": "AddedToken"}"#).map(\.normalized) == [true])
  }

  @Test func aPrefixSpaceFollowsTheClass() throws {
    func step(_ settings: String) throws -> PreTokenizerStep? {
      try definition(folder("roberta-prefix", settings: settings)).preTokenizer.last
    }
    #expect(
      try step(#"{"tokenizer_class": "RobertaTokenizerFast"}"#) == .byteLevel(addsPrefixSpace: false, usesRegex: true))
    #expect(
      try step(#"{"tokenizer_class": "RobertaTokenizer", "add_prefix_space": true}"#)
        == .byteLevel(addsPrefixSpace: true, usesRegex: true))
    #expect(try step("{\(Self.fast)}") == .byteLevel(addsPrefixSpace: true, usesRegex: true))
    #expect(
      try step(#"{\#(Self.fast), "add_prefix_space": false}"#) == .byteLevel(addsPrefixSpace: true, usesRegex: true))
  }

  /// vocab.json and merges.txt, which are all that RoBERTa's first models have.
  @Test func mergesInATextFileAreRead() throws {
    let path = Fixtures.path("tokenizers/roberta.json")
    let root = JSONField(try JSONValue.parse([UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))), path: "")
    let vocab = try #require(root["model"]["vocab"].value)
    let merges = try root["model"]["merges"].array().map { try $0.strings().joined(separator: " ") }
    let settings = #"{"tokenizer_class": "RobertaTokenizer"}"#
    let files = [
      "vocab.json": String(decoding: vocab.serialized(), as: UTF8.self),
      "merges.txt": "#version: 0.2\n" + merges.joined(separator: "\n") + "\n",
    ]
    let read = try definition(folder(nil, settings: settings, files: files))
    let whole = try definition(folder("roberta", settings: settings))
    #expect(read.vocabulary == whole.vocabulary && read.model == whole.model && read.template == whole.template)
    #expect(read.preTokenizer == whole.preTokenizer && read.addedTokens == whole.addedTokens)
    let bad = try folder(nil, settings: settings, files: files.merging(["merges.txt": "a\n"]) { $1 })
    let error = try #require(fileError { try TokenizerDefinition(modelFolder: bad.path, rows: 2000) })
    #expect(error.description.contains("merges.txt") && error.description.contains("line 1"))
  }

  /// A SentencePiece model alone, against what transformers 5 makes of it.
  @Test(arguments: ["xlm-roberta", "camembert", "albert", "t5", "llama", "gemma"])
  func sentencePieceModelsAreReadAsTransformersDoes(name: String) throws {
    let classes = [
      "xlm-roberta": "XLMRoberta", "camembert": "Camembert", "albert": "Albert", "t5": "T5", "llama": "Llama",
      "gemma": "Gemma",
    ]
    let model = name == "camembert" ? "xlm-roberta" : name
    let source = Fixtures.path("tokenizers/sentencepiece/\(model).model")
    let settings = #"{"tokenizer_class": "\#(classes[name] ?? "")Tokenizer", "add_bos_token": false}"#
    let folder = try folder(nil, settings: settings)
    try folder.write([UInt8](try Data(contentsOf: URL(fileURLWithPath: source))), to: "tokenizer.model")
    let tokenizer = try Tokenizer(definition(folder))
    let reference = try Tokenizer(
      TokenizerDefinition(tokenizerJSON: Fixtures.path("tokenizers/sentencepiece/\(name).json")))
    for line in try Fixtures.lines("tokenizers/texts.jsonl") {
      let text = try JSONField(JSONValue.parse(line), path: "text").string()
      // Gemma's class names a mask that the model has no token for.
      guard name != "gemma" || !text.contains("<mask>") else { continue }
      let (found, expected) = (try tokenizer.encode(text), try reference.encode(text))
      #expect(found.ids == expected.ids && found.offsets == expected.offsets, "\(name): \(text.debugDescription)")
    }
  }

  @Test func aSentencePieceModelThatLeavesItsFrameOpenIsRefused() throws {
    let folder = try folder(nil, settings: #"{"tokenizer_class": "LlamaTokenizer"}"#)
    let source = Fixtures.path("tokenizers/sentencepiece/llama.model")
    try folder.write([UInt8](try Data(contentsOf: URL(fileURLWithPath: source))), to: "tokenizer.model")
    let error = try #require(fileError { try TokenizerDefinition(modelFolder: folder.path, rows: 2000) })
    #expect(error.description.contains("add_bos_token"))
  }

  /// Every class with tokenizers whose own parts differ from what the class builds, against transformers 5
  /// (scripts/tokenizer_class_fixtures.py).
  @Test func classesBuildTheirParts() throws {
    let texts = try Fixtures.lines("tokenizers/texts.jsonl").map { line in
      try JSONField(JSONValue.parse(line), path: "text").string()
    }
    let cases = try Fixtures.lines("tokenizers/classes.jsonl").map { JSONField(try JSONValue.parse($0), path: "case") }
    #expect(cases.count >= 26)
    for line in cases {
      let name = try line["name"].string(), digits = Array(try line["results"].string())
      let settings = try #require(line["settings"].value), configuration = try #require(line["configuration"].value)
      let folder = try folder(
        try line["base"].string(), settings: String(decoding: settings.serialized(), as: UTF8.self),
        configuration: String(decoding: configuration.serialized(), as: UTF8.self))
      let tokenizer = try Tokenizer(definition(folder, rows: 1 << 20))
      #expect(digits.count == 8 * texts.count)
      var wrong: [String] = []
      for (index, text) in texts.enumerated() {
        let encoding = try tokenizer.encode(text)
        let ids = encoding.ids.map(\.description).joined(separator: ",")
        let offsets = encoding.offsets.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
        let hash = "\(ids);\(offsets)".utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
          ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        if UInt32(truncatingIfNeeded: hash) != UInt32(String(digits[8 * index..<8 * index + 8]), radix: 16) {
          wrong.append(text.debugDescription)
        }
      }
      #expect(wrong.isEmpty, "\(name): \(wrong.count) texts, the first \(wrong.prefix(3))")
    }
  }
}
