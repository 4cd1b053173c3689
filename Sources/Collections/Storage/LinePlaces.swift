import Extraction

/// Where the lines of a text are found in the document that it was taken out of, as what stands behind `#`: `page=3`, `Sheet1!A12`,
/// `t=62`.
public struct LinePlaces: Sendable, Equatable {
  /// By lines from the text's first, each place from its line on. The first is that of line 0, and there is always one.
  private var places: [Place]

  private struct Place: Equatable {
    let line: Int
    let fragment: String
  }

  /// The places of some lines of a document; nil where none is known.
  init?(of document: ExtractedText, lines: ClosedRange<Int>) {
    guard let first = document.location(of: lines.lowerBound) else { return nil }
    places = [Place(line: 0, fragment: first)]
    for location in document.locations(in: lines.lowerBound + 1..<lines.upperBound + 1) {
      places.append(Place(line: location.line - lines.lowerBound, fragment: location.fragment))
    }
  }

  /// As it is stored: the place of the first line, and behind it, on a line of its own each, `3 Sheet1!A5` for what begins three lines
  /// further on. What cannot be read is passed over.
  public init?(stored text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first, !first.isEmpty else { return nil }
    places = [Place(line: 0, fragment: String(first))]
    for line in lines.dropFirst() {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let number = Int(parts[0]), number > (places.last?.line ?? 0) else { continue }
      places.append(Place(line: number, fragment: String(parts[1])))
    }
  }

  /// As it is stored.
  public var stored: String {
    ([places[0].fragment] + places.dropFirst().map { "\($0.line) \($0.fragment)" }).joined(separator: "\n")
  }

  /// The place of a line.
  public func fragment(ofLine line: Int) -> String {
    (places.last { $0.line <= line } ?? places[0]).fragment
  }

  /// With those of a text whose first line is `lines` further on in the same document, where this one's end.
  func joined(_ next: LinePlaces?, after lines: Int) -> LinePlaces {
    guard let next else { return self }
    var joined = self
    for place in next.places where place.line + lines > (joined.places.last?.line ?? 0) {
      guard place.fragment != joined.places.last?.fragment else { continue }
      joined.places.append(Place(line: place.line + lines, fragment: place.fragment))
    }
    return joined
  }

  /// Those of the same text without its first lines.
  func dropping(lines: Int) -> LinePlaces {
    var rest = self
    rest.places = [Place(line: 0, fragment: fragment(ofLine: lines))]
    rest.places += places.filter { $0.line > lines }.map { Place(line: $0.line - lines, fragment: $0.fragment) }
    return rest
  }
}
