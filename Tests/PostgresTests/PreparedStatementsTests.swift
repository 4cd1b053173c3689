import Postgres
import Testing

@Suite struct PreparedStatementsTests {
  private func send(
    _ sql: String, _ types: [UInt32], _ statements: inout PreparedStatements
  ) -> PreparedStatements.Way {
    let way = statements.way(of: sql, types)
    if case .new(let name, _) = way { statements.keep(name, sql, types) }
    return way
  }

  @Test func whatComesAgainIsKept() {
    var statements = PreparedStatements()
    for _ in 1..<PreparedStatements.threshold { #expect(send("SELECT 1", [], &statements) == .asItIs) }
    #expect(send("SELECT 1", [], &statements) == .new("akin_1", isRoomMade: false))
    #expect(send("SELECT 1", [], &statements) == .known("akin_1"))
    // Arguments of other types make it another one.
    #expect(send("SELECT 1", [20], &statements) == .asItIs)
  }

  @Test func whatHasNoPlanIsNotKept() {
    var statements = PreparedStatements()
    for _ in 0...PreparedStatements.threshold { #expect(send("COMMIT", [], &statements) == .asItIs) }
  }

  @Test func allAreForgottenWhereThereAreTooMany() {
    var statements = PreparedStatements()
    func sendOften(_ sql: String) -> PreparedStatements.Way {
      for _ in 1..<PreparedStatements.threshold { _ = send(sql, [], &statements) }
      return send(sql, [], &statements)
    }
    for number in 0..<PreparedStatements.most {
      #expect(sendOften("SELECT \(number)") == .new("akin_\(number + 1)", isRoomMade: false))
    }
    #expect(sendOften("SELECT 'more'") == .new("akin_\(PreparedStatements.most + 1)", isRoomMade: true))
    #expect(send("SELECT 0", [], &statements) == .asItIs)
  }
}
