/// The statements that a server keeps for a connection: those that come again and again, which it then reads and plans once.
package struct PreparedStatements {
  /// How a statement is sent.
  package enum Way: Equatable {
    case asItIs
    /// By the name that it has.
    case known(String)
    /// By a name that it is to get first; `isRoomMade` where all others are to be forgotten before.
    case new(String, isRoomMade: Bool)
  }

  private struct Key: Hashable {
    let sql: String
    let types: [UInt32]
  }

  /// A statement is kept when it comes for this time.
  package static let threshold = 3
  /// So many are kept.
  package static let most = 64
  private static let mostCounted = 512

  private var uses: [Key: Int] = [:]
  private var names: [Key: String] = [:]
  private var made = 0

  /// None yet.
  package init() {}

  /// - Parameter types: of its arguments.
  package mutating func way(of sql: String, _ types: [UInt32]) -> Way {
    guard Self.isKept(sql) else { return .asItIs }
    let key = Key(sql: sql, types: types)
    if let name = names[key] { return .known(name) }
    if uses.count >= Self.mostCounted { uses.removeAll() }
    uses[key, default: 0] += 1
    guard uses[key, default: 0] >= Self.threshold else { return .asItIs }
    let isFull = names.count >= Self.most
    if isFull { names.removeAll() }
    made += 1
    return .new("akin_\(made)", isRoomMade: isFull)
  }

  /// Notes that the server has a statement by a name.
  package mutating func keep(_ name: String, _ sql: String, _ types: [UInt32]) {
    names[Key(sql: sql, types: types)] = name
    uses[Key(sql: sql, types: types)] = nil
  }

  /// What reads or changes rows; others have no plan.
  private static func isKept(_ sql: String) -> Bool {
    ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"].contains { sql.utf8.starts(with: $0.utf8) }
  }
}
