import ArgumentParser
import Engine

/// `akin embed`: vectors of texts, in the order of the texts, in memory that does not grow with their number.
struct EmbedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Turn texts into vectors.",
    discussion: """
      On a terminal: a line a text, with its tokens, the length of its vector and the first components. In a pipe: \
      text, tokens, and all components, separated by tabs and spaces. With --json: {"text", "embedding", "tokens", \
      "truncated"} a line; with --sparse its "embedding" is {"indices", "values"}. With --output: a numpy array, a row a text.

        akin embed "The cat is on the stairs"
        akin embed --json < sentences.txt | jq -c .embedding
        akin embed --file sentences.txt --output vectors.npy
      """)

  // Before --output, so that who names Parquet files is told of them first.
  @OptionGroup var parquet: ParquetOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var embedding: EmbeddingOptions
  @OptionGroup var normalizing: NormalizeOption
  @Flag(help: "One vector a token, special tokens included, instead of one a text.")
  var tokens = false
  @Flag(help: "One sparse vector a text, over the words of a masked language model (SPLADE).")
  var sparse = false
  @OptionGroup var array: ArrayFileOption
  @OptionGroup var display: OutputOptions

  /// Texts that are embedded at once: enough to fill several batches, few enough to keep memory flat.
  private static let chunk = 512

  func validate() throws {
    if tokens, sparse { throw ValidationError("--tokens and --sparse exclude each other") }
    if array.output != nil, sparse { throw ValidationError("--output takes vectors that are not --sparse") }
    if array.output != nil, display.json { throw ValidationError("--output and --json exclude each other") }
    if tokens, embedding.pooling != nil { throw ValidationError("--tokens and --pooling exclude each other") }
    if tokens, embedding.overflow == .window {
      throw ValidationError("--tokens and --overflow window exclude each other")
    }
  }

  func run() async throws {
    // An array is whole or is not there: what was begun is taken away again.
    try await array.output == nil ? embed() : Interruption.cancelling { [self] in try await embed() }
  }

  private func embed() async throws {
    var source = try input.source()
    // A file that is missing, or input that is wrong from the start, is reported before the model is loaded.
    var pending = try source.next(limit: Self.chunk)
    let engine = try modelOptions.loadEngine()
    let usual = tokens ? engine.description.tokenDimensions : engine.description.embeddingDimensions
    var sink = try makeSink(dimensions: embedding.dimensions ?? usual, engine: engine)
    let bar = WorkBar("embedding", "text", isShown: array.output != nil || !Descriptor.standardOutput.isTerminal)
    defer { bar.end() }
    var count = 0
    while let texts = pending {
      let (before, share) = (count, source.share)
      let answer = try await texts.naming { texts in
        var request = embedding.request(texts, output: tokens ? .tokens : sparse ? .sparse : .sentence)
        request.normalize = normalizing.normalize
        request.priority = .bulk
        // What is being embedded has been taken from the input before.
        return try await engine.embed(request) { done in
          bar.add(before + done, share: share.map { $0 * Double(before + done) / Double(before + texts.count) })
        }
      }
      try sink.write(texts, answer)
      count += texts.count
      pending = try source.next(limit: Self.chunk)
    }
    bar.end()
    try sink.finish()
  }

  private func makeSink(dimensions: Int, engine: Engine) throws -> any EmbeddingSink {
    if let path = array.output { return try NpySink(path: path, dimensions: dimensions) }
    let stream = OutputStream(descriptor: .standardOutput)
    if sparse { return SparseSink(stream: stream, terminal: display.json ? nil : display.terminal, engine: engine) }
    if display.json { return JSONLinesSink(stream: stream) }
    let terminal = display.terminal
    return terminal.forReading ? ScreenSink(stream: stream, terminal: terminal) : TabSink(stream: stream)
  }
}
