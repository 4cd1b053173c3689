/// What `akin --version` prints.
enum Version {
  /// The version in CHANGELOG.md.
  static let current = "0.1.0"
}
