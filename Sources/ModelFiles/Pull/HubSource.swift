import JSON

/// The Hugging Face hub, or a mirror that answers the same two calls: `/api/models/NAME/revision/main?blobs=true` lists
/// the files, `/NAME/resolve/REVISION/FILE` leads to one.
struct HubSource {
  let curl: Curl
  /// Without a slash at its end.
  let endpoint: String

  init(environment: [String: String]) {
    let endpoint = environment["HF_ENDPOINT"] ?? "https://huggingface.co"
    self.endpoint = String(endpoint.reversed().drop { $0 == "/" }.reversed())
    curl = Curl(program: Program(environment: environment, folder: nil), token: environment["HF_TOKEN"])
  }

  struct Listing {
    let revision: String
    let files: [File]

    struct File {
      let path: String
      let bytes: Int?
      let sha256: String?
    }
  }

  /// The files that Akin needs of a model.
  func listing(of name: String) async throws(SourceError) -> Listing {
    let url = "\(endpoint)/api/models/\(name)/revision/main?blobs=true"
    let answer = try await curl.get(url)
    guard answer.code == 0 else { throw .failed(answer.reason) }
    let all: Listing
    do {
      all = try Self.parse(answer.body)
    } catch {
      throw .failed("\(url) did not answer as a hub does: \(error)")
    }
    let files = ModelFileSet.needed(all.files, path: \.path)
    let paths = Set(files.map(\.path))
    guard paths.count == files.count, files.count <= Self.mostFiles else {
      throw .failed("the repository lists \(files.count) files of a model, of which \(Self.mostFiles) are the most")
    }
    if let reason = ModelFileSet.missing(in: paths) { throw .failed(reason) }
    return Listing(revision: all.revision, files: files)
  }

  /// Of one model; a model of modules has a dozen.
  private static let mostFiles = 100

  private static func parse(_ body: [UInt8]) throws -> Listing {
    let root = JSONField(try JSONValue.parse(body), path: "")
    let revision = try root["sha"].string()
    // It becomes a part of paths and addresses.
    guard !revision.isEmpty, revision.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else {
      throw root["sha"].mismatch("a commit")
    }
    let files = try root["siblings"].array().map { field in
      let lfs = field["lfs"]
      return Listing.File(
        path: try field["rfilename"].string(),
        bytes: try (lfs["size"].ifPresent ?? field["size"].ifPresent)?.int(in: 0...Int.max),
        sha256: try lfs["sha256"].ifPresent?.string().lowercased())
    }
    return Listing(revision: revision, files: files)
  }

  /// Brings the files into `folder`, which may hold what an earlier pull left there.
  func fetch(
    _ listing: Listing, of name: String, into folder: String, _ progress: @Sendable (PullProgress) -> Void
  ) async throws(SourceError) -> PullManifest {
    var files: [PullManifest.File] = []
    for file in listing.files {
      let path = "\(folder)/\(file.path)"
      do throws(ModelFileError) { try Files.makeFolders(Files.parent(of: path)) } catch { throw SourceError(error) }
      let url = "\(endpoint)/\(name)/resolve/\(listing.revision)/\(file.path)"
      let download = Download(
        curl: curl, url: url, path: path, name: file.path, bytes: file.bytes, sha256: file.sha256)
      let sha256 = try await download.run(progress)
      files.append(PullManifest.File(path: file.path, at: path, sha256: sha256))
    }
    return PullManifest(source: PullAddress.shown("\(endpoint)/\(name)"), revision: listing.revision, files: files)
  }
}

extension PullManifest.File {
  init(path: String, at place: String, sha256: String) {
    let status = Files.status(place)
    self.init(path: path, bytes: status?.bytes ?? 0, sha256: sha256, modified: status?.modified ?? 0)
  }
}
