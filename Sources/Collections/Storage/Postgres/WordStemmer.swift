import GRDB

/// Cuts the fields of ``IndexedWords`` into the words that SQLite's full-text index has of them, by SQLite's own tokenizer and
/// stemmer, so that both stores find, and rank, the same.
package struct WordStemmer: Sendable {
  /// As ``CollectionSchema`` has it.
  private static let tokenizer = FTS5TokenizerDescriptor(components: [
    "porter", "unicode61", "remove_diacritics", "0", "categories", "L* N* M* Co", "tokenchars", "_",
  ])

  private static let database = Result { try DatabaseQueue() }

  /// A tokenizer while it may be used.
  package struct Session {
    let tokenizer: any FTS5Tokenizer

    /// The words of a text, in their order.
    package func words(_ text: String) throws -> [[UInt8]] {
      let words = Words()
      var bytes = Array(text.utf8)
      guard !bytes.isEmpty else { return [] }
      let code = bytes.withUnsafeMutableBytes { buffer in
        tokenizer.tokenize(
          context: Unmanaged.passUnretained(words).toOpaque(), tokenization: .document,
          pText: buffer.baseAddress?.assumingMemoryBound(to: CChar.self), nText: CInt(buffer.count)
        ) { context, _, token, count, _, _ in
          guard let context, let token else { return 0 }
          let start = UnsafeRawBufferPointer(start: token, count: Int(count))
          Unmanaged<Words>.fromOpaque(context).takeUnretainedValue().list.append(Array(start))
          return 0
        }
      }
      guard code == 0 else { throw CollectionError(.storageFailed, detail: "SQLite's tokenizer ends with \(code)") }
      return words.list
    }
  }

  private final class Words {
    var list: [[UInt8]] = []
  }

  /// Runs `body` with a tokenizer. Blocks while another thread has it.
  package static func run<Value>(_ body: (Session) throws -> Value) throws -> Value {
    try database.get().read { database in try body(Session(tokenizer: try database.makeTokenizer(tokenizer))) }
  }
}
