import AkinCollections
import Platform

/// What waits to be embedded when a search has answered.
enum BackgroundEmbedding {
  /// Says how much of what was searched is embedded, where that is not all, and has the rest embedded by a process of its own.
  static func goOn(
    _ collections: [any CollectionStorage], _ models: ModelOptions, _ options: PendingOptions, _ stores: StoreOptions
  ) async throws(CollectionError) {
    let share = try await EmbeddedShare(of: collections)
    guard !share.isWhole else { return }
    let goesOn = if options.goesOn { try await start(collections, models, stores) } else { false }
    Notice.write(
      share.sentence + (goesOn ? "; the rest follows in the background" : "; 'akin index' embeds the rest"))
  }

  /// - Returns: whether what waits is being embedded.
  private static func start(
    _ collections: [any CollectionStorage], _ models: ModelOptions, _ stores: StoreOptions
  ) async throws(CollectionError) -> Bool {
    var names: [String] = []
    for collection in collections where try await collection.pendingCount() > 0 {
      if await !collection.isIndexing() { names.append(collection.name) }
    }
    guard !names.isEmpty else { return true }
    let options = [
      "--model", FilePath.isFolder(models.model) ? FilePath.resolved(models.model) ?? models.model : models.model,
      "--precision", models.precision.rawValue, "--threads", String(models.threads),
    ]
    var environment = Environment.all
    // An address may hold a password, and arguments are for everyone to see.
    if !stores.store.isEmpty {
      environment[UserStore.variable] = UserStore.addresses(stores.store).words.joined(separator: "\n")
    }
    SpawnedProcess.keepDescriptors()
    return SpawnedProcess.start(
      RunningProgram.path, ["akin", EmbeddingProcessCommand.name] + options + ["--"] + names,
      environment: environment.map { $0.key + "=" + $0.value },
      steps: [.open("/dev/null", flags: O_RDWR, as: 0), .duplicate(0, as: 1), .duplicate(0, as: 2)]
    ).code == 0
  }
}
