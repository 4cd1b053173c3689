import CMinizip
import Extraction

/// The parts of a zip archive in memory, by minizip. What they unpack to is counted over all of them.
final class ZipArchive {
  /// Parts of an archive at most.
  private static let mostParts: UInt64 = 100_000

  private let bytes: [UInt8]
  private var unpacked = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// A part as a whole; nil where there is none of this name.
  /// - Parameter name: its path in the archive, in any case.
  func part(_ name: String) throws(ReadingError) -> [UInt8]? {
    var result: Result<[UInt8]?, ReadingError> = .success(nil)
    let isOpen = open { archive in
      do throws(ReadingError) {
        guard unzLocateFile(archive, name, 2) == UNZ_OK else { return }
        result = .success(try contents(archive, name))
      } catch {
        result = .failure(error)
      }
    }
    guard isOpen else { throw ReadingError("it is no zip archive, or a damaged one") }
    return try result.get()
  }

  /// A part that must be there.
  func required(_ name: String) throws(ReadingError) -> [UInt8] {
    guard let part = try part(name) else { throw ReadingError("it has no \(name)") }
    return part
  }

  private func open(_ body: (unzFile) -> Void) -> Bool {
    bytes.withUnsafeBufferPointer { buffer in
      var memory = cminizip_memory(bytes: buffer.baseAddress, count: UInt64(buffer.count), position: 0)
      return withUnsafeMutablePointer(to: &memory) { memory in
        guard let archive = cminizip_open(memory) else { return false }
        defer { unzClose(archive) }
        var information = unz_global_info64()
        guard unzGetGlobalInfo64(archive, &information) == UNZ_OK, information.number_entry <= Self.mostParts else {
          return false
        }
        body(archive)
        return true
      }
    }
  }

  /// The part that the archive stands at.
  private func contents(_ archive: unzFile, _ name: String) throws(ReadingError) -> [UInt8] {
    guard unzOpenCurrentFile(archive) == UNZ_OK else {
      throw ReadingError("its part \(name) is protected by a password, or packed in an unknown way")
    }
    defer { unzCloseCurrentFile(archive) }
    var part: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unzReadCurrentFile(archive, &buffer, UInt32(buffer.count))
      guard count >= 0 else { throw ReadingError("its part \(name) is damaged") }
      if count == 0 { return part }
      part += buffer[..<Int(count)]
      unpacked += Int(count)
      if unpacked > Extractor.Limit.unpackedBytes {
        throw ReadingError("its parts unpack to more than \(Extractor.Limit.unpackedBytes >> 20) MB")
      }
    }
  }
}
