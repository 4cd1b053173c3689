/// The words that this process was started with, as other programs of the machine see them.
package enum ProcessArguments {
  /// Overwrites some of them where the system keeps them, so that a list of processes does not show what was there. Where that place is
  /// not known, they stay. Swift's own copy stays in any case.
  /// - Parameter shown: what is to stand in a word's place; nil for the word itself. It is cut where it is longer.
  package static func hide(_ shown: (String) -> String?) {
    // Swift reads them once, from there.
    _ = CommandLine.arguments
    for word in words() {
      guard let text = shown(String(decoding: word, as: UTF8.self)) else { continue }
      let bytes = Array(text.utf8.prefix(word.count))
      for index in word.indices { word[index] = index < bytes.count ? bytes[index] : 0 }
    }
  }

  /// Without the zeros behind them.
  private static func words() -> [UnsafeMutableBufferPointer<UInt8>] {
    #if canImport(Darwin)
      (0..<Int(CommandLine.argc)).compactMap { index in
        guard let word = _NSGetArgv().pointee?[index] else { return nil }
        return word.withMemoryRebound(to: UInt8.self, capacity: strlen(word)) {
          UnsafeMutableBufferPointer(start: $0, count: strlen(word))
        }
      }
    #else
      guard let (start, end) = place(), let first = UnsafeMutablePointer<UInt8>(bitPattern: start) else { return [] }
      var words: [UnsafeMutableBufferPointer<UInt8>] = []
      var from = 0
      for index in 0..<end - start where first[index] == 0 {
        words.append(UnsafeMutableBufferPointer(start: first + from, count: index - from))
        from = index + 1
      }
      return words
    #endif
  }

  #if !canImport(Darwin)
    /// The addresses between which they are: `arg_start` and `arg_end` of proc(5).
    private static func place() -> (Int, Int)? {
      let file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(file, &buffer, buffer.count)
      guard count > 0, let name = buffer[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
      // The name may have anything in it. Behind it is the third number.
      let numbers = String(decoding: buffer[(name + 1)..<count], as: UTF8.self).split { $0 == " " || $0 == "\n" }
      guard numbers.count > 46, let start = Int(numbers[45]), let end = Int(numbers[46]), start > 0, end > start else {
        return nil
      }
      return (start, end)
    }
  #endif
}
