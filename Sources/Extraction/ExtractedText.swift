/// The text of a document, with what is known of its places. Lines count from 0 and end with a line feed.
public struct ExtractedText: Sendable, Equatable {
  /// A line that is a heading.
  public struct Heading: Sendable, Equatable {
    /// The line.
    public let line: Int
    /// 1 and more; 0 is the title of the whole.
    public let level: Int
    /// Its text.
    public let title: String

    /// Stores the values as they are given.
    public init(line: Int, level: Int, title: String) {
      self.line = line
      self.level = level
      self.title = title
    }
  }

  /// Where a part of the text is found in its document.
  public struct Location: Sendable, Equatable {
    /// The first line of the part, which goes on to the next one's.
    public let line: Int
    /// What stands behind the `#` of a link to it: `page=3`, `slide=2`, `cell=7`, `Sheet1!A12`, an anchor, `mid:` and a
    /// message's id, `message=5` where it has none.
    public let fragment: String

    /// Whether a part of its own begins there, such as a page, a slide, a cell, a message or a book's file: what is small is not put
    /// together with the part before.
    public var isPart: Bool {
      ["page=", "slide=", "cell=", "mid:", "message="].contains { fragment.hasPrefix($0) } || fragment.hasSuffix("html")
    }

    /// Stores the values as they are given.
    public init(line: Int, fragment: String) {
      self.line = line
      self.fragment = fragment
    }
  }

  /// The whole text.
  public var text: String
  /// By their lines.
  public var headings: [Heading]
  /// By their lines.
  public var locations: [Location]
  /// Whether the text is Markdown, whose headings are in it.
  public var isMarkdown: Bool

  /// Stores the values as they are given.
  public init(text: String, headings: [Heading] = [], locations: [Location] = [], isMarkdown: Bool = false) {
    self.text = text
    self.headings = headings
    self.locations = locations
    self.isMarkdown = isMarkdown
  }

  /// Where a line is found in the document; nil where that is not known.
  public func location(of line: Int) -> String? {
    let next = firstLocation(after: line)
    return next > 0 ? locations[next - 1].fragment : nil
  }

  /// The parts that begin in some lines.
  public func locations(in lines: Range<Int>) -> ArraySlice<Location> {
    locations[firstLocation(after: lines.lowerBound - 1)..<firstLocation(after: lines.upperBound - 1)]
  }

  private func firstLocation(after line: Int) -> Int {
    var (low, high) = (0, locations.count)
    while low < high {
      let middle = (low + high) / 2
      if locations[middle].line <= line { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Why a document has no text for now.
public enum ExtractionFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// A program of the system is needed.
  case missing(SystemProgram)
  /// It is not what it says, or it breaks a limit: in a few words.
  case refused(String)
  /// Nobody knows what is in it: the child could not be started, or its work was cancelled.
  case notDone(String)

  /// A few words.
  public var description: String {
    switch self {
    case .missing(let program): "needs \(program.name): install \(program.package)"
    case .refused(let reason), .notDone(let reason): reason
    }
  }
}
