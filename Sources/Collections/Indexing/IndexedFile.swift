import Extraction
import Platform

/// Files as the index reads them.
public enum IndexedFile {
  private static let largest = 1 << 26

  /// The text of a document with its places, as it is indexed.
  /// - Parameter path: an absolute path.
  public static func document(
    at path: String, format: DocumentFormat, extractor: Extractor
  ) async -> Result<ExtractedText, ExtractionFailure> {
    await BlockingExecutor.reading.run {
      switch SourceFile.bytes(path, limit: FilePolicy(largestFile: largest).largestDocument) {
      case .failure(let skipped): .failure(.notDone(skipped.reason.description))
      case .success(let bytes): FileContent.text(of: bytes, format, extractor)
      }
    }
  }

  /// The text of a file, whatever encoding it is in; nil where it cannot be read, or is no text that an index takes.
  /// - Parameters:
  ///   - path: an absolute path; a link at its end is not followed.
  ///   - extractor: takes the text out of documents.
  public static func text(at path: String, extractor: Extractor? = nil) async -> String? {
    await BlockingExecutor.reading.run {
      try? FileContent.read(path, policy: FilePolicy(largestFile: largest), isAskedFor: true, by: extractor).get().text
    }
  }
}
