// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "semantic-lines",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "akin", path: "../../..", traits: [])],
  targets: [
    .executableTarget(name: "semantic-lines", dependencies: [.product(name: "AkinClient", package: "akin")]),
    .executableTarget(name: "tour", dependencies: [.product(name: "AkinClient", package: "akin")]),
  ],
  swiftLanguageModes: [.v6]
)
