import JSON
import Platform

/// Collects output and writes it in large pieces; `flush()` before the program waits or ends.
final class OutputStream {
  private let descriptor: Descriptor
  private let name: String
  private var buffer: [UInt8] = []

  /// Bytes that are collected before they are written.
  private static let capacity = 1 << 16

  init(descriptor: Descriptor) {
    self.descriptor = descriptor
    name = descriptor == .standardError ? "standard error" : "standard output"
  }

  /// - Throws: ``OutputClosed``, ``WriteError``.
  func write(_ bytes: some Sequence<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.capacity { try flush() }
  }

  /// - Throws: ``OutputClosed``, ``WriteError``.
  func write(line: String) throws {
    try write(text: line)
    try write(CollectionOfOne(UInt8(ascii: "\n")))
  }

  /// Text for a person; harmless to a terminal, whatever it holds.
  /// - Throws: ``OutputClosed``, ``WriteError``.
  func write(text: String) throws {
    try write(ScreenText.written(text))
  }

  /// One value on a line of its own, harmless to a terminal too.
  /// - Throws: ``OutputClosed``, ``WriteError``.
  func write(json value: JSONValue) throws {
    buffer += TerminalText.escaped(json: value.serialized())
    try write(CollectionOfOne(UInt8(ascii: "\n")))
  }

  /// - Throws: ``OutputClosed``, ``WriteError``.
  func flush() throws {
    guard !buffer.isEmpty else { return }
    try buffer.withUnsafeBytes { try descriptor.write($0, name: name) }
    buffer.removeAll(keepingCapacity: true)
  }
}
