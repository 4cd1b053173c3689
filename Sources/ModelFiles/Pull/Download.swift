import Digests
import Platform

/// Brings one file to this machine: into `path.partial`, continued where an earlier attempt ended, checked, renamed.
struct Download {
  let curl: Curl
  let url: String
  let path: String
  /// As the progress names it.
  let name: String
  /// nil where the source does not say.
  let bytes: Int?
  let sha256: String?
  /// Bytes that are taken at most, where the name does not tell.
  var limit: Int?
  /// What the beginning of a file tells of its length; nil for none.
  var beginning: FileDownload.Beginning?

  /// Bytes after which no more is taken: what the source has said of the file, within what weights of the largest encoders,
  /// settings and vocabularies take.
  private var most: Int {
    let name = Files.lastComponent(of: path)
    let most = name.hasSuffix(".safetensors") ? 32 << 30 : name.hasSuffix("config.json") ? 16 << 20 : 256 << 20
    return min(bytes ?? .max, limit ?? most)
  }

  private var partial: String { path + ".partial" }
  private var headers: String { path + ".headers" }

  /// - Returns: the file's SHA-256.
  /// - Throws: `failed`; the partial file is kept, unless it is the wrong content.
  func run(_ progress: @Sendable (PullProgress) -> Void) async throws(SourceError) -> String {
    if let done = try alreadyThere() { return done }
    var emptyHanded = 0
    while true {
      let start = Files.status(partial)?.bytes ?? 0
      if let bytes, start == bytes, start > 0 { break }
      let answer = try await fetch(from: start, progress)
      if answer.code == 0 { break }
      if answer.refusesRange, start > 0 {
        // The file changed, or this server cannot continue: from the beginning.
        Files.remove(partial)
        continue
      }
      // A cut connection is taken up again as long as each brings something; after three that did not, no more.
      emptyHanded = (Files.status(partial)?.bytes ?? 0) > start ? 0 : emptyHanded + 1
      guard answer.isCut, emptyHanded < 3 else { throw .failed("\(url): \(answer.reason)") }
    }
    return try place()
  }

  private func fetch(
    from start: Int, _ progress: @Sendable (PullProgress) -> Void
  ) async throws(SourceError) -> Curl.Answer {
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .failed("\(partial): cannot be written: \(SystemError.message())") }
    defer { close(descriptor) }
    let entityTag = start > 0 ? self.entityTag() : nil
    // Without a tag nothing but the content's own hash tells a continued file from one of two halves.
    let start = entityTag == nil && sha256 == nil ? 0 : start
    guard ftruncate(descriptor, off_t(start)) == 0 else {
      throw .failed("\(partial): cannot be written: \(SystemError.message())")
    }
    var received = start
    var most = most
    var isKnown = false
    progress(PullProgress(file: name, bytes: received, total: bytes))
    return try await curl.download(url, from: start, entityTag: entityTag, headers: headers) { piece in
      received += piece.count
      guard received <= most else {
        // A source that sends too much has sent something else.
        Files.remove(partial)
        throw SourceError.failed(
          "\(url): more than \(most) bytes, which is \(bytes == most ? "the file's length" : "the most that is taken")")
      }
      guard AtomicFile.append(piece, to: descriptor) else {
        throw SourceError.failed("\(partial): cannot be written: \(SystemError.message())")
      }
      if let beginning, !isKnown, received >= beginning.bytes {
        most = min(most, try beginning.length(partial))
        isKnown = true
      }
      progress(PullProgress(file: name, bytes: received, total: bytes))
    }
  }

  /// The ETag of the answer that the partial file came from; weak ones say nothing about bytes, and ones that RFC 9110,
  /// section 8.8.3, does not know are none.
  private func entityTag() -> String? {
    guard let file = try? MappedFile(path: headers) else { return nil }
    let text = file.withBytes { String(decoding: $0, as: UTF8.self) }
    let tag = text.split(whereSeparator: \.isNewline).last { $0.lowercased().hasPrefix("etag:") }?
      .drop { $0 != ":" }.dropFirst().drop { $0 == " " }
    guard let tag, tag.utf8.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\""),
      tag.utf8.dropFirst().dropLast().allSatisfy({ $0 == 0x21 || (0x23...0x7E).contains($0) || $0 >= 0x80 })
    else { return nil }
    return String(tag)
  }

  /// The SHA-256 of a file that an earlier pull finished.
  private func alreadyThere() throws(SourceError) -> String? {
    guard let status = Files.status(path), !status.isFolder else { return nil }
    let found = try hash(path)
    if sha256 ?? found == found, bytes ?? status.bytes == status.bytes, sha256 != nil || bytes != nil { return found }
    Files.remove(path)
    return nil
  }

  private func place() throws(SourceError) -> String {
    let count = Files.status(partial)?.bytes ?? 0
    let found = try hash(partial)
    guard bytes ?? count == count, sha256 ?? found == found else {
      Files.remove(partial)
      let expected = "\(bytes.map { "\($0) bytes" } ?? "any size"), SHA-256 \(sha256 ?? "not given")"
      throw .failed("\(url): expected \(expected); received \(count) bytes, SHA-256 \(found)")
    }
    do throws(ModelFileError) {
      try Files.rename(partial, to: path)
    } catch {
      throw SourceError(error)
    }
    Files.remove(headers)
    return found
  }

  private func hash(_ path: String) throws(SourceError) -> String {
    do throws(ModelFileError) {
      return try sha256Digest(of: path)
    } catch {
      throw SourceError(error)
    }
  }
}

/// The SHA-256 of a file, 64 hexadecimal digits.
func sha256Digest(of path: String) throws(ModelFileError) -> String {
  guard Files.status(path)?.bytes != 0 else { return SHA256().finalize().hexadecimal }
  let file = try MappedFile(path: path)
  return file.withBytes { bytes in
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize().hexadecimal
  }
}
