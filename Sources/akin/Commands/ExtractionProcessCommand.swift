import ArgumentParser
import Extraction
import Extractors
import JSON

/// The process that takes the text out of one document, and can do nothing else. Started by Akin; not for people.
struct ExtractionProcessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Extractor.command, abstract: "Take the text out of a document on standard input.",
    shouldDisplay: false)

  @Argument(help: "The format.")
  var format: String

  func run() throws {
    guard let format = DocumentFormat(rawValue: format) else { throw ValidationError("no such format") }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try buffer.withUnsafeMutableBytes {
        try Descriptor.standardInput.read(into: $0, name: "standard input")
      }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    let (result, held) = DocumentReader.text(of: bytes, format: format)
    let answer = ExtractedText.answer(result, held: held).serialized()
    try answer.withUnsafeBytes { try Descriptor.standardOutput.write($0, name: "standard output") }
  }
}
