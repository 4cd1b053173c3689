import Documents
import JSON

/// `log`: the commits of a git repository that answer a question, by what they say and change.
public enum LogMethod: RequestMethod {
  /// `log`
  public static let name = "log"

  /// What is asked, of which repository.
  public struct Parameters: ProtocolParameters {
    /// A question or a phrase.
    public var query: String
    /// A folder in a git repository.
    public var folder: CollectionName
    /// Commits at most.
    public var topK = 10
    /// Only changes of files whose path fits one of these patterns; `!` leaves out.
    public var path: [String] = []
    /// Seconds since 1970: only commits whose author's time is not before it.
    public var since: Int?
    /// Seconds since 1970: only commits whose author's time is not after it.
    public var until: Int?
    /// Only commits with this in the author's name or address, in whatever case.
    public var author: String?
    /// By meaning, by words, or both.
    public var mode = SearchMethod.Mode.hybrid
    /// Asks for progress under this token.
    public var workDoneToken: ProgressToken?

    /// The names of the parameters.
    public static let names = ["query", "folder", "topK", "path", "since", "until", "author", "mode", "workDoneToken"]

    /// Of the whole history.
    public init(query: String, folder: CollectionName) {
      self.query = query
      self.folder = folder
    }

    /// Reads the parameters.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      query = try field["query"].string()
      folder = try CollectionName.folder(field["folder"])
      topK = try field["topK"].optionalInt(atLeast: 1) ?? 10
      path = try field["path"].ifPresent?.texts() ?? []
      since = try field["since"].ifPresent?.int()
      until = try field["until"].ifPresent?.int()
      author = try field["author"].optionalString()
      mode = try field["mode"].optionalOneOf(SearchMethod.Mode.self) ?? .hybrid
      workDoneToken = try ProgressToken.optional(field)
    }

    /// The parameters that differ from their defaults.
    public var json: JSONValue {
      var object: JSONObject = ["query": .string(query), "folder": folder.json]
      if topK != 10 { object["topK"] = JSONValue(topK) }
      if !path.isEmpty { object["path"] = .array(path.map { .string($0) }) }
      if let since { object["since"] = JSONValue(since) }
      if let until { object["until"] = JSONValue(until) }
      if let author { object["author"] = .string(author) }
      if mode != .hybrid { object["mode"] = .string(mode.rawValue) }
      if let workDoneToken { object["workDoneToken"] = workDoneToken.json }
      return .object(object)
    }
  }

  /// A commit that answers.
  public struct Hit: ProtocolValue, Equatable {
    /// The object's name, as `git show` takes it.
    public var commit: String
    /// As in `search`: only its differences count.
    public var score: Float
    /// Cosine of the query and the text.
    public var similarity: Float?
    /// Name and address.
    public var author: String
    /// Seconds since 1970 of the author's time.
    public var authoredAt: Int
    /// The message's first line.
    public var subject: String
    /// The file whose added lines answer best; nil where the message does.
    public var path: String?
    /// These lines, or the part of the message.
    public var text: String

    /// Stores the values as they are given.
    public init(
      commit: String, score: Float, similarity: Float?, author: String, authoredAt: Int, subject: String, path: String?,
      text: String
    ) {
      (self.commit, self.score, self.similarity, self.author) = (commit, score, similarity, author)
      (self.authoredAt, self.subject, self.path, self.text) = (authoredAt, subject, path, text)
    }

    /// Reads a hit.
    public init(_ field: JSONField) throws(JSONFieldError) {
      commit = try field["commit"].string()
      score = try field["score"].float32()
      similarity = try field["similarity"].ifPresent?.float32()
      author = try field["author"].string()
      authoredAt = try field["authoredAt"].int()
      subject = try field["subject"].string()
      path = try field["path"].optionalString()
      text = try field["text"].string()
    }

    /// The hit as an object.
    public var json: JSONValue {
      var object: JSONObject = ["commit": .string(commit), "score": .float32(score)]
      if let similarity { object["similarity"] = .float32(similarity) }
      object["author"] = .string(author)
      object["authoredAt"] = JSONValue(authoredAt)
      object["subject"] = .string(subject)
      if let path { object["path"] = .string(path) }
      object["text"] = .string(text)
      return .object(object)
    }
  }

  /// What was found.
  public struct Result: ProtocolValue {
    /// The top of the repository's checkout.
    public var repository: String
    /// Commits that are indexed.
    public var commits: Int
    /// The best first, each commit once.
    public var hits: [Hit]
    /// What a reader should know of the index, in a sentence each.
    public var notes: [String]

    /// Stores the values as they are given.
    public init(repository: String, commits: Int, hits: [Hit], notes: [String] = []) {
      (self.repository, self.commits, self.hits, self.notes) = (repository, commits, hits, notes)
    }

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      repository = try field["repository"].string()
      commits = try field["commits"].int(in: 0...Int.max)
      hits = try field["hits"].list(Hit.init)
      notes = try field["notes"].ifPresent?.strings() ?? []
    }

    /// The result as an object.
    public var json: JSONValue {
      var object: JSONObject = [
        "repository": .string(repository), "commits": JSONValue(commits), "hits": .array(hits.map(\.json)),
      ]
      if !notes.isEmpty { object["notes"] = .array(notes.map { .string($0) }) }
      return .object(object)
    }
  }
}
