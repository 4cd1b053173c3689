// swift-tools-version: 6.2
// The benchmarks' own programs: the engine's bare calls and searches of collections, timed. Nothing of them is in the
// shipped binary.

import PackageDescription

let package = Package(
  name: "akin-bench",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "akin", path: "..")],
  targets: [
    .executableTarget(
      name: "akin-bench", dependencies: [.product(name: "AkinEngine", package: "akin")], path: "Sources/AkinBench"),
    .executableTarget(
      name: "search-bench", dependencies: [.product(name: "AkinCollections", package: "akin")],
      path: "Sources/SearchBench"),
  ],
  swiftLanguageModes: [.v6]
)
