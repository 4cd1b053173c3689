import AkinCollections
import ArgumentParser
import Extraction
import JSON
import Platform

extension Extractor {
  /// The children of this program.
  static var own: Extractor { Extractor(program: RunningProgram.path) }
}

/// `akin extract`: the text of a document, as it is searched.
struct ExtractCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Print the text of documents as it is searched: PDF, web pages, notebooks, office files, books, mail.",
    discussion: """
      Each document is read by a process of its own that has limits of time, memory and output, no network and no other \
      files. PDF needs the program pdftotext of the system (poppler-utils).

      On a terminal a line with the place (page, slide, cell, anchor) stands before each part. With --json: an object a \
      document, with its text, headings and places; lines count from 1.

        akin extract paper.pdf
        akin extract --json report.docx | jq -r .text
      """)

  @Argument(help: "The documents.", completion: .file())
  var files: [String]
  @OptionGroup var display: OutputOptions

  func run() async throws {
    let stream = OutputStream(descriptor: .standardOutput)
    var failure: Failure?
    for file in files {
      do throws(Failure) {
        let document = try await Self.text(of: file)
        do { try write(document, of: file, to: stream) } catch {
          throw Failure(error) ?? Failure(.outputFailed, "\(error)")
        }
      } catch {
        if files.count > 1 { Notice.write(error.message) }
        failure = failure ?? error
      }
    }
    try stream.flush()
    guard let failure else { return }
    throw files.count > 1 ? EarlyExit(status: failure.status) : failure
  }

  private static func text(of file: String) async throws(Failure) -> ExtractedText {
    guard let format = DocumentFormat(path: file) else {
      throw Failure(
        .usage, "\(file): its name is that of no document",
        hint: "Akin knows documents by their endings: \(DocumentFormat.allEndings).")
    }
    guard let path = FilePath.resolved(file), !FilePath.isFolder(path) else {
      throw Failure(.inputMissing, "there is no file \(file)")
    }
    switch await IndexedFile.document(at: path, format: format, extractor: .own) {
    case .success(let document): return document
    case .failure(.missing(let program)):
      throw Failure(
        .badData, "\(file): a \(format.name) is read by \(program.name), which is not installed",
        hint: "Install the package \(program.package).")
    case .failure(let reason): throw Failure(.badData, "\(file): \(reason)")
    }
  }

  private func write(_ document: ExtractedText, of file: String, to stream: OutputStream) throws {
    if display.json {
      let headings = document.headings.map { heading -> JSONValue in
        ["line": JSONValue(heading.line + 1), "level": JSONValue(heading.level), "title": .string(heading.title)]
      }
      let places = document.locations.map { place -> JSONValue in
        ["line": JSONValue(place.line + 1), "location": .string(place.fragment)]
      }
      return try stream.write(json: [
        "path": .string(file), "format": .string(DocumentFormat(path: file)?.rawValue ?? ""),
        "text": .string(document.text), "headings": .array(headings), "locations": .array(places),
      ])
    }
    let terminal = display.terminal
    guard terminal.forReading else { return try stream.write(text: document.text) }
    var places = document.locations[...]
    var lines = document.text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    for (number, line) in lines.enumerated() {
      while let place = places.first, place.line <= number {
        try stream.write(line: terminal.paint("#" + TextWidth.printable(place.fragment), .dim))
        places = places.dropFirst()
      }
      try stream.write(line: String(line))
    }
  }
}
