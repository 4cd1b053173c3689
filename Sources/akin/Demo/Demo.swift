import Encoder
import Engine
import ModelFiles

/// The scenes of `akin demo`.
struct Demo {
  let engine: Engine
  let page: DemoPage

  private var terminal: Terminal { page.inner }

  func introduce(ready: Duration) throws {
    let facts =
      "\(engine.description.name), \(engine.precision.rawValue), "
      + "\(NumberText.count(engine.threadCount, "thread")), ready in \(NumberText.duration(ready))"
    try page.title("akin demo", facts)
  }

  /// Scene 1: mean-pooled vectors of three sentences, compared.
  func playSentences() async throws {
    try page.heading(1, "Sentences become vectors")
    try page.explain(
      "The model reads a sentence and gives a vector for every token; their mean, "
        + "\(engine.description.transformer.hiddenSize) numbers, stands for the sentence. The cosine of two such vectors says "
        + "how near the sentences are in meaning: 1 for the same, about 0 for nothing in common.")
    var request = EmbedRequest(texts: DemoTexts.sentences)
    request.pooling = .mean
    let vectors = try await engine.embed(request).vectors
    let scores = try Vectors.scores(left: vectors, right: vectors, function: .cosine)
    try page.show(
      ScoreMatrix(left: DemoTexts.sentences, right: nil, scores: scores, color: .cosine, decimals: 3).lines(
        for: terminal))
    let (first, second) = nearestPair(scores)
    let score = NumberText.fixed(scores[first][second], decimals: 3)
    try page.conclude("Nearest: \(first + 1) and \(second + 1), with \(score).")
  }

  /// The two different texts with the highest score.
  private func nearestPair(_ scores: [[Float]]) -> (Int, Int) {
    let pairs = scores.indices.flatMap { row in scores.indices.filter { $0 > row }.map { (row, $0) } }
    return pairs.max { scores[$0.0][$0.1] < scores[$1.0][$1.1] } ?? (0, 0)
  }

  /// Scene 2: the vector of one word in different sentences.
  func playWord() async throws {
    let word = DemoTexts.ambiguousWord
    try page.heading(2, "One word, two meanings")
    try page.explain(
      "A token's vector depends on its sentence. Here is \"\(word)\" in four of them: two dismiss people, two burn. "
        + "Only the vectors of that one word are compared.")
    var request = EmbedRequest(texts: DemoTexts.ambiguousSentences)
    request.output = .tokens
    // The word as it stands in the sentence, without an instruction before it.
    request.prompt = .text("")
    let answer = try await engine.embed(request)
    let vectors = zip(answer.tokenVectors, zip(answer.encodings, DemoTexts.ambiguousSentences)).map {
      WordVector.mean(of: word, in: $1.1, encoding: $1.0, vectors: $0)
    }
    let scores = try Vectors.scores(left: vectors, right: vectors, function: .cosine)
    try page.show(
      ScoreMatrix(
        left: DemoTexts.ambiguousSentences, right: nil, scores: scores,
        color: ScoreColor(spanning: scores.flatMap { $0 }),
        decimals: 3
      ).lines(for: terminal))
    let same = (scores[0][1] + scores[2][3]) / 2
    let other = (scores[0][2] + scores[0][3] + scores[1][2] + scores[1][3]) / 4
    try page.conclude(
      "Same meaning: \(NumberText.fixed(same, decimals: 3)) on average. "
        + "Other meaning: \(NumberText.fixed(other, decimals: 3)).")
  }

  /// Scene 3: questions to documents.
  func playSearch() async throws {
    let documents = DemoTexts.documents
    try page.heading(3, "Questions find their answers")
    try page.explain(
      "\(documents.count) documents, \(DemoTexts.questions.count) questions; the score of every pair is the cosine of "
        + "their vectors. The questions share few words with the documents that answer them.")
    let documentVectors = try await engine.embed(EmbedRequest(texts: documents)).vectors
    for (number, question) in DemoTexts.questions.enumerated() {
      let vectors = try await engine.embed(EmbedRequest(texts: [question])).vectors
      let scores = try Vectors.scores(left: vectors, right: documentVectors, function: .cosine)[0]
      let ranked = Vectors.topK(scores, k: documents.count, minScore: nil)
      try page.show((number > 0 ? [""] : []) + [terminal.paint(question, .bold)])
      try page.show(RankedLines.lines(ranked, documents: documents, terminal: terminal))
    }
  }

  func showNextSteps(took: Duration) throws {
    let model = engine.description.name == ModelStore.defaultModel ? "" : " --model \(engine.description.name)"
    let steps = [
      ("akin similarity\(model) \"a king\" \"a monarch\"", "how near two texts are"),
      ("akin search\(model) \"how do I …\" -d FILE", "search a file by meaning, line by line"),
      ("akin embed\(model) --file FILE --output x.npy", "vectors of all lines, for numpy"),
      ("akin serve\(model)", "JSON-RPC on stdin and stdout, for programs and editors"),
    ]
    let width = steps.reduce(0) { max($0, TextWidth.columns($1.0)) }
    try page.show([
      "", terminal.paint("Next", .bold) + terminal.paint("  (the demo took \(NumberText.duration(took)))", .dim),
    ])
    for (command, purpose) in steps {
      let fits = width + 2 + purpose.count <= page.columns
      let shown = terminal.paint(TextWidth.padded(command, to: fits ? width : 0), .accent)
      if fits {
        try page.show([shown + "  " + purpose])
      } else {
        try page.show([shown] + TextWidth.wrapped(purpose, to: page.columns - 2).map { "  " + $0 })
      }
    }
  }
}
