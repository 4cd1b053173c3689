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

  init(options: ModelOptions) async {
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let engine = try options.loadEngine()
      threadCount = engine.threadCount
      all = [Self.loaded(engine, clock.now - start)]
      all += try await Self.values(engine)
    } catch {
      all.append(
        Check(
          name: "model", outcome: .bad, found: error.description, advice: Failure(error)?.hint,
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

  private static func values(_ engine: Engine) async throws(EngineError) -> [Check] {
    let references = ReferenceVector.all
    let together = try await engine.embed(EmbedRequest(texts: references.map(\.text))).vectors
    let alone = try await engine.embed(EmbedRequest(texts: [references[0].text])).vectors
    var checks = [soundness(together, alone: alone)]
    if engine.description.name == ModelStore.defaultModel {
      checks.append(reference(together, references, precision: engine.precision))
    } else {
      checks.append(Check(name: "reference", found: "no values built in for this model"))
    }
    return checks
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

  private static func reference(_ vectors: [[Float]], _ references: [ReferenceVector], precision: Precision) -> Check {
    let cosines = zip(vectors, references).map { Vectors.cosine($0, $1.components) }
    let differences = zip(vectors, references).map { vector, reference in
      zip(vector, reference.components).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    let tolerance = Tolerance(precision)
    let worstCosine = cosines.min() ?? 0
    let worstDifference = differences.max() ?? .infinity
    let passed = tolerance.accepts(cosine: worstCosine, difference: worstDifference)
    let found =
      "\(NumberText.count(references.count, "text")) against float32: cosine "
      + cosines.map { NumberText.fixed($0, decimals: 6) }.joined(separator: ", ")
      + "; largest difference \(NumberText.fixed(worstDifference, decimals: 7))"
    return Check(
      name: "reference", outcome: passed ? .good : .bad, found: found,
      advice: passed ? nil : "Expected \(tolerance.sentence). Try 'AKIN_KERNELS=scalar akin doctor', and report it.",
      details: [
        "texts": .array(references.map { .string($0.text) }), "cosines": .float32s(cosines),
        "largestDifference": .number(Double(worstDifference)),
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
