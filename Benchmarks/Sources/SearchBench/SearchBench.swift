import AkinCollections

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// `search-bench FOLDER DIMENSIONS`: holds a collection of a vector a document and times searches, a command a line on
/// standard input, an answer in JSON a line on standard output. Vectors of a FILE are float32, row by row.
///
///     fill FILE ROWS       adds a document for each vector        {"seconds": s, "bytes": b}
///     open                 opens the file and reads the vectors   {"seconds": s}
///     search FILE K        the rows nearest to each vector        {"seconds": [...], "rows": [[...], ...]}, one a query
///     graph                makes the approximate index            {"seconds": s, "rows": n, "recall": r}, s of the processor
@main
struct SearchBench {
  let store: SQLiteCatalog
  let space: VectorSpace

  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let dimensions = Int(arguments[2]) else {
      fail("usage: search-bench FOLDER DIMENSIONS")
    }
    let bench = SearchBench(
      store: SQLiteCatalog(folder: arguments[1], graphThreshold: 1),
      space: VectorSpace(model: "made-up", fingerprint: "00", precision: "f32", prompt: "", dimensions: dimensions))
    answer("{\"ready\": true}")
    do {
      while let line = readLine() {
        answer(try bench.answer(to: line.split(separator: " ").map(String.init)))
      }
    } catch {
      fail("\(error)")
    }
  }

  private func answer(to command: [String]) throws -> String {
    switch (command.first, command.count) {
    case ("fill", 3): return try fill(command[1], rows: Int(command[2]) ?? 0)
    case ("open", 1): return try open()
    case ("search", 3): return try search(command[1], topK: Int(command[2]) ?? 10)
    case ("graph", 1): return try graph()
    default: Self.fail("no such command: \(command)")
    }
  }

  private func fill(_ file: String, rows: Int) throws -> String {
    let start = Self.now()
    let collection = try store.openOrCreate("bench", space: space)
    let source = Self.openFile(file)
    for first in stride(from: 0, to: rows, by: 1000) {
      try collection.write { writer throws(CollectionError) in
        for row in first..<min(first + 1000, rows) {
          let text = "row \(row)"
          let bytes = 0..<text.utf8.count
          let chunk = DocumentChunk(
            span: TextSpan(bytes: bytes, characters: bytes, start: TextPlace(), end: TextPlace(utf8: bytes.count)),
            text: text)
          let vector = Self.read(source, row: row, dimensions: space.dimensions)
          try writer.put(
            StoredDocument(key: .id("\(row)"), chunks: [chunk]), vectors: [chunk.textHash: vector])
        }
      }
    }
    return "{\"seconds\": \(Self.now() - start), \"bytes\": \(try collection.status().bytes)}"
  }

  private func open() throws -> String {
    let start = Self.now()
    let collection = try store.open("bench", space: space)
    // The first search reads the vectors into memory.
    var query = CollectionQuery(mode: .semantic, vector: [Float](repeating: 1, count: space.dimensions))
    query.topK = 1
    _ = try CollectionSearch.search([collection], query)
    return "{\"seconds\": \(Self.now() - start)}"
  }

  private func search(_ file: String, topK: Int) throws -> String {
    let collection = try store.open("bench", space: space)
    let source = Self.openFile(file)
    let count = Int(lseek(source, 0, SEEK_END)) / 4 / space.dimensions
    var seconds: [String] = []
    var rows: [String] = []
    for index in 0..<count {
      var query = CollectionQuery(
        mode: .semantic, vector: Self.read(source, row: index, dimensions: space.dimensions))
      query.topK = topK
      let start = Self.now()
      let hits = try CollectionSearch.search([collection], query)
      seconds.append("\(Self.now() - start)")
      rows.append("[" + hits.map(\.key.text).joined(separator: ",") + "]")
    }
    return "{\"seconds\": [\(seconds.joined(separator: ","))], \"rows\": [\(rows.joined(separator: ","))]}"
  }

  private func graph() throws -> String {
    let start = Self.now(CLOCK_PROCESS_CPUTIME_ID)
    let collection = try store.open("bench", space: space)
    while try collection.extendGraph(by: 1024) > 0 {}
    let seconds = Self.now(CLOCK_PROCESS_CPUTIME_ID) - start
    guard let status = try collection.graphStatus() else { Self.fail("built without hnswlib") }
    return "{\"seconds\": \(seconds), \"rows\": \(status.linked), \"recall\": \(status.recall ?? 0)}"
  }

  // MARK: System

  private static func now(_ clock: clockid_t = CLOCK_MONOTONIC) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func openFile(_ path: String) -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY)
    if descriptor < 0 { fail("cannot read \(path)") }
    return descriptor
  }

  private static func read(_ file: Int32, row: Int, dimensions: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: dimensions) { buffer, count in
      let bytes = dimensions * 4
      guard pread(file, buffer.baseAddress, bytes, off_t(row * bytes)) == bytes else { fail("row \(row) is missing") }
      count = dimensions
    }
  }

  private static func answer(_ line: String) {
    write(line + "\n", to: 1)
  }

  private static func fail(_ message: String) -> Never {
    write("search-bench: \(message)\n", to: 2)
    exit(1)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
