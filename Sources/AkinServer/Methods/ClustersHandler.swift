import AkinCollections
import AkinProtocol
import Engine
import JSONRPC
import Platform

/// `clusters`
struct ClustersHandler: MethodHandler {
  typealias Method = ClustersMethod

  /// Texts with what they are in the answer.
  private struct Subjects: Sendable {
    var texts: [String] = []
    var vectors: [[Float]] = []
    var hits: [SearchMethod.Hit] = []
    var pending = 0
    /// Of texts of collections where they stand, which tells copies from parts that overlap.
    var places: [CollectionHit] = []

    func isApart(_ one: Int, _ other: Int) -> Bool {
      places.isEmpty || places[one].isApart(from: places[other])
    }
  }

  func answer(_ parameters: ClustersMethod.Parameters, _ call: Call) async throws -> ClustersMethod.Result {
    try await call.withProgress("Grouping") { progress in
      let subjects: Subjects
      switch parameters.source {
      case .documents(let documents):
        try checkLimits(documents, call)
        subjects = try await embedded(documents, parameters, call, progress)
      case .collections(let names):
        try call.checkPatterns(parameters.glob, of: "glob")
        subjects = try await stored(names, parameters, call)
      }
      // Nobody's query waits for this.
      return try await BlockingExecutor.background.host {
        try await result(of: subjects, parameters) { done, total in progress.report(done, of: total, "texts") }
      }
    }
  }

  private func checkLimits(_ documents: [SearchDocument], _ call: Call) throws(ResponseError) {
    try call.checkCount(documents.count, "documents", of: "documents")
    for (index, document) in documents.enumerated() {
      try call.checkText(document.text, path: "\(call.path("documents"))[\(index)]")
    }
  }

  private func embedded(
    _ documents: [SearchDocument], _ parameters: ClustersMethod.Parameters, _ call: Call, _ progress: WorkProgress
  ) async throws -> Subjects {
    let filter = parameters.filter.map(MetadataFilter.init)
    let taken = documents.enumerated().filter { _, document in
      filter?.matches(document.metadata.mapValues(MetadataValue.init)) ?? true
    }
    var subjects = Subjects()
    subjects.texts = taken.map(\.element.text)
    subjects.hits = taken.map { index, document in
      SearchMethod.Hit(
        .document(index: index, id: document.id, uri: document.uri), score: 0, text: document.text,
        metadata: document.metadata)
    }
    guard !taken.isEmpty else { return subjects }
    let engine = try await call.engine(parameters.model)
    var request = EmbedRequest(texts: subjects.texts)
    request.normalize = true
    if engine.description.prompts["document"] != nil { request.prompt = .named("document") }
    subjects.vectors = try await engine.embed(request) { _ in call.context.noteWork() }.vectors
    return subjects
  }

  private func stored(
    _ names: [CollectionName], _ parameters: ClustersMethod.Parameters, _ call: Call
  ) async throws -> Subjects {
    let named = try await call.open(names, engine: try await call.engine())
    var scope = DocumentScope()
    scope.globs = parameters.glob
    scope.parts = named.parts
    scope.languages = parameters.language
    scope.filter = parameters.filter.map(MetadataFilter.init)
    let encoding = parameters.positionEncoding ?? call.positionEncoding
    var subjects = Subjects()
    for collection in named.collections {
      let all = try await CollectionTexts(
        of: collection, by: parameters.unit == .file ? .file : .chunk, scope: scope)
      let hits = all.hits.map { SearchMethod.Hit($0, call.spellings, in: encoding) }
      for (index, hit) in hits.enumerated() {
        guard let hit else { continue }
        subjects.texts.append(all.texts[index])
        subjects.vectors.append(all.vectors[index])
        subjects.places.append(all.hits[index])
        subjects.hits.append(hit)
      }
      subjects.pending += all.pending
    }
    return subjects
  }

  private func result(
    of subjects: Subjects, _ parameters: ClustersMethod.Parameters,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
  ) async throws -> ClustersMethod.Result {
    let landscape = try await TextLandscape(subjects.texts, subjects.vectors, progress: progress)
    var options = TextTopics.Options()
    (options.count, options.words) = (parameters.count, parameters.words)
    let topics = try TextTopics(landscape, options: options, isApart: subjects.isApart)
    let clusters = topics.topics.map { topic in
      ClustersMethod.Cluster(
        words: topic.words.map { ClustersMethod.Word(word: $0.word, score: $0.score) }, size: topic.size,
        members: topic.members.prefix(parameters.members).map { member in
          var hit = subjects.hits[member.index]
          hit.score = member.similarity
          return ClustersMethod.Member(hit: hit, copies: member.copies.map { subjects.hits[$0].origin })
        })
    }
    var result = ClustersMethod.Result(
      clusters: clusters, outliers: topics.outliers.count, pending: subjects.pending)
    if parameters.layout {
      let places = try landscape.layout()
      var points = [ClustersMethod.Point?](repeating: nil, count: subjects.hits.count)
      for (text, indices) in landscape.places.enumerated() {
        for index in indices {
          points[index] = ClustersMethod.Point(
            origin: subjects.hits[index].origin, x: places[text].x, y: places[text].y, cluster: topics.topicOfText[text]
          )
        }
      }
      result.points = points.compactMap(\.self)
    }
    return result
  }
}
