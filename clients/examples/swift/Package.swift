// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "semantic-lines",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "akin", path: "../../..")],
  targets: [
    .executableTarget(name: "semantic-lines", dependencies: [.product(name: "AkinClient", package: "akin")]),
    .executableTarget(name: "tour", dependencies: [.product(name: "AkinClient", package: "akin")]),
  ],
  swiftLanguageModes: [.v6]
)
