import Encoder
import ModelFiles
import Tokenizers

/// A model held in memory that answers requests from any task.
///
/// Requests are tokenised on the caller's task, joined into batches by one queue, and encoded on one thread that leads
/// the encoder's pool. A text's vector does not depend on what else is in its batch.
public final class Engine: Sendable {
  /// The model's configuration.
  public let description: ModelDescription
  /// The arithmetic of the linear layers.
  public let precision: Precision
  /// Turns text into token ids and back.
  public let tokenizer: Tokenizer
  /// The folder or file that the weights came from.
  public let modelPath: String
  /// Of the files that the weights came from, 64 hexadecimal digits: vectors of two engines with the same one, and the
  /// same precision, can be compared.
  public let fingerprint: String
  /// Threads of the forward pass.
  public let threadCount: Int

  /// Whom the work of this task, and of those that it starts, is for: clients take turns, whatever each has waiting. Set by
  /// who serves several.
  @TaskLocal public static var client = 0

  private let encoder: TransformerEncoder
  private let queue: WorkQueue
  /// Where the weights come from that are read as they are used.
  private let files: [MappedFile]

  init(
    encoder: TransformerEncoder, tokenizer: Tokenizer, modelPath: String, fingerprint: String,
    files: [MappedFile], options: EngineOptions
  ) {
    self.files = files
    self.encoder = encoder
    self.tokenizer = tokenizer
    self.modelPath = modelPath
    self.fingerprint = fingerprint
    description = encoder.description
    precision = encoder.precision
    threadCount = encoder.threadCount
    queue = WorkQueue(encoder: encoder, tokenBudget: options.tokenBudget, queueLimit: options.queueLimit)
  }

  /// Whether the model's file has been cut while it was in use: this engine computes nothing any more, and the model is to
  /// be loaded anew.
  public var isBroken: Bool { files.contains(where: \.wasCut) }

  /// Counters since the engine was loaded.
  public func status() -> EngineStatus { queue.status }

  /// Embeds texts.
  ///
  /// The whole request is checked before any work. Cancelling the task settles the call at once.
  /// - Parameter progress: told how many texts are done, after each batch that held some of them; the last time, of all,
  ///   before the call returns. Called on the queue's thread, which must not wait there.
  /// - Returns: vectors in the order of the texts; an empty list of texts gives an empty answer.
  /// - Throws: every kind but `modelMissing`; `modelUnusable` where the model's file has been cut while it was in use, or
  ///   its weights make no vector of numbers.
  public func embed(
    _ request: EmbedRequest, progress: @escaping @Sendable (_ texts: Int) -> Void = { _ in }
  ) async throws(EngineError) -> EmbedAnswer {
    let plan = try EmbedPlan(request, model: description)
    let segmentation = try await segmentation(
      of: request.texts, prompt: plan.prompt, role: plan.role, overflow: request.overflow)
    var answer = EmbedAnswer(dimensions: plan.dimensions)
    answer.tokens = segmentation.tokens
    answer.truncated = segmentation.truncated
    guard !request.texts.isEmpty else { return answer }
    if segmentation.sequences.isEmpty, request.output != .tokens {
      switch request.output {
      case .sparse: answer.sparseVectors = request.texts.map { _ in SparseVector() }
      default: answer.vectors = combine([], [], texts: request.texts.count, plan: plan)
      }
      progress(request.texts.count)
      return answer
    }
    let count = request.texts.count
    let sequences = segmentation.sequences.map { sequence in
      var sequence = sequence
      sequence.kept = plan.kept(sequence)
      return sequence
    }
    let results = try await run(
      sequences, priority: request.priority,
      progress: { progress($0 < sequences.count ? sequences[$0].text : count) },
      finish: { tokens, sequence, encoder in plan.reduce(tokens, sequence, encoder) })
    switch request.output {
    case .sentence:
      answer.vectors = combine(results, sequences, texts: count, plan: plan)
    case .sparse:
      answer.sparseVectors = join(results, sequences, texts: count, plan: plan)
    case .tokens:
      answer.tokenVectors = Array(repeating: [], count: count)
      for (result, sequence) in zip(results, sequences) {
        answer.tokenVectors[sequence.text] = plan.finishRows(result)
      }
      answer.encodings = try encodings(of: request.texts, prompt: plan.prompt, limit: lengthLimit(plan.role))
    }
    try check(answer)
    return answer
  }

