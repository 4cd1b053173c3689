/// Finds the blocks of a text that is built of indented lines: what belongs to one declaration, or stands together
/// between blank lines.
struct BlockFinder {
  let lines: TextLines
  let scanner: SymbolScanner

  private static let closers: Set<UInt8> = Set("})]".utf8)
  private static let openers: Set<UInt8> = Set("{([".utf8)
  /// Words that go on with the block of the line before, in languages without braces.
  private static let closingWords: Set<[UInt8]> = Set(
    [
      "end", "else", "elif", "elsif", "elseif", "except", "finally", "catch", "rescue", "ensure", "done", "fi", "esac",
      "then", "do", "endif", "endfunction", "endwhile", "endfor", "endtry", "until",
    ].map { Array($0.utf8) })

  /// The least indentation of lines that are not blank; nil where all are.
  func base(of range: Range<Int>) -> Int? {
    range.lazy.filter { !lines.isBlank($0) }.map { lines.indentation($0) }.min()
  }

  /// Cuts lines into blocks that begin at indentation `base` or less and hold what is deeper. Together they have every
  /// line that is not blank.
  func blocks(in range: Range<Int>, base: Int) -> [Range<Int>] {
    var state = State()
    for line in range where !lines.isBlank(line) {
      if lines.indentation(line) > base {
        state.addBody(line)
      } else {
        addHead(line, to: &state)
      }
      state.last = line
    }
    state.finish()
    return state.blocks
  }

  private func addHead(_ line: Int, to state: inout State) {
    let goesOn = state.start != nil && (isCloser(line) || state.isOpenBody)
    let isTrivia = scanner.isTrivia(line)
    if !goesOn, state.begins(line, isTrivia: isTrivia, isDeclaration: !isTrivia && scanner.isDeclaration(line)) {
      state.begin(isTrivia ? line : state.triviaBefore(line) ?? line)
    }
    if state.start == nil { state.start = line }
    let last = lines.content(line).upperBound - 1
    state.isOpen = Self.openers.contains(lines.bytes[last]) || goesOn && !isCloser(line) && state.isOpen
    if isCloser(line) || !goesOn { state.hasBodySinceOpen = false }
    state.addHead(line, isTrivia: isTrivia && !goesOn)
  }

  private func isCloser(_ line: Int) -> Bool {
    let content = lines.content(line)
    let first = lines.bytes[content.lowerBound]
    // An opening brace alone goes on as well.
    if Self.closers.contains(first) || first == UInt8(ascii: "{") && content.count == 1 { return true }
    let word = lines.bytes[content].prefix { (0x61...0x7A).contains($0) }
    return word.count <= 11 && Self.closingWords.contains(Array(word))
  }
}

extension BlockFinder {
  /// The block that is being read.
  private struct State {
    var blocks: [Range<Int>] = []
    var start: Int?
    var last = -1
    /// Whether the last line at the base ends with an opening bracket.
    var isOpen = false
    var hasBodySinceOpen = false
    private var hasBody = false
    private var isAllTrivia = true
    private var triviaStart: Int?

    /// A bracket was opened and deeper lines followed: lines at the base, such as `#ifdef`, a label or the text of a string,
    /// are inside until a line closes it.
    var isOpenBody: Bool { isOpen && hasBodySinceOpen }

    mutating func addBody(_ line: Int) {
      if start == nil { start = line }
      hasBody = true
      hasBodySinceOpen = true
      isAllTrivia = false
      triviaStart = nil
    }

    mutating func addHead(_ line: Int, isTrivia: Bool) {
      if isTrivia {
        triviaStart = triviaStart ?? line
      } else {
        isAllTrivia = false
        triviaStart = nil
      }
    }

    /// Whether a line at the base begins a block: after a blank line, after a body, or where it declares something.
    func begins(_ line: Int, isTrivia: Bool, isDeclaration: Bool) -> Bool {
      guard start != nil else { return false }
      if line > last + 1 || hasBody { return triviaStart == nil || line > last + 1 || isTrivia }
      return isDeclaration && !isAllTrivia
    }

    /// The comments and attributes directly above a line.
    func triviaBefore(_ line: Int) -> Int? {
      line == last + 1 ? triviaStart : nil
    }

    mutating func begin(_ line: Int) {
      if let start, start < line { blocks.append(start..<line) }
      start = line
      hasBody = false
      isAllTrivia = true
      triviaStart = nil
      isOpen = false
      hasBodySinceOpen = false
    }

    mutating func finish() {
      if let start { blocks.append(start..<last + 1) }
      start = nil
    }
  }
}
