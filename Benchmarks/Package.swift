// swift-tools-version: 6.1
// The benchmarks' own program: the engine's bare calls, timed. Nothing of it is in the shipped binary.

import PackageDescription

let package = Package(
  name: "akin-bench",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "akin", path: "..")],
  targets: [
    .executableTarget(
      name: "akin-bench", dependencies: [.product(name: "AkinEngine", package: "akin")], path: "Sources/AkinBench")
  ],
  swiftLanguageModes: [.v6]
)
