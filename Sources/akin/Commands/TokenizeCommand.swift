import ArgumentParser
import Engine
import JSON
import ModelFiles
import Tokenizers

extension PositionEncoding: ExpressibleByArgument {}

/// `akin tokenize`: what the model sees of a text.
struct TokenizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Show the tokens that a model sees.",
    discussion: """
      On a terminal: the tokens above their ids. In a pipe: number of the text, id, token, start and end, a line a \
      token. With --json: {"ids", "tokens", "typeIds", "attentionMask", "specialTokensMask", "offsets", "wordIds"} a text.

        akin tokenize "unbelievable!"
        akin tokenize --json --pair "a second text" "a first text"
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var modelOptions: ModelOptions
  @Option(
    parsing: .unconditional, help: ArgumentHelp("A second text, encoded together with each text.", valueName: "text"))
  var pair: String?
  @Flag(inversion: .prefixedNo, help: "Add the model's [CLS] and [SEP].")
  var specialTokens = true
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Cut to this many tokens, special tokens included. (default: no limit)", valueName: "n"))
  var maxLength: Int?
  @Option(help: "The unit of offsets: bytes, UTF-16 units, or code points.")
  var positionEncoding = PositionEncoding.utf32
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if let maxLength, maxLength < 0 { throw ValidationError("--max-length takes 0 or more") }
  }

  func run() async throws {
    var source = try input.source()
    var pending = try source.next(limit: 512)
    let tokenizer = try modelOptions.loadEngine().tokenizer
    let stream = OutputStream(descriptor: .standardOutput)
    let terminal = display.terminal
    var number = 0
    while let texts = pending {
      for text in texts {
        number += 1
        try write(try encode(text, tokenizer), of: text, number: number, terminal, to: stream)
      }
      try stream.flush()
      pending = try source.next(limit: 512)
    }
  }

  private func encode(
    _ text: InputText, _ tokenizer: Tokenizer
  ) throws(Failure) -> Encoding {
    do throws(TokenizerError) {
      return try tokenizer.encode(text.text, pair: pair, addSpecialTokens: specialTokens, maxLength: maxLength)
    } catch {
      if case .maxLengthTooSmall(let length, let minimum) = error {
        throw Failure(.usage, "--max-length takes \(minimum) or more, the number of special tokens, and not \(length)")
      }
      throw Failure(.badData, "\(text.place): \(error)")
    }
  }

  private func write(
    _ encoding: Encoding, of text: InputText, number: Int, _ terminal: Terminal, to stream: OutputStream
  ) throws {
    if display.json {
      let value = EncodingText.json(encoding, offsets: offsets(encoding, text: text.text))
      guard let id = text.id, case .object(let members) = value else { return try stream.write(json: value) }
      var object: JSONObject = ["id": id]
      for (name, member) in members.members { object[name] = member }
      return try stream.write(json: JSONValue.object(object))
    }
    guard terminal.forReading else {
      for line in EncodingText.tabLines(encoding, text: number, offsets: offsets(encoding, text: text.text)) {
        try stream.write(line: line)
      }
      return
    }
    if number > 1 { try stream.write(line: "") }
    let cut = encoding.truncated ? " of \(encoding.total), cut" : ""
    let count = terminal.paint("  \(NumberText.count(encoding.ids.count, "token"))\(cut)", .dim)
    let label = TextWidth.clipped(TextWidth.printable(text.text), to: max(20, terminal.columns - 24))
    try stream.write(line: terminal.paint(label, .bold) + count)
    for line in EncodingText.screenLines(encoding, terminal: terminal) { try stream.write(line: line) }
  }

  /// Offsets in the unit that was asked for; each counts in the text that its token comes from.
  private func offsets(_ encoding: Encoding, text: String) -> [Range<Int>] {
    guard positionEncoding != .utf32 else { return encoding.offsets }
    let positions = [TextPositions(text), TextPositions(pair ?? "")]
    return encoding.offsets.indices.map { index in
      let range = encoding.offsets[index]
      let source = positions[encoding.sequenceIDs[index] ?? 0]
      let lower = source.convert(scalarOffset: range.lowerBound, to: positionEncoding)
      return lower..<source.convert(scalarOffset: range.upperBound, to: positionEncoding)
    }
  }
}
