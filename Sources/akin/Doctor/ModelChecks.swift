import Encoder
import Engine
import JSON
import ModelFiles

/// The model: that it loads, and that it computes what the reference computes.
struct ModelChecks {
  /// What was found.
  private(set) var all: [Check] = []
  /// Threads of the forward pass; nil where the model could not be loaded.
  private(set) var threadCount: Int?

  /// - Parameter python: computes values to compare with; nil takes those that are stored.
  init(options: ModelOptions, python: String? = nil) async {
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let engine = try options.loadEngine()
      threadCount = engine.threadCount
      all = [Self.loaded(engine, clock.now - start)]
      all += try await Self.values(engine, python: python)
    } catch {
      all.append(
        Check(
          name: "model", outcome: .bad, found: "\(error)", advice: Failure(error)?.hint,
          details: ["model": .string(options.model)]))
    }
  }

  private static func loaded(_ engine: Engine, _ load: Duration) -> Check {
    let description = engine.description
    let found =
      "\(description.name), \(engine.precision.rawValue): \(description.transformer.layerCount) layers, "
      + "\(description.embeddingDimensions) dimensions, \(description.maxSequenceLength) tokens; "
      + "ready in \(NumberText.duration(load)); from \(engine.modelPath)"
    return Check(
      name: "model", found: found,
      details: [
        "model": .string(description.name), "precision": .string(engine.precision.rawValue),
        "path": .string(engine.modelPath), "dimensions": JSONValue(description.embeddingDimensions),
      ])
  }

  private static func values(_ engine: Engine, python: String?) async throws -> [Check] {
    let references = ReferenceVector.all
    var checks: [Check] = []
    if engine.description.hasTextVectors {
      let together = try await engine.embed(EmbedRequest(texts: references.map(\.text))).vectors
      let alone = try await engine.embed(EmbedRequest(texts: [references[0].text])).vectors
      checks = [soundness(together, alone: alone)]
      if engine.description.name == ModelStore.defaultModel, python == nil {
        return checks + [
          reference(together, references.map(\.components), texts: references.map(\.text), engine.precision, "float32")
        ]
      }
    }
    do {
      guard let stored = try await stored(engine, python: python) else {
        let places =
          "no values for this model: neither built in, nor in \(ModelReference.path(for: engine)), nor --python"
        return checks + [Check(name: "reference", found: places)]
      }
      return checks + [
        reference(
          try await stored.found(by: engine), stored.values, texts: stored.texts, engine.precision, stored.source)
      ]
    } catch let error as EngineError {
      throw error
    } catch {
      return checks + [Check(name: "reference", outcome: .bad, found: Failure(error)?.message ?? "\(error)")]
    }
  }

  private static func stored(_ engine: Engine, python: String?) async throws -> ModelReference? {
    guard let python else { return try ModelReference(file: ModelReference.path(for: engine)) }
    let texts = ReferenceVector.all.map(\.text) + ["hello world", "def area(r):\n    return 3.14 * r ** 2"]
    let found = try await PythonReference(python: python, environment: Environment.all).values(
      of: texts, model: engine.modelPath, ModelReference.kind(of: engine))
    return ModelReference(texts: texts, values: found.vectors, source: found.by)
  }

  /// What holds for every model: numbers, and a text's vector the same in any company.
  private static func soundness(_ together: [[Float]], alone: [[Float]]) -> Check {
    guard together.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      return Check(
        name: "vectors", outcome: .bad, found: "some components are not numbers",
        advice: "The weights are damaged, or not of this kind: pull the model again.")
    }
    guard together.first == alone.first else {
      return Check(
        name: "vectors", outcome: .bad, found: "a text has another vector alone than among others",
        advice: "This is a defect in Akin: please report it with this output.")
    }
    return Check(name: "vectors", found: "finite, and the same bits alone and in a batch")
  }

  private static func reference(
    _ vectors: [[Float]], _ expected: [[Float]], texts: [String], _ precision: Precision, _ source: String
  ) -> Check {
    guard zip(vectors, expected).allSatisfy({ $0.count == $1.count }), vectors.count == expected.count, !texts.isEmpty
    else {
      return Check(
        name: "reference", outcome: .bad,
        found: "\(source) has vectors of \(expected.first?.count ?? 0) numbers for texts "
          + "whose vectors here have \(vectors.first?.count ?? 0)",
        advice: "The values are another model's, or another kind's.")
    }
    // Of single numbers the angle says nothing.
    let isScores = expected.allSatisfy { $0.count == 1 }
    let cosines =
      isScores
      ? [Vectors.cosine(vectors.flatMap { $0 }, expected.flatMap { $0 })]
      : zip(vectors, expected).map { Vectors.cosine($0, $1) }
    let worstDifference = zip(vectors, expected).reduce(Float(0)) { worst, pair in
      zip(pair.0, pair.1).reduce(worst) { max($0, abs($1.0 - $1.1)) }
    }
    let tolerance = Tolerance(precision)
    let passed = tolerance.accepts(cosine: cosines.min() ?? 0, difference: worstDifference)
    let found =
      "\(NumberText.count(texts.count, "text")) against \(source): cosine "
      + cosines.map { NumberText.fixed($0, decimals: 6) }.joined(separator: ", ")
      + "; largest difference \(NumberText.fixed(worstDifference, decimals: 7))"
    return Check(
      name: "reference", outcome: passed ? .good : .bad, found: found,
      advice: passed ? nil : "Expected \(tolerance.sentence). Try 'AKIN_KERNELS=scalar akin doctor', and report it.",
      details: [
        "texts": .array(texts.map { .string($0) }), "cosines": .float32s(cosines),
        "largestDifference": .number(Double(worstDifference)), "source": .string(source),
      ])
  }

  /// What the two kinds of arithmetic promise.
  private struct Tolerance {
    let cosine: Float
    let difference: Float

    init(_ precision: Precision) {
      switch precision {
      case .f32: (cosine, difference) = (0.99999, 1e-5)
      case .q8: (cosine, difference) = (0.998, .infinity)
      }
    }

    func accepts(cosine: Float, difference: Float) -> Bool {
      cosine >= self.cosine && difference <= self.difference
    }

    var sentence: String {
      difference.isFinite ? "every component within \(difference)" : "a cosine of at least \(cosine)"
    }
  }
}
