// swift-tools-version: 6.2
// One section a target, in the order of the data's way through them. Each target imports what its
// section names and no more; Tests/TidyTests reads it from here and holds the sources against it.

import PackageDescription

/// What only the trait `Server` needs.
let server = TargetDependencyCondition.when(traits: ["Server"])

// Elsewhere the compiler finds it, and would warn of a flag in its file.
#if os(macOS)
  let re2: String? = "re2"
#else
  let re2: String? = nil
#endif

let package = Package(
  name: "akin",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "akin", targets: ["akin"]),
    // A server as a child process, for apps.
    .library(name: "AkinClient", targets: ["AkinClient", "AkinProtocol", "Documents"]),
    // The engine without a server, as Benchmarks/ measures it.
    .library(name: "AkinEngine", targets: ["Engine", "Encoder", "Tokenizers", "ModelFiles"]),
    .library(name: "AkinCollections", targets: ["AkinCollections", "Documents"]),
  ],
  traits: [
    // An app that only wants AkinClient depends with `traits: []` and fetches no package but swift-subprocess.
    .trait(name: "Server", description: "The program, the engine and collections, with the packages that they need."),
    .default(enabledTraits: ["Server"]),
  ],
  dependencies: [
    // Command line: parsing, --help and shell completions.
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    // Runs curl and pip, the two programs that `akin pull` downloads with, and the server of a client.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    // Collections: SQLite with a pool of readers, migrations and full-text search.
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    // `akin serve --http`: sockets, timers and llhttp's parser, which have been attacked for years. Hummingbird is more packages on
    // top of the same; FlyingFox brings FoundationNetworking, which is curl and TLS. 70 s of CPU in a first build, 4 MB.
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
  ],
  targets: [
    // C kernels: q8_0 and float32, one file an instruction set. No unsafe flags: the files use
    // per-function target attributes, so that the package builds as a remote dependency too.
    .target(name: "CKernels"),

    // Mapped files that another program cuts: a signal handler, which must be C.
    .target(name: "CFileGuard"),

    // Graphs of near neighbours for large collections: hnswlib's headers, where they are there, behind C.
    .target(name: "CNeighbors"),

    // What macOS tells of changes in a folder, its FSEvents: calls of the system, in C. Elsewhere there is nothing in it.
    .target(name: "CFolderEvents", linkerSettings: [.linkedFramework("CoreServices", .when(platforms: [.macOS]))]),

    // What a release says of its build, linked into it: a function that packaging/build.sh replaces.
    .target(name: "CBuild"),

    // libjansson: module map and a shim of inline wrappers.
    .systemLibrary(
      name: "CJansson", pkgConfig: "jansson",
      providers: [.apt(["libjansson-dev"]), .brew(["jansson"]), .yum(["jansson-devel"])]),

    // Nettle, the cryptographic library of GnuTLS, for SHA-256 alone: a few kilobytes when linked statically, with the
    // processor's own instructions, and nothing to compile (swift-crypto's BoringSSL took 80 s of a first build).
    .systemLibrary(
      name: "CNettle", pkgConfig: "nettle",
      providers: [.apt(["nettle-dev"]), .brew(["nettle"]), .yum(["nettle-devel"])]),

    // uchardet, Mozilla's detector of encodings, with the C library's iconv to decode what it recognises: texts that are not
    // UTF-8. Loaded from the system, 180 KB; the tables of its languages are the work of years.
    .systemLibrary(
      name: "CUchardet", pkgConfig: "uchardet",
      providers: [.apt(["libuchardet-dev"]), .brew(["uchardet"]), .yum(["uchardet-devel"])]),

    // RE2, which matches regular expressions in linear time and bounded memory; Swift's own backtracks. C++ behind C.
    // Loaded from the system, 480 KB (1.1 MB as an archive); C has no such engine.
    .systemLibrary(
      name: "CRE2", pkgConfig: re2, providers: [.apt(["libre2-dev"]), .brew(["re2"]), .yum(["re2-devel"])]),
    .target(name: "CPatterns", dependencies: ["CRE2"], linkerSettings: [.linkedLibrary("re2")]),

    // What reads documents, in a process of its own (Extractors). Each is small, has no dependencies and is kept up: Gumbo, the
    // HTML5 parser (libxml2's is of HTML 4, and brings 30 MB of ICU where it is linked statically); expat, which knows how
    // to bound entities; minizip, zlib's own reader of archives.
    .systemLibrary(
      name: "CGumbo", pkgConfig: "gumbo",
      providers: [.apt(["libgumbo-dev"]), .brew(["gumbo-parser"]), .yum(["gumbo-parser-devel"])]),
    .systemLibrary(
      name: "CExpat", pkgConfig: "expat",
      providers: [.apt(["libexpat1-dev"]), .brew(["expat"]), .yum(["expat-devel"])]),
    .systemLibrary(
      name: "CMinizip", pkgConfig: "minizip",
      providers: [.apt(["libminizip-dev"]), .brew(["minizip"]), .yum(["minizip-compat-devel"])]),

    // cmark, the reference parser of CommonMark: headings of Markdown. 150 KB; written by hand they are wrong in lists, quotes
    // and blocks of HTML.
    .systemLibrary(
      name: "CCommonMark", pkgConfig: "libcmark",
      providers: [.apt(["libcmark-dev"]), .brew(["cmark"]), .yum(["cmark-devel"])]),

    // libpq, PostgreSQL's own client library (300 KB with its TLS elsewhere), loaded when a store on a server is used and not before:
    // authentication, TLS, `PG…` variables and ~/.pgpass are the work of decades. No headers are needed to build.
    .target(name: "CPostgres"),

    // What a process gives up before it reads a stranger's file: limits, Landlock, seccomp. Calls of the system, in C.
    .target(name: "CConfinement"),

    // SHA-256 of downloaded files and of indexed texts.
    .target(name: "Digests", dependencies: ["CNettle"]),

    // A JSON value: parse, write, typed access with a path in every error.
    .target(name: "JSON", dependencies: ["CJansson"]),

    // What the rooms ask of the operating system: times of files, processes, threads for work that blocks, text for its
    // terminals, its errors; and the C library, which no other room imports itself.
    .target(name: "Platform"),

    // Texts that are not Unicode: uchardet says which encoding, iconv reads it.
    .target(name: "Encodings", dependencies: ["CUchardet"]),

    // Connections to PostgreSQL servers: statements, rows, bulk copies, a pool. It knows no collection.
    .target(name: "Postgres", dependencies: ["CPostgres", "Platform"]),

    // JSON-RPC 2.0: framing, messages, connection.
    .target(name: "JSONRPC", dependencies: ["JSON", "Platform"]),

    // What documents are called: ids, and URIs with the paths that they stand for.
    .target(name: "Documents"),

    // Documents that are no text: their formats, and the confined process that takes their text out.
    .target(name: "Extraction", dependencies: ["CConfinement", "JSON", "Platform"]),

    // The readers of the formats, which run in that process alone.
    .target(
      name: "Extractors", dependencies: ["CExpat", "CGumbo", "CMinizip", "Encodings", "Extraction", "JSON"]),

    // Parameters and result of every method, one file each.
    .target(name: "AkinProtocol", dependencies: ["Documents", "JSON"]),

    // A server as a child process: requests, cancellation, restart.
    .target(
      name: "AkinClient",
      dependencies: [
        "AkinProtocol", "Documents", "JSON", "JSONRPC", "Platform",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),

    // Text to tokens with offsets and back: pure functions of a definition and its vocabulary.
    .target(name: "Tokenizers"),

    // safetensors, GGUF, model folder, cache, download.
    .target(
      name: "ModelFiles",
      dependencies: [
        "CFileGuard", "Digests", "JSON", "Platform", "Tokenizers",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),

    // Configuration, weights, quantiser, forward pass, pooling, vector scan.
    .target(name: "Encoder", dependencies: ["CKernels", "CNeighbors", "ModelFiles", "Platform"]),

    // Who is near whom among vectors: neighbours, communities, and a layout in the plane.
    .target(name: "Landscape", dependencies: ["Encoder"]),

    // The long-lived model process: queue, batches, cancellation, counters.
    .target(name: "Engine", dependencies: ["Encoder", "Tokenizers", "ModelFiles", "Platform"]),

    // Documents, chunks and vectors in SQLite or on a PostgreSQL server; search over them and over documents of a request; folders walked by the
    // rules of git, which is not run. Its folder is that of the room; swift-collections, which many packages bring, has a
    // module of that name.
    .target(
      name: "AkinCollections",
      dependencies: [
        "CCommonMark", "CFolderEvents", "CPatterns", "Digests", "Documents", "Encoder", "Encodings", "Engine",
        "Extraction", "JSON", "Landscape", "ModelFiles", "Platform", "Postgres", "Tokenizers",
        .product(name: "GRDB", package: "GRDB.swift", condition: server),
      ],
      path: "Sources/Collections"),

    // Lifecycle, dispatch table, one handler a method.
    .target(
      name: "AkinServer",
      dependencies: [
        "AkinCollections", "AkinProtocol", "Documents", "Encoder", "Engine", "Extraction", "JSON", "JSONRPC",
        "ModelFiles", "Platform", "Tokenizers",
      ]),

    // One model process for all of a user's sessions: its socket, and the relay that takes a client there.
    .target(name: "SharedProcess", dependencies: ["AkinProtocol", "JSON", "JSONRPC", "Platform"]),

    // HTTP: the faces that other programs know, over sessions that are handed to it.
    .target(
      name: "AkinHTTP",
      dependencies: [
        "AkinProtocol", "JSON", "Platform",
        .product(name: "NIOCore", package: "swift-nio", condition: server),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: server),
        .product(name: "NIOPosix", package: "swift-nio", condition: server),
      ]),

    // Entries in the configurations of assistants and editors, put in and taken out.
    .target(name: "Setup", dependencies: ["JSON", "Platform"]),

    // The program: arguments, stdio, signals, exit codes.
    .executableTarget(
      name: "akin",
      dependencies: [
        "AkinCollections", "AkinHTTP", "AkinServer", "AkinProtocol", "CBuild", "Digests", "Documents", "Encoder",
        "Engine",
        "Extraction", "Extractors", "JSON", "Landscape", "ModelFiles", "Platform", "Setup", "SharedProcess",
        "Tokenizers",
        .product(name: "ArgumentParser", package: "swift-argument-parser", condition: server),
      ],
      // What scripts/map_page.py writes MapPageParts.swift from.
      exclude: ["Map/page"]),

    // Tests: one folder a room, and what they share.
    .target(name: "AkinTestSupport", dependencies: ["JSON"], path: "Tests/AkinTestSupport"),

    // Fills a collection until a test ends it.
    .executableTarget(name: "collection-writer", dependencies: ["AkinCollections"], path: "Tests/CollectionWriter"),

    // The built program, from outside, and behind its Swift client.
    .testTarget(
      name: "AkinClientTests", dependencies: ["AkinClient", "AkinTestSupport", "JSON", "akin"]),
    .testTarget(
      name: "ConformanceTests", dependencies: ["AkinTestSupport", "Digests", "JSON", "akin"], path: "Tests/Conformance"),
  ]
    + [
      ("Digests", []), ("Encodings", []), ("Platform", []), ("JSON", []), ("JSONRPC", ["JSON"]), ("Postgres", []),
      ("AkinProtocol", ["Documents", "JSON"]),
      ("Tokenizers", ["JSON"]),
      ("ModelFiles", ["JSON", "Tokenizers"]), ("Encoder", ["CKernels", "ModelFiles", "Tokenizers", "JSON"]),
      ("Landscape", ["Encoder"]), ("Engine", ["Encoder", "Tokenizers", "ModelFiles", "JSON"]),
      (
        "Collections",
        [
          "AkinCollections", "Digests", "Documents", "Encoder", "Engine", "Extraction", "Tokenizers", "JSON", "akin",
          "collection-writer",
        ]
      ),
      ("AkinServer", ["AkinProtocol", "JSONRPC", "JSON", "AkinCollections", "Documents"]),
      ("SharedProcess", ["JSONRPC", "JSON"]), ("Setup", ["JSON"]), ("AkinHTTP", ["AkinProtocol", "JSON"]),
      ("Extraction", ["JSON", "akin"]), ("Extractors", ["Extraction"]),
      ("Tidy", []),
    ].map { room, dependencies in
      .testTarget(
        name: "\(room)Tests",
        dependencies: ["AkinTestSupport"] + (["Tidy", "Collections"].contains(room) ? [] : [.byName(name: room)])
          + dependencies.map { .byName(name: $0) })
    },
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11,
  cxxLanguageStandard: .cxx17
)

// `make test ROOM=Setup`: the tests of one room alone, so that nothing is built that stands on it.
if let room = Context.environment["AKIN_ROOM"] {
  package.targets.removeAll { $0.type == .test && $0.name != "\(room)Tests" }
}