  /// What is answered are numbers, and come from whole weights.
  func check(_ answer: EmbedAnswer) throws(EngineError) {
    if let file = files.first(where: \.wasCut) {
      throw EngineError(
        .modelUnusable(name: description.name),
        detail: "\(file.path) was cut by another program while it was in use: restore it, and ask again")
    }
    let rows = [answer.vectors, answer.sparseVectors.map(\.values)] + answer.tokenVectors
    guard let text = rows.lazy.joined().enumerated().first(where: { !$0.element.allSatisfy(\.isFinite) }) else {
      return
    }
    throw EngineError(
      .modelUnusable(name: description.name),
      detail: "the weights of \(description.name) make no vector of numbers (vector \(text.offset) has NaN or infinity)"
    )
  }

  /// Encodes sequences in the queue's batches.
  /// - Parameters:
  ///   - progress: told how many sequences are done.
  ///   - finish: makes a result of a sequence's token vectors; called on the encoder's threads.
  func run(
    _ sequences: [TokenSequence], priority: Priority, progress: @escaping @Sendable (Int) -> Void,
    finish: @escaping @Sendable (Span<Float>, TokenSequence, TransformerEncoder) -> SequenceResult
  ) async throws(EngineError) -> [SequenceResult] {
    let encoder = encoder
    let outcome = await RunningJob(queue: queue).outcome { completion in
      Job(
        sequences: sequences, priority: priority, client: Self.client,
        finish: { tokens, sequence in finish(tokens, sequence, encoder) },
        progress: progress, completion: completion)
    }
    return try outcome.get()
  }

  /// One vector a text: the average of its windows, weighted by their tokens, then cut and normalised.
  private func combine(
    _ results: [SequenceResult], _ sequences: [TokenSequence], texts: Int, plan: EmbedPlan
  ) -> [[Float]] {
    var sums = [[Float]?](repeating: nil, count: texts)
    var weights = [Int](repeating: 0, count: texts)
    for (result, sequence) in zip(results, sequences) {
      guard case .pooled(let vector) = result else { continue }
      weights[sequence.text] += sequence.weight
      guard let sum = sums[sequence.text] else {
        // A text of one window keeps its bits: it is neither multiplied nor divided.
        sums[sequence.text] = vector
        continue
      }
      let before = Float(weights[sequence.text] - sequence.weight)
      let all = Float(weights[sequence.text])
      sums[sequence.text] = zip(sum, vector).map { ($0 * before + $1 * Float(sequence.weight)) / all }
    }
    // A text without tokens has no sequence.
    let zeros = [Float](repeating: 0, count: description.projectedDimensions)
    return sums.map { plan.finish($0 ?? zeros) }
  }

  /// One sparse vector a text, of all its windows.
  private func join(
    _ results: [SequenceResult], _ sequences: [TokenSequence], texts: Int, plan: EmbedPlan
  ) -> [SparseVector] {
    var vectors = [SparseVector?](repeating: nil, count: texts)
    let pooling = description.sparse?.pooling ?? .max, most = description.sparse?.mostActive
    for (result, sequence) in zip(results, sequences) {
      guard case .sparse(let vector) = result else { continue }
      let all = vectors[sequence.text].map { $0.joined(vector, by: pooling) } ?? vector
      vectors[sequence.text] = most.map(all.greatest) ?? all
    }
    return vectors.map { plan.finish($0 ?? SparseVector()) }
  }

  /// Tokens that a text of that side may have.
  func lengthLimit(_ role: TextRole?) -> Int {
    let head = description.tokenHead
    let own: Int? =
      switch role {
      case .query?:
        if let expansion = head?.expansion {
          expansion.cuts ? expansion.length : head?.queryLength.map { max($0, expansion.length) }
        } else {
          head?.queryLength
        }
      case .document?: head?.documentLength
      case nil: nil
      }
    // A length of its own stands over the model's, as PyLate has it, whose documents are a token longer.
    return min(own ?? description.maxSequenceLength, description.transformer.maxPositions)
  }

  /// Texts as sequences of tokens.
  func segmentation(
    of texts: [String], prompt: String, role: TextRole?, overflow: Overflow
  ) async throws(EngineError) -> Segmentation {
    try await Segmentation(
      texts: texts, prompt: prompt, limit: lengthLimit(role),
      expansion: role == .query ? description.tokenHead?.expansion : nil, poolsPrompt: description.includePrompt,
      overflow: overflow, tokenizer: tokenizer)
  }

  private func encodings(of texts: [String], prompt: String, limit: Int) throws(EngineError) -> [Encoding] {
    var encodings: [Encoding] = []
    for text in texts {
      do throws(TokenizerError) {
        encodings.append(try tokenizer.encode(prompt + text, maxLength: limit))
      } catch {
        throw EngineError(.encoderFailed, detail: "the tokenizer failed: \(error)")
      }
    }
    return encodings
  }
}
