// Fills a collection, one transaction a document, and prints a line for each that is stored, for tests that end it at any
// moment. Usage: collection-writer FOLDER COLLECTION PREFIX FIRST COUNT
//
// Transaction n puts document PREFIX-n, and where n is a multiple of 4 removes PREFIX-(n - 3); "stored n" follows.
// An error is printed as "error KIND: sentence", and ends the program with status 1.

import AkinCollections

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

let arguments = CommandLine.arguments
guard arguments.count == 6, let first = Int(arguments[4]), let count = Int(arguments[5]) else {
  print("usage: collection-writer FOLDER COLLECTION PREFIX FIRST COUNT")
  exit(64)
}
let prefix = arguments[3]
let space = VectorSpace(model: "made-up", fingerprint: "00", precision: "f32", prompt: "", dimensions: 64)

func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
}

func document(_ number: Int) -> StoredDocument {
  let chunks = (0..<3).map { part in
    let text = "\(prefix) document \(number) part \(part) " + String(repeating: "words of it ", count: 20)
    let bytes = part * 1000..<part * 1000 + text.utf8.count
    return DocumentChunk(
      span: TextSpan(bytes: bytes, characters: bytes, start: TextPlace(line: part), end: TextPlace(line: part)),
      text: text)
  }
  return StoredDocument(
    key: .id("\(prefix)-\(number)"), metadata: ["number": .number(Double(number))], chunks: chunks)
}

func vector(_ number: Int, _ part: Int) -> [Float] {
  (0..<space.dimensions).map { Float(($0 * (number + 1) + part * 7) % 23) - 11 + 0.5 }
}

do throws(CollectionError) {
  let collection = try await SQLiteCatalog(folder: arguments[1]).openOrCreate(arguments[2], space: space)
  for number in first..<first + count {
    let document = document(number)
    let vectors = document.chunks.enumerated().map { ($1.textHash, vector(number, $0)) }
    try await collection.write(
      CollectionChanges(
        removed: number % 4 == 0 ? [.id("\(prefix)-\(number - 3)")] : [], documents: [document],
        vectors: Dictionary(vectors) { first, _ in first }))
    say("stored \(number)")
  }
} catch {
  say("error \(error.kind): \(error)")
  exit(1)
}
