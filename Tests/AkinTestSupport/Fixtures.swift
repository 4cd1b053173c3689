import Foundation

/// The golden values under Tests/Fixtures; where each comes from is written in the README there.
public enum Fixtures {
  /// Absolute path of the repository.
  public static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Absolute path of a file or folder in Tests/Fixtures.
  public static func path(_ name: String) -> String {
    repository + "/Tests/Fixtures/" + name
  }

  /// The bytes of a fixture.
  public static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// The non-empty lines of a JSON-lines fixture.
  public static func lines(_ name: String) throws -> [[UInt8]] {
    try bytes(name).split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  /// Decodes base64 of little-endian float32.
  public static func float32s(base64: String) -> [Float] {
    guard let data = Data(base64Encoded: base64) else { return [] }
    return stride(from: 0, to: data.count - 3, by: 4).map { offset in
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[data.startIndex + offset + $1]) << (8 * $1) }
      return Float(bitPattern: bits)
    }
  }
}
