import AkinClient
import AkinProtocol
import Foundation

/// Prints the five lines of standard input that mean the most similar thing to a question:
/// `swift run semantic-lines QUESTION <FILE`. The server is `akin` on the PATH, or what AKIN names.
@main struct SemanticLines {
  static func main() async throws {
    guard CommandLine.arguments.count == 2 else { return print("usage: semantic-lines QUESTION <FILE") }
    let question = CommandLine.arguments[1]
    let lines = Array(AnyIterator { readLine() })

    let akin = AkinClient()
    for hit in try await akin.search(question, in: lines, count: 5) {
      guard case .document(let index, _, _) = hit.origin else { continue }
      print(String(format: "%.3f", hit.score), " \(index + 1):", hit.text)
    }
    await akin.close()
  }
}
