import Testing

/// Where code may do what the compiler cannot check. Lending bytes to one call (`withUnsafeBytes { }`) is none of it.
@Suite struct UnsafeCodeTests {
  /// Every spelling of it, in one expression.
  private static let spellings = [
    "\\bUnsafe(Mutable)?(Raw)?(Buffer)?Pointer", "OpaquePointer", "AutoreleasingUnsafe", "Unmanaged", "unsafeBitCast",
    "unsafeDowncast", "unowned\\(unsafe\\)", "nonisolated\\(unsafe\\)", "@unchecked", "withMemoryRebound",
    "assumingMemoryBound", "bindMemory", "unsafeUninitializedCapacity", "unsafelyUnwrapped", "_unsafe", "-Ounchecked",
    "UnsafeContinuation", "withUnsafeTemporaryAllocation", "unsafe(Mutable)?Address", "@unsafe", "\\bunsafe [a-z(]",
    "UnownedJob",
    "@_silgen_name", "@_cdecl", "\\bBuiltin\\.", "exclusivity", "dlopen", "dlsym",
  ]

  /// Rooms that are such an edge: kernels, mapped files, and what C libraries hand out.
  private static let rooms: Set = ["Digests", "Encoder", "Extractors", "JSON", "ModelFiles", "Postgres"]

  /// Single files elsewhere, and what each is the edge of.
  private static let files = [
    "Sources/Collections/Chunking/Outlines/MarkdownOutline.swift": "cmark's nodes",
    "Sources/Collections/Indexing/FolderWatch.swift": "macOS' events of a folder",
    "Sources/Collections/Packs/VectorPack.swift": "the rows of a mapped file, whose length was checked",
    "Sources/Collections/Packs/VectorPackWriter.swift": "write",
    "Sources/Collections/Patterns/TextPattern.swift": "RE2's expressions",
    "Sources/Collections/Storage/Postgres/WordStemmer.swift": "words that SQLite's tokenizer calls back with",
    "Sources/Collections/Storage/SQLite/Blob.swift": "SQLite's blobs, which are not copied",
    "Sources/Encodings/LegacyEncoding.swift": "uchardet and iconv",
    "Sources/Engine/Job.swift": "what the queue's lock guards",
    "Sources/JSONRPC/SystemCall.swift": "read and write, which tests replace",
    "Sources/Platform/BlockingExecutor.swift": "jobs, each of which is run once",
    "Sources/Platform/HostProcess.swift": "macOS' rusage",
    "Sources/Platform/PlatformThread.swift": "what a thread is given",
    "Sources/Platform/ProcessArguments.swift": "the words of the command line, where the system shows them",
    "Sources/Setup/UserFile.swift": "write",
    "Sources/SharedProcess/ByteQueue.swift": "bytes that are lent to write",
    "Sources/SharedProcess/UnixSocket.swift": "socket addresses",
    "Sources/akin/Input/RecordReader.swift": "bytes that read fills",
    "Sources/akin/System/Descriptor.swift": "read and write",
    "Sources/akin/System/SignalWatch.swift": "Dispatch's sources, which are kept",
    "Sources/akin/System/Environment.swift": "the C array of variables, which has no other face without Foundation",
  ]

  @Test func staysAtItsEdges() throws {
    let expression = try Regex(Self.spellings.joined(separator: "|"))
    var found: Set<String> = []
    for file in try SourceTree.files(under: "Sources", endings: ["swift"]) {
      if Self.rooms.contains(String(file.split(separator: "/")[1])) { continue }
      let code = try SourceTree.text(of: file).split(separator: "\n").filter {
        !$0.drop { $0 == " " }.hasPrefix("//")
      }
      if code.contains(where: { $0.contains(expression) }) { found.insert(file) }
    }
    #expect(found.subtracting(Self.files.keys).isEmpty, "files that are no edge")
    #expect(Set(Self.files.keys).subtracting(found).isEmpty, "files that are an edge no more")
  }
}
