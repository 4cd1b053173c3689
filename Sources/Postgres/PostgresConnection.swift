import CPostgres
import Platform

/// A connection to a server. All calls block; one thread at a time makes them, which ``PostgresPool`` sees to.
package final class PostgresConnection: @unchecked Sendable {
  private let pointer: OpaquePointer
  private let cancelHandle: UnsafeMutableRawPointer?
  /// The socket once more, under a number that stays ours; below 0 where there is none.
  private let line: Int32
  private var prepared = PreparedStatements()
  /// A `BEGIN` that goes with the next statement.
  private var waitingBegin: String?
  /// Whether a command was sent whose answer nobody has read.
  private var owesAnswer = false
  /// Settings of the session that were made here, by name.
  private var settings: [String: String] = [:]

  /// Connects.
  /// - Parameters:
  ///   - address: a URI or `key=value` pairs, as libpq reads them; what it leaves out comes from the variables `PG…`, `~/.pgpass` and
  ///     `~/.pg_service.conf`.
  ///   - application: the name that the server's administrator sees.
  /// - Throws: `noLibrary`, `address`, `unreachable`.
  package init(_ address: String, application: String) throws(PostgresError) {
    try Self.checkLibrary()
    guard PostgresAddress(address)?.isTorn != true else {
      throw PostgresError(
        .address,
        "an address whose password is escaped (%2F for a slash, %3F for ?, %40 for @), or without it, by PGPASSWORD or ~/.pgpass"
      )
    }
    guard akin_pq_is_connection_string(address) != 0 else {
      // libpq's own message would repeat the address with its password.
      throw PostgresError(.address, "it is no address as libpq reads them: postgresql://user@host:port/database")
    }
    let made = Self.withOptions(address, application: application, timeout: 10) { akin_pq_connect($0, $1) }
    guard let made else { throw PostgresError(.unreachable, "no memory for a connection") }
    guard akin_pq_is_good(made) != 0 else {
      let message = Self.line(akin_pq_error_message(made), without: address)
      akin_pq_finish(made)
      throw PostgresError(Self.refusal(message), message)
    }
    pointer = made
    cancelHandle = akin_pq_cancel_handle(made)
    line = fcntl(akin_pq_socket(made), F_DUPFD_CLOEXEC, 0)
  }

  deinit {
    if let cancelHandle { akin_pq_free_cancel(cancelHandle) }
    akin_pq_finish(pointer)
    if line >= 0 { close(line) }
  }

  /// Whether a server takes no connections, nor refuses them, within some seconds. Blocks.
  static func isSilent(_ address: String) -> Bool {
    withOptions(address, application: "akin", timeout: 5) { akin_pq_is_silent($0, $1) } != 0
  }

  /// - Parameter timeout: seconds for the connection to be made, unless the environment or the address tells another time.
  private static func withOptions<Value>(
    _ address: String, application: String, timeout: Int,
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<UnsafePointer<CChar>?>?) -> Value
  ) -> Value {
    // A server that has gone without a word is noticed. What the address says stands behind, and counts.
    var options = [
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "60000"),
    ]
    if getenv("PGCONNECT_TIMEOUT") == nil { options.append(("connect_timeout", String(timeout))) }
    options += [("dbname", address), ("fallback_application_name", application), ("client_encoding", "UTF8")]
    return withPointers(options.map(\.0)) { keys in withPointers(options.map(\.1)) { values in body(keys, values) } }
  }

  /// Why a server has not let us in. libpq tells no SQLSTATE of that, and the words are those of a server that speaks English.
  private static func refusal(_ message: String) -> PostgresError.Kind {
    let full = ["too many clients", "too many connections", "connection slots are reserved"]
    if full.contains(where: { message.contains($0) }) { return .refused(state: "53300") }
    return message.contains("the database system is ") ? .refused(state: "57P03") : .unreachable
  }

  /// Loads libpq.
  /// - Throws: `noLibrary`.
  package static func checkLibrary() throws(PostgresError) {
    if let problem = akin_pq_load() { throw PostgresError(.noLibrary, String(cString: problem)) }
  }

  /// Where it leads, without secrets: `postgresql://user@host:5432/database`.
  package var place: String {
    let user = String(cString: akin_pq_user(pointer)), host = String(cString: akin_pq_host(pointer))
    // A socket's folder has slashes in it.
    let shown = host.utf8.first == UInt8(ascii: "/") ? "" : host + ":" + String(cString: akin_pq_port(pointer))
    return "postgresql://\(user)@\(shown)/\(String(cString: akin_pq_db(pointer)))"
  }

  /// 160004 is 16.4.
  package var serverVersion: Int { Int(akin_pq_server_version(pointer)) }

  /// What the server tells of itself: `server_encoding`.
  package func parameter(_ name: String) -> String? {
    akin_pq_parameter_status(pointer, name).map { String(cString: $0) }
  }

  /// False once the connection was found broken.
  package var isGood: Bool { akin_pq_is_good(pointer) != 0 }

  /// Has the server stop what it is at; from any thread, which waits for the server.
  package func cancel() {
    if let cancelHandle { akin_pq_cancel(cancelHandle) }
  }

  /// Ends the connection as if the server had gone; from any thread, which waits for nothing.
  func cutOff() {
    if line >= 0 { _ = shutdown(line, Int32(SHUT_RDWR)) }
  }

  // MARK: Statements

  /// Runs one statement.
  /// - Parameter arguments: `$1` and those behind it.
  /// - Throws: `refused`, `lost`.
  @discardableResult
  package func query(_ sql: String, _ arguments: [PostgresValue] = []) throws(PostgresError) -> PostgresResult {
    try readOwedAnswer()
    let name = try prepare(sql, arguments)
    let answer = Self.withStatement(sql, prepared: name, arguments) { statement in
      guard let begin = waitingBegin else { return akin_pq_exec(pointer, statement) }
      return akin_pq_exec_both(pointer, begin, statement)
    }
    waitingBegin = nil
    return PostgresResult(try checked(answer))
  }

  /// Runs one statement, and hands its rows over one by one, each as a result of one row.
  /// - Throws: `refused`, `lost`, and what `body` throws, after which the rest is thrown away.
  package func rows(
    _ sql: String, _ arguments: [PostgresValue] = [], _ body: (PostgresResult) throws -> Void
  ) throws {
    try flush()
    let isSent = Self.withStatement(sql, arguments) { akin_pq_send_for_rows(pointer, $0) }
    guard isSent != 0 else { throw failure(nil) }
    defer {
      // What is left of it, where the body has had enough.
      while let rest = akin_pq_get_result(pointer) { akin_pq_clear(rest) }
    }
    while let answer = akin_pq_get_result(pointer) {
      let row = PostgresResult(try checked(answer))
      guard row.count > 0 else { continue }
      do {
        try body(row)
      } catch {
        cancel()
        throw error
      }
    }
  }

  /// Puts rows into a table.
  /// - Parameter target: `table (column, …)`
  /// - Throws: `refused`, `lost`.
  package func copy(_ rows: PostgresCopy, into target: String) throws(PostgresError) {
    guard rows.count > 0 else { return }
    try flush()
    let answer = Self.withStatement("COPY \(target) FROM STDIN (FORMAT binary)", []) { akin_pq_exec(pointer, $0) }
    akin_pq_clear(try checked(answer))
    let bytes = rows.finished
    var sent = 0
    while sent < bytes.count {
      let piece = min(1 << 20, bytes.count - sent)
      let isSent = bytes.withUnsafeBufferPointer { buffer in
        buffer.withMemoryRebound(to: CChar.self) { chars in
          akin_pq_put_copy_data(pointer, chars.baseAddress.map { $0 + sent }, Int32(piece))
        }
      }
      guard isSent == 1 else { throw failure(nil) }
      sent += piece
    }
    guard akin_pq_put_copy_end(pointer, nil) == 1 else { throw failure(nil) }
    if let problem = readAnswers() { throw problem }
  }

  /// Makes settings of the session, those that are others than before; outside a transaction, which might undo them.
  /// - Throws: `refused`, `lost`.
  package func set(_ values: KeyValuePairs<String, String>) throws(PostgresError) {
    let new = values.filter { settings[$0.key] != $0.value }
    guard !new.isEmpty else { return }
    let calls = new.indices.map { "set_config($\(2 * $0 + 1), $\(2 * $0 + 2), false)" }
    try query("SELECT " + calls.joined(separator: ", "), new.flatMap { [.text($0.key), .text($0.value)] })
    for (name, value) in new { settings[name] = value }
  }

  // MARK: Transactions

  /// Runs `body` as one transaction; an error undoes it.
  package func transaction<Value>(_ body: () throws -> Value) throws -> Value {
    try query("BEGIN")
    do {
      let value = try body()
      try query("COMMIT")
      return value
    } catch {
      if isGood { _ = try? query("ROLLBACK") }
      throw error
    }
  }

  /// Runs `body`, which changes nothing, on one state of the database. That takes no round trip of its own: it begins with the
  /// first statement, and nobody waits for its end.
  package func reading<Value>(_ body: () throws -> Value) throws -> Value {
    waitingBegin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    do {
      let value = try body()
      guard waitingBegin == nil else {
        waitingBegin = nil
        return value
      }
      guard akin_pq_send(pointer, "COMMIT") != 0 else { throw failure(nil) }
      owesAnswer = true
      return value
    } catch {
      if waitingBegin == nil, isGood { _ = try? query("ROLLBACK") }
      waitingBegin = nil
      throw error
    }
  }

  /// Sends what waits for the next statement, before one that does not go with it.
  private func flush() throws(PostgresError) {
    guard let begin = waitingBegin else { return try readOwedAnswer() }
    waitingBegin = nil
    try query(begin)
  }

  /// The end of a transaction that only read fails by a lost connection alone.
  private func readOwedAnswer() throws(PostgresError) {
    guard owesAnswer else { return }
    owesAnswer = false
    if let problem = readAnswers(), problem.kind == .lost || !isGood { throw problem }
  }

  /// Reads all that was answered to what was sent.
  /// - Returns: the last error among them.
  private func readAnswers() -> PostgresError? {
    var problem: PostgresError?
    while let answer = akin_pq_get_result(pointer) {
      do throws(PostgresError) {
        akin_pq_clear(try checked(answer))
      } catch {
        problem = error
      }
    }
    return problem
  }

  /// Has the server keep a statement that comes again and again.
  /// - Returns: its name there; nil for one that is sent as it is.
  private func prepare(_ sql: String, _ arguments: [PostgresValue]) throws(PostgresError) -> String? {
    let types = arguments.map(\.type)
    switch prepared.way(of: sql, types) {
    case .asItIs: return nil
    case .known(let name): return name
    case .new(let name, let isRoomMade):
      if isRoomMade { try query("DEALLOCATE ALL") }
      let answer = Self.withStatement(sql, arguments) { akin_pq_prepare(pointer, name, $0) }
      akin_pq_clear(try checked(answer))
      prepared.keep(name, sql, types)
      return name
    }
  }

  // MARK: Answers

  private func checked(_ answer: OpaquePointer?) throws(PostgresError) -> OpaquePointer {
    guard let answer else { throw failure(nil) }
    guard akin_pq_result_status(answer) == AKIN_PQ_FAILED else { return answer }
    defer { akin_pq_clear(answer) }
    throw failure(answer)
  }

  private func failure(_ answer: OpaquePointer?) -> PostgresError {
    if let state = answer.flatMap({ akin_pq_sqlstate($0) }) {
      let message = answer.flatMap { akin_pq_primary_message($0) }.map { Self.line($0) } ?? ""
      return PostgresError(.refused(state: String(cString: state)), message)
    }
    return PostgresError(.lost, Self.line(akin_pq_error_message(pointer)))
  }

  /// The first line that says something.
  /// - Parameter address: what must not be repeated.
  private static func line(_ text: UnsafePointer<CChar>?, without address: String = "") -> String {
    let text = text.map { String(cString: $0) } ?? ""
    let lines = text.split(separator: "\n").map { line in
      line.drop { $0 == " " || $0 == "\t" }
    }.filter { address.isEmpty || !$0.contains(address) }
    return lines.joined(separator: "; ")
  }

  // MARK: C

  private static func withPointers<Value>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value
  ) -> Value {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let pointers = copies.map { $0.map { UnsafePointer($0) } } + [nil]
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
  }

  private static func withStatement<Value>(
    _ sql: String, prepared: String? = nil, _ arguments: [PostgresValue],
    _ body: (UnsafePointer<akin_pq_statement>) -> Value
  ) -> Value {
    let encoded = arguments.map(\.encoded)
    var bytes: [UInt8] = []
    var starts: [Int?] = []
    for value in encoded {
      starts.append(value == nil ? nil : bytes.count)
      // Text ends with a zero.
      if let value { bytes += value + [0] }
    }
    let types = arguments.map(\.type)
    let lengths = encoded.map { Int32($0?.count ?? 0) }
    let formats: [Int32] = arguments.map { $0.isBinary ? 1 : 0 }
    return bytes.withUnsafeBytes { buffer in
      let first = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      let values = starts.map { start in start.flatMap { start in first.map { UnsafePointer($0 + start) } } }
      return withPointers([sql] + (prepared.map { [$0] } ?? [])) { texts in
        types.withUnsafeBufferPointer { types in
          lengths.withUnsafeBufferPointer { lengths in
            formats.withUnsafeBufferPointer { formats in
              values.withUnsafeBufferPointer { values in
                var statement = akin_pq_statement(
                  command: texts?[0], prepared: prepared == nil ? nil : texts?[1], count: Int32(arguments.count),
                  types: types.baseAddress, values: values.baseAddress, lengths: lengths.baseAddress,
                  formats: formats.baseAddress, result_format: 1)
                return body(&statement)
              }
            }
          }
        }
      }
    }
  }
}
