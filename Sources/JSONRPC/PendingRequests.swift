import JSON

/// The requests and notifications that are being handled. Whoever removes an entry gives its answer, and only the first
/// one gets it: that is what makes every request answered exactly once.
struct PendingRequests {
  /// One of them.
  struct Entry {
    let request: RPCRequest
    /// Where the answer goes.
    let destination: AnswerDestination
    /// Its length on the wire.
    let bytes: Int
    /// Its work; nil until it has been started.
    var task: Task<Void, Never>?
    /// Whether the handler has been called.
    var hasBegun = false
  }

  /// By `RPCRequest.sequence`.
  private(set) var entries: [Int: Entry] = [:]
  /// The sequences under each id, newest last: a client may repeat an id, and a cancellation hits the newest.
  private var sequences: [JSONRPCID: [Int]] = [:]
  /// The length of all on the wire.
  private(set) var bytes = 0

  /// - Returns: whether another entry has the same id.
  mutating func insert(_ entry: Entry) -> Bool {
    entries[entry.request.sequence] = entry
    bytes += entry.bytes
    guard let id = entry.request.id else { return false }
    sequences[id, default: []].append(entry.request.sequence)
    return sequences[id, default: []].count > 1
  }

  /// Takes an entry out; nil if it is gone already.
  mutating func remove(_ sequence: Int) -> Entry? {
    guard let entry = entries.removeValue(forKey: sequence) else { return nil }
    bytes -= entry.bytes
    if let id = entry.request.id {
      sequences[id]?.removeAll { $0 == sequence }
      if sequences[id]?.isEmpty == true { sequences[id] = nil }
    }
    return entry
  }

  /// The newest entry with this id.
  func newest(_ id: JSONRPCID) -> Entry? {
    sequences[id]?.last.flatMap { entries[$0] }
  }

  /// The entries with this token in the parameter of that name.
  func sequences(_ token: JSONValue, named name: String) -> [Int] {
    entries.values.filter { $0.request.params[name].value == token }.map(\.request.sequence)
  }

  /// Marks that the handler is being called; false if the entry is gone.
  mutating func begin(_ sequence: Int) -> Bool {
    guard entries[sequence] != nil else { return false }
    entries[sequence]?.hasBegun = true
    return true
  }

  /// What does not hold although it always must; nil where all does. Goes over all entries: for tests.
  func checkInvariants() -> String? {
    let sum = entries.values.reduce(0) { $0 + $1.bytes }
    if sum != bytes { return "\(sum) bytes wait, \(bytes) are counted" }
    if entries.contains(where: { $0.key != $0.value.request.sequence }) { return "an entry is under another's number" }
    if sequences.values.contains(where: \.isEmpty) { return "an id without a request is kept" }
    for (id, numbers) in sequences where numbers.contains(where: { entries[$0]?.request.id != id }) {
      return "a request that is gone is kept under its id"
    }
    let named = entries.values.count { $0.request.id != nil }
    let known = sequences.values.reduce(0) { $0 + $1.count }
    return named == known ? nil : "\(named) requests have ids, \(known) are kept under theirs"
  }

  mutating func setTask(_ task: Task<Void, Never>, for sequence: Int) {
    entries[sequence]?.task = task
  }
}
