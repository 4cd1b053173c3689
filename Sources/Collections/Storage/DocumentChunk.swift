/// A place between two characters of a document. Lines and columns count from 0; the three columns are the same place in
/// the three position encodings of LSP.
public struct TextPlace: Sendable, Equatable, Comparable {
  /// Line.
  public var line: Int
  /// Bytes of UTF-8 from the line's start.
  public var utf8: Int
  /// Code units of UTF-16 from the line's start.
  public var utf16: Int
  /// Unicode scalars from the line's start.
  public var scalars: Int

  /// The start of the text unless given.
  public init(line: Int = 0, utf8: Int = 0, utf16: Int = 0, scalars: Int = 0) {
    self.line = line
    self.utf8 = utf8
    self.utf16 = utf16
    self.scalars = scalars
  }

  /// Whether `left` stands before `right` in the text.
  public static func < (left: TextPlace, right: TextPlace) -> Bool {
    (left.line, left.utf8) < (right.line, right.utf8)
  }
}

/// The part of a document that a chunk is.
public struct TextSpan: Sendable, Equatable {
  /// In the document's UTF-8.
  public var bytes: Range<Int>
  /// In the document's Unicode scalars.
  public var characters: Range<Int>
  /// The place before the first character.
  public var start: TextPlace
  /// The place behind the last character.
  public var end: TextPlace

  /// Stores the values as they are given.
  public init(bytes: Range<Int>, characters: Range<Int>, start: TextPlace, end: TextPlace) {
    self.bytes = bytes
    self.characters = characters
    self.start = start
    self.end = end
  }

  /// More than a text's bytes, characters and lines: what is counted from these numbers stays a number.
  private static let largest = 1 << 40

  /// The span of twelve numbers as they are stored and exported: bytes, characters, and the two places, each as line and columns in
  /// UTF-8, UTF-16 and scalars. Nil where no text has them: a range that ends before it starts, or numbers below 0 or beyond 2^40.
  public init?(numbers: [Int]) {
    guard numbers.count == 12, numbers.allSatisfy({ (0...Self.largest).contains($0) }), numbers[0] <= numbers[1],
      numbers[2] <= numbers[3]
    else { return nil }
    func place(_ index: Int) -> TextPlace {
      TextPlace(
        line: numbers[index], utf8: numbers[index + 1], utf16: numbers[index + 2], scalars: numbers[index + 3])
    }
    self.init(bytes: numbers[0]..<numbers[1], characters: numbers[2]..<numbers[3], start: place(4), end: place(8))
  }

  /// As they are stored and exported.
  public var numbers: [Int] {
    [bytes.lowerBound, bytes.upperBound, characters.lowerBound, characters.upperBound]
      + [start, end].flatMap { [$0.line, $0.utf8, $0.utf16, $0.scalars] }
  }
}

/// A part of a document that is embedded and found as one.
public struct DocumentChunk: Sendable, Equatable {
  /// Where it stands.
  public var span: TextSpan
  /// The document's text in ``span``, unchanged.
  public var text: String
  /// Headings or enclosing declarations above it, outermost first, joined with ` > `; nil for none.
  public var heading: String?
  /// The declaration's name, where the chunk is one.
  public var symbol: String?
  /// LSP's SymbolKind of ``symbol``.
  public var symbolKind: Int?
  /// What is put before the text for the model and for keyword search, such as the heading and a line feed.
  public var lead: String
  /// Where its lines are found in a document whose bytes are not its text.
  public var places: LinePlaces?

  /// A chunk of text that is embedded as it is, unless `lead` is put before it.
  public init(
    span: TextSpan, text: String, heading: String? = nil, symbol: String? = nil, symbolKind: Int? = nil,
    lead: String = ""
  ) {
    self.span = span
    self.text = text
    self.heading = heading
    self.symbol = symbol
    self.symbolKind = symbolKind
    self.lead = lead
  }

  /// What is given to the model, and searched for words.
  public var embeddedText: String { lead + text }

  /// Where it stands, as a text that is embedded beside it; nil where nothing is known of that.
  /// - Parameter path: the document's.
  public func place(path: String?) -> String? { ChunkPlace.text(path: path, heading: heading, symbol: symbol) }

  /// Names ``place(path:)``.
  public func placeHash(path: String?) -> TextHash? { place(path: path).map { TextHash($0) } }

  /// Names ``embeddedText``.
  public var textHash: TextHash { TextHash(embeddedText) }
}
