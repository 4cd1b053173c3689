import AkinTestSupport
import Encoder
import Engine
import ModelFiles
import Synchronization
import Testing

/// The engine on the default model's real weights.
@Suite(.timeLimit(.minutes(10))) struct EngineTests {
  static func engine(_ change: (inout EngineOptions) -> Void = { _ in }) throws -> Engine {
    var options = EngineOptions()
    options.model = try TestModel.folder
    change(&options)
    return try Engine.load(options, store: ModelStore(environment: TestModel.environment))
  }

  static let texts = [
    "The cat is running on the stairs", "A man is eating a pasta.", "",
    "Photosynthesis is the process by which green plants make food using sunlight.",
  ]

  static let longText = String(
    repeating: "Quantum mechanics describes the behavior of very small particles. ", count: 60)

  @Test func answersHaveTheRequestsOrder() async throws {
    let engine = try Self.engine()
    let answer = try await engine.embed(EmbedRequest(texts: Self.texts))
    #expect(answer.vectors.count == 4)
    #expect(answer.tokens == [9, 9, 2, 17])
    #expect(answer.truncated == [false, false, false, false])
    #expect(answer.dimensions == 384)
    for (text, vector) in zip(Self.texts, answer.vectors) {
      let alone = try await engine.embed(EmbedRequest(texts: [text]))
      #expect(alone.vectors == [vector], "alone and in a batch, bit for bit")
    }
  }

  @Test func concurrentRequestsKeepTheirBits() async throws {
    let engine = try Self.engine { $0.tokenBudget = 40 }
    let expected = try await engine.embed(EmbedRequest(texts: Self.texts)).vectors
    try await withThrowingTaskGroup(of: [[Float]].self) { group in
      for round in 0..<40 {
        group.addTask {
          var request = EmbedRequest(texts: Self.texts)
          request.priority = round % 2 == 0 ? .bulk : .interactive
          return try await engine.embed(request).vectors
        }
      }
      for try await vectors in group { #expect(vectors == expected) }
    }
    let status = engine.status()
    #expect(status.requests == 41)
    #expect(status.pendingRequests == 0)
    #expect(status.queuedTokens == 0)
    #expect(status.tokens == 41 * 37)
  }

  /// Bulk work comes to its end although there is always a query that waits.
  @Test func bulkWorkGoesOnBesideQueriesWithoutEnd() async throws {
    let engine = try Self.engine()
    var request = EmbedRequest(texts: Array(repeating: Self.longText, count: 12))
    request.priority = .bulk
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        // Until it is cancelled.
        group.addTask { while (try? await engine.embed(EmbedRequest(texts: [Self.texts[0]]))) != nil {} }
      }
      let bulk = try await engine.embed(request)
      #expect(Set(bulk.vectors).count == 1)
      group.cancelAll()
    }
  }

  @Test func overflowTruncatesRefusesOrSplits() async throws {
    let engine = try Self.engine()
    var request = EmbedRequest(texts: [Self.longText])
    let cut = try await engine.embed(request)
    #expect(cut.truncated == [true])
    #expect(cut.tokens[0] > 256)

    request.overflow = .window
    let windows = try await engine.embed(request)
    #expect(windows.truncated == [false])
    #expect(windows.tokens == cut.tokens)
    #expect(Vectors.cosine(windows.vectors[0], cut.vectors[0]) > 0.9)
    #expect(windows.vectors[0] != cut.vectors[0])

    request.overflow = .error
    await #expect(throws: EngineError(.tooLong(text: 0, tokens: cut.tokens[0], limit: 256))) {
      _ = try await engine.embed(request)
    }
  }

  @Test func windowsAreAveragedByTheirTokens() async throws {
    let engine = try Self.engine()
    var whole = EmbedRequest(texts: [String(repeating: "plant ", count: 300)])
    whole.overflow = .window
    whole.normalize = false
    var parts = EmbedRequest(texts: [254, 46].map { String(repeating: "plant ", count: $0) })
    parts.normalize = false
    let vector = try await engine.embed(whole).vectors[0]
    let windows = try await engine.embed(parts).vectors
    for (index, component) in vector.enumerated() {
      #expect(abs(component - (windows[0][index] * 254 + windows[1][index] * 46) / 300) < 1e-6)
    }
  }

  @Test func tokenOutputGivesARowAToken() async throws {
    let engine = try Self.engine()
    var request = EmbedRequest(texts: Self.texts)
    request.output = .tokens
    let answer = try await engine.embed(request)
    #expect(answer.tokenVectors.map(\.count) == answer.tokens)
    #expect(answer.encodings.map(\.ids.count) == answer.tokens)
    #expect(answer.vectors.isEmpty)
    #expect(answer.encodings[0].tokens[2] == "cat")
  }

  @Test func dimensionsCutThenNormalise() async throws {
    let engine = try Self.engine()
    var request = EmbedRequest(texts: [Self.texts[0]])
    let whole = try await engine.embed(request).vectors[0]
    request.dimensions = 64
    #expect(try await engine.embed(request).vectors[0] == Array(whole.prefix(64)))
    request.normalize = true
    let cut = try await engine.embed(request)
    #expect(cut.dimensions == 64)
    #expect(abs(Vectors.dot(cut.vectors[0], cut.vectors[0]) - 1) < 1e-5)
    #expect(Vectors.cosine(cut.vectors[0], Array(whole.prefix(64))) > 0.999999)
    request.dimensions = 385
    await #expect(throws: EngineError(.invalid(parameter: "dimensions", expected: "1 to 384", found: "385"))) {
      _ = try await engine.embed(request)
    }
  }

  @Test func promptStandsBeforeTheText() async throws {
    let engine = try Self.engine()
    var request = EmbedRequest(texts: ["cats"])
    request.prompt = .text("query: ")
    let prompted = try await engine.embed(request)
    let joined = try await engine.embed(EmbedRequest(texts: ["query: cats"]))
    #expect(prompted.vectors == joined.vectors)
    request.prompt = .named("query")
    await #expect(throws: EngineError(.unknownPrompt(name: "query", known: []))) {
      _ = try await engine.embed(request)
    }
  }

  @Test func cancellingSettlesAtOnce() async throws {
    let engine = try Self.engine { $0.tokenBudget = 256 }
    let bulk = Task {
      var request = EmbedRequest(texts: Array(repeating: Self.longText, count: 400))
      request.priority = .bulk
      return try await engine.embed(request)
    }
    let query = try await engine.embed(EmbedRequest(texts: ["a query between"]))
    #expect(query.vectors.count == 1)
    bulk.cancel()
    await #expect(throws: EngineError(.cancelled)) { _ = try await bulk.value }
    // The engine goes on, and counts nothing as waiting once the batch in hand is done.
    _ = try await engine.embed(EmbedRequest(texts: ["afterwards"]))
    let status = engine.status()
    #expect(status.queuedTokens == 0)
    #expect(status.pendingRequests == 0)
  }

  /// After each batch, by texts and not by their windows.
  @Test func progressCountsTexts() async throws {
    let engine = try Self.engine { $0.tokenBudget = 256 }
    var request = EmbedRequest(texts: ["one", Self.longText, "two", Self.longText])
    request.overflow = .window
    let counts = Mutex<[Int]>([])
    _ = try await engine.embed(request) { count in counts.withLock { $0.append(count) } }
    let seen = counts.withLock { $0 }
    #expect(seen == seen.sorted() && seen.last == 4 && seen.count > 4)
    #expect(Set(seen).isSuperset(of: [1, 3, 4]))
  }

  @Test func aFullQueueRefuses() async throws {
    let engine = try Self.engine { $0.queueLimit = 1000 }
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<50 {
        group.addTask {
          do throws(EngineError) {
            _ = try await engine.embed(EmbedRequest(texts: Array(repeating: Self.longText, count: 3)))
            return true
          } catch {
            guard case .overloaded(_, 1000) = error.kind else { return true }
            return false
          }
        }
      }
      return await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(outcomes.contains(true))
    #expect(engine.status().refused == outcomes.count { !$0 })
    #expect(engine.status().requests == outcomes.count { $0 })
  }

  @Test func aMissingModelIsNamed() throws {
    var options = EngineOptions()
    options.model = "nobody/has-this-model"
    let store = ModelStore(environment: TestModel.environment)
    #expect {
      _ = try Engine.load(options, store: store)
    } throws: { error in
      (error as? EngineError)?.kind == .modelMissing(name: "nobody/has-this-model")
    }
  }
}
