import Encoder
import ModelFiles

/// How a model process is set up.
public struct EngineOptions: Sendable {
  /// A model's name, a model folder or a `.gguf` file.
  public var model = ModelStore.defaultModel
  /// The arithmetic of the linear layers.
  public var precision = Precision.q8
  /// Threads of the forward pass; 0 takes the CPUs that this process may use.
  public var threads = 0
  /// Tokens that one batch holds at most, unless a single text alone has more. Threads wait for each other at its end: two
  /// gain 1.84 times with a thousand tokens and 1.93 with two. A smaller batch wastes less of what is cancelled in it.
  public var tokenBudget = 2048
  /// Tokens that may wait in the queue before new requests are refused; none are unless a limit is set.
  public var queueLimit = Int.max

  /// The default model in q8_0 on all CPUs.
  public init() {}
}

/// Counters of a running engine, since it was loaded.
public struct EngineStatus: Sendable, Equatable {
  /// Requests accepted, running or finished.
  public var requests = 0
  /// Requests whose caller went away before they were finished.
  public var cancelled = 0
  /// Requests refused because the queue was full.
  public var refused = 0
  /// Sequences encoded; a text split into windows counts once a window.
  public var sequences = 0
  /// Tokens encoded, special tokens included.
  public var tokens = 0
  /// Batches encoded.
  public var batches = 0
  /// Requests that wait or run now.
  public var pendingRequests = 0
  /// Tokens that wait now.
  public var queuedTokens = 0
}
