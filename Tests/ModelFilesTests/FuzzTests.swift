import AkinTestSupport
import Foundation
import ModelFiles
import Testing
import Tokenizers

/// Damaged files: every one opens or is refused by an error; none traps, none takes memory that its size does not
/// explain. A failing seed is in the test's name.
@Suite struct FuzzTests {
  /// Changes bytes, numbers, lengths and order, mostly within the first `window` bytes.
  static func damage(_ bytes: [UInt8], window: Int, _ random: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      guard bytes.count > 16 else { return bytes }
      let place = Int.random(in: 0..<min(window, bytes.count - 8), using: &random)
      switch Int.random(in: 0..<7, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 2:
        let numbers: [UInt64] = [0, 1, 1 << 31, 1 << 32, 1 << 62, 1 << 63, .max, .max - 31]
        bytes.replaceSubrange(place..<place + 8, with: littleEndian(numbers.randomElement(using: &random) ?? 0))
      case 3: bytes.removeSubrange(place..<min(place + Int.random(in: 1...40, using: &random), bytes.count))
      case 4:
        let end = min(place + Int.random(in: 1...40, using: &random), bytes.count)
        bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0..<end, using: &random))
      case 5: bytes = Array(bytes.prefix(place))
      default:
        let texts = ["-1", "1e999", "9223372036854775808", "\"", "[", "]", "{", "}", "null", "\\ud800", "\u{0}"]
        bytes.insert(contentsOf: Array((texts.randomElement(using: &random) ?? "").utf8), at: place)
      }
    }
    return bytes
  }

  /// Peak resident memory of this process, in bytes.
  static func peakMemory() -> Int {
    var usage = rusage()
    #if os(macOS)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #endif
  }

  func fuzz(_ bytes: [UInt8], window: Int, seed: UInt64, rounds: Int, _ open: ([UInt8]) throws -> Void) throws {
    var random = SeededRandom(seed: seed)
    let rounds = Fuzzing.count(rounds)
    var refused = 0
    let before = Self.peakMemory()
    for _ in 0..<rounds {
      do {
        try open(Self.damage(bytes, window: window, &random))
      } catch is ModelFileError {
        refused += 1
      }
    }
    #expect(refused > rounds / 4, "most damage is noticed")
    #expect(Self.peakMemory() - before < 512 << 20)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func safetensors(seed: UInt64) throws {
    let bytes = try SmallModel().bytes("model.safetensors")
    let header = Int(bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }) + 8
    try fuzz(bytes, window: header, seed: seed, rounds: 300) { bytes in
      let file = try SafetensorsFile(MappedFile(bytes: bytes.isEmpty ? [0] : bytes, path: "f"))
      for view in file.tensors.values { _ = view.float32() }
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func gguf(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("models/gguf/sentence-q8_0.gguf"))))
    try fuzz(bytes, window: 14_000, seed: seed, rounds: 300) { bytes in
      let path = try folder.write(bytes.isEmpty ? [0] : bytes, to: "f.gguf")
      for view in try ModelWeights.open(gguf: path, name: nil).tensors.values { _ = view.float32() }
    }
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func tokenizerJSON(seed: UInt64) throws {
    let model = try SmallModel()
    let bytes = try model.bytes("tokenizer.json")
    try fuzz(bytes, window: bytes.count, seed: seed, rounds: 200) { bytes in
      try model.folder.write(bytes, to: "sentence/tokenizer.json")
      _ = try model.open()
    }
  }

  /// Whatever still opens cuts hostile texts without a trap.
  private func use(_ definition: TokenizerDefinition) {
    guard let tokenizer = try? Tokenizer(definition) else { return }
    for text in [
      "", "a", "Hello, wörld 漢字 \u{1F600}\r\n e\u{301}", "\u{1}\u{200B}½ ﬁ", String(repeating: "ab ", count: 50),
    ] {
      let ids = tokenizer.ids(text, maxLength: 40).ids
      #expect((try? tokenizer.encode(text, maxLength: 40))?.ids == ids || tokenizer.specialTokenCount.single > 40)
      _ = try? tokenizer.decode(ids)
    }
  }

  @Test(arguments: ["roberta", "llama2", "gemma", "t5", "albert", "clip", "words-digits", "characters-map"])
  func tokenizersOfEveryKind(name: String) throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("tokenizers/\(name).json"))))
    try fuzz(bytes, window: bytes.count, seed: 3, rounds: 150) { bytes in
      use(try TokenizerDefinition(tokenizerJSON: folder.write(bytes, to: "tokenizer.json")))
    }
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func characterMaps(seed: UInt64) throws {
    let definition = try TokenizerDefinition(tokenizerJSON: Fixtures.path("tokenizers/characters-map.json"))
    let blobs = definition.normalizer.compactMap { step in
      if case .characterMap(let map) = step { map.blob } else { nil }
    }
    let blob = try #require(blobs.first)
    var random = SeededRandom(seed: seed)
    for _ in 0..<Fuzzing.count(400) {
      guard let map = CharacterMap(blob: Self.damage(blob, window: blob.count, &random)) else { continue }
      var damaged = definition
      damaged.normalizer = [.characterMap(map)]
      use(damaged)
    }
  }

  @Test(arguments: ["xlm-roberta", "llama"])
  func sentencePieceModels(name: String) throws {
    let folder = try TemporaryFolder()
    let kind = name == "llama" ? "Llama" : "XLMRoberta"
    try folder.write(
      Array(#"{"tokenizer_class": "\#(kind)Tokenizer", "add_bos_token": false}"#.utf8), to: "tokenizer_config.json")
    let source = Fixtures.path("tokenizers/sentencepiece/\(name).model")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: source)))
    try fuzz(bytes, window: bytes.count, seed: 5, rounds: 300) { bytes in
      try folder.write(bytes, to: "tokenizer.model")
      use(try TokenizerDefinition(modelFolder: folder.path, rows: 5000))
    }
  }
}
