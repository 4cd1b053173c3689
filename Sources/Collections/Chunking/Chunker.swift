import Extraction
import Tokenizers

/// Cuts texts into the parts that are embedded and found: never more tokens than the model takes, whole functions,
/// sections and paragraphs where they fit, and every word in at least one part. A part without words is none.
///
///     let chunks = Chunker(tokenizer: engine.tokenizer, modelLength: 256).chunks(of: text, language: .of(path: "a.swift"))
///
/// The same text gives the same chunks. Time grows with the text's length, whatever its bytes.
public struct Chunker: Sendable {
  /// Models that take more are given no more: a vector of many pages finds nothing in particular.
  public static let longestChunk = 512

  private let tokenizer: Tokenizer
  /// Tokens of a chunk with its lead at most, special tokens included.
  public let limit: Int
  private let specials: Int

  /// - Parameters:
  ///   - modelLength: tokens that the model takes, special tokens included.
  ///   - prompt: what the model wants before each text of a document.
  public init(tokenizer: Tokenizer, modelLength: Int, prompt: String = "") {
    self.tokenizer = tokenizer
    let taken = prompt.isEmpty ? 0 : tokenizer.ids(prompt, maxLength: nil).total - tokenizer.specialTokenCount.single
    specials = tokenizer.specialTokenCount.single
    limit = max(specials + 1, min(modelLength, Self.longestChunk) - taken)
  }

  /// The chunks of a text, in its order; none for a blank text.
  public func chunks(of text: String, language: Language) -> [DocumentChunk] {
    chunks(by: plan(text, language))
  }

  private func plan(_ text: String, _ language: Language) -> ChunkPlan {
    var plan = emptyPlan(text, language)
    switch language.structure {
    case .blocks: plan.addBlocks()
    case .sections(let markup): plan.addSections(markup.outline(of: plan.lines))
    case .paragraphs: plan.addSections(.plain(plan.lines))
    case .records(let separator): plan.addRecords(separator: separator)
    }
    return plan
  }

  /// What does not hold of the plan of a text although it always must; nil where all does. For tests.
  package func checkInvariants(of text: String, language: Language) -> String? {
    plan(text, language).checkInvariants()
  }

  /// The chunks of the text of a document, by its headings and with its places.
  public func chunks(of document: ExtractedText) -> [DocumentChunk] {
    var plan = emptyPlan(document.text, .plainText)
    var outline = document.isMarkdown ? Markup.markdown.outline(of: plan.lines) : .plain(plan.lines)
    for heading in document.headings {
      outline.addHeading(heading.line, level: heading.level, title: heading.title)
    }
    outline.partStarts = document.locations.filter(\.isPart).map(\.line)
    plan.addSections(outline)
    return chunks(by: plan).map { chunk in
      var chunk = chunk
      chunk.places = LinePlaces(of: document, lines: chunk.span.start.line...chunk.span.end.line)
      return chunk
    }
  }

  func chunks(of content: FileContent) -> [DocumentChunk] {
    content.document.map { chunks(of: $0) } ?? chunks(of: content.text, language: content.language)
  }

  private func emptyPlan(_ text: String, _ language: Language) -> ChunkPlan {
    ChunkPlan(
      lines: TextLines(text), counts: TokenCounts(text, tokenizer: tokenizer), language: language,
      limit: limit - specials
    ) { [tokenizer] in tokenizer.tokenStarts($0).count }
  }

  private func chunks(by plan: ChunkPlan) -> [DocumentChunk] {
    let lines = plan.lines
    let units = plan.units.flatMap { fitted($0, plan) }.filter { Self.saysSomething(lines.string($0.bytes)) }
    return zip(units, lines.spans(of: units.map(\.bytes))).map { unit, span in
      DocumentChunk(
        span: span, text: lines.string(unit.bytes),
        heading: unit.trail.isEmpty ? nil : unit.trail.joined(separator: ChunkPlan.trailSeparator),
        symbol: unit.symbol?.name, symbolKind: unit.symbol?.kind.rawValue, lead: plan.lead(unit.trail))
    }
  }

  /// Whether a text has a letter, a digit or a picture: rules, brackets and frames alone answer nothing, nor does encoded data.
  private static func saysSomething(_ text: String) -> Bool {
    var isAfterData = false
    for run in text.split(whereSeparator: \.isWhitespace) {
      // The end of data is a shorter run.
      if EncodedData.isData(run) || isAfterData && run.utf8.last == UInt8(ascii: "=") {
        isAfterData = true
      } else if run.unicodeScalars.contains(where: isSaying) {
        return true
      }
    }
    return false
  }

  private static func isSaying(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return properties.isAlphabetic || properties.numericType != nil || properties.isEmojiPresentation
  }

  /// A text as one chunk, however long it is; none for a blank text.
  public func whole(_ text: String) -> [DocumentChunk] {
    let lines = TextLines(text)
    let bytes = 0..<lines.bytes.count
    guard !bytes.isEmpty, !lines.withoutBlankLines(bytes).isEmpty else { return [] }
    return lines.spans(of: [bytes]).map { DocumentChunk(span: $0, text: text) }
  }

  /// Tokens of a chunk as the model reads it, special tokens included.
  public func tokenCount(_ chunk: DocumentChunk) -> Int {
    tokenizer.ids(chunk.embeddedText, maxLength: nil).total
  }

  /// A unit, or its halves where cutting made more tokens than the whole text had: a word cut in two is read anew.
  private func fitted(_ unit: TextUnit, _ plan: ChunkPlan) -> [TextUnit] {
    // Between blanks a part has the tokens that it has in the whole text, but for some at its ends.
    if plan.lines.isBetweenBlanks(unit.bytes), plan.counts.size(unit.bytes) * 4 <= plan.room(unit.trail) * 3 {
      return [unit]
    }
    let text = plan.lead(unit.trail) + plan.lines.string(unit.bytes)
    guard tokenizer.ids(text, maxLength: nil).total > limit, unit.bytes.count > 1 else { return [unit] }
    let middle = plan.lines.scalarEnd(after: (unit.bytes.lowerBound + unit.bytes.upperBound) / 2 - 1)
    guard middle < unit.bytes.upperBound else { return [unit] }
    var (first, second) = (unit, unit)
    first.bytes = unit.bytes.lowerBound..<middle
    second.bytes = middle..<unit.bytes.upperBound
    second.symbol = nil
    return [first, second].flatMap { half in
      var half = half
      half.bytes = plan.lines.withoutBlankLines(half.bytes)
      return half.bytes.isEmpty ? [] : fitted(half, plan)
    }
  }
}
