import Platform

// In a file beside the collection's.
extension SQLiteCatalog {
  static let settingsSuffix = ".settings"
  static let largestSettings = 1 << 12

  /// Which files of its folder a collection takes.
  public func settings(of name: String) async -> FolderSettings {
    await BlockingExecutor.reading.run { storedSettings(of: name) }
  }

  /// Remembers which files of its folder a collection takes.
  /// - Throws: `storageFailed`.
  public func remember(_ settings: FolderSettings, of name: String) async throws(CollectionError) {
    try await BlockingExecutor.waiting.run { () throws(CollectionError) in
      guard settings != storedSettings(of: name) else { return }
      try makeFolder()
      try PrivateFile.replace(path(of: name) + Self.settingsSuffix, with: Array(settings.text.utf8))
    }
  }

  private func storedSettings(of name: String) -> FolderSettings {
    let file = path(of: name) + Self.settingsSuffix
    guard case .success(let bytes) = SourceFile.bytes(file, limit: Self.largestSettings) else {
      return FolderSettings()
    }
    return FolderSettings(text: bytes)
  }
}
