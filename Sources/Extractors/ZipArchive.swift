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
    guard isOpen else { throw noArchive }
    return try result.get()
  }

  /// What it is instead: the office programs put what has a password, and what is older than 2007, into a file system of their own
  /// ([MS-CFB]), in which names are UTF-16.
  private var noArchive: ReadingError {
    guard bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) else {
      return ReadingError("it is no zip archive, or a damaged one")
    }
    let name = "EncryptedPackage".utf8.map { "\(Unicode.Scalar($0))\u{0}" }.joined()
    guard !bytes[...].contains(name) else { return .locked }
    return ReadingError("it is a file of an office program from before 2007: save it in the format of its ending")
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
