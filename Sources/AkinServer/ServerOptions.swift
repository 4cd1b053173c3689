import AkinCollections
import AkinProtocol
import Engine
import Extraction
import ModelFiles

/// How a server is set up.
public struct ServerOptions: Sendable {
  /// The model, its precision and its threads. Its queue limit is that of ``limits``.
  public var engine: EngineOptions
  /// The model that scores pairs of query and document, loaded at the first `rerank`; nil where ``engine``'s does it, if any.
  public var rerankModel: String?
  /// Models that requests may name beside these two, each loaded at the first that does.
  public var furtherModels: [String] = []
  /// Seconds after which a model that is not ``engine``'s is let go, where no request asks for it; 0 keeps all.
  public var modelIdleSeconds = 600.0
  /// Where models are looked for.
  public var store: ModelStore
  /// Where collections are kept.
  public var collections: any CollectionCatalog
  /// Takes the text out of documents of folders; nil leaves out those that are no text themselves.
  public var extractor: Extractor?
  /// What clients may ask for.
  public var limits = ServerLimits()
  /// `serverInfo.version` of `initialize`.
  public var version: String
  /// The least grave lines that are logged. Lines never hold the text of a request.
  public var logLevel = LogLevel.problem
  /// Where lines of the log go; standard error.
  public var logDescriptor: Int32 = 2
  /// Seconds between two looks at the process that `initialize` named.
  public var parentCheckSeconds = 3.0

  /// A quiet server of this model with the default limits.
  /// - Parameter extractor: one that has none takes documents that other programs have indexed out of their folders' collections.
  public init(
    engine: EngineOptions, store: ModelStore, collections: any CollectionCatalog, extractor: Extractor?, version: String
  ) {
    self.extractor = extractor
    self.engine = engine
    self.store = store
    self.collections = collections
    self.version = version
  }
}

/// How grave a line of the log is.
public enum LogLevel: Int, Sendable, CaseIterable, Comparable {
  /// Every refused or repeated message.
  case debug
  /// Starts, ends, and what a person may wonder about, such as quantising.
  case info
  /// What someone must act on.
  case problem

  /// By gravity.
  public static func < (left: LogLevel, right: LogLevel) -> Bool {
    left.rawValue < right.rawValue
  }
}
