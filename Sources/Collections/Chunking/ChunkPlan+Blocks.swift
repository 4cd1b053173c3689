extension ChunkPlan {
  /// Blocks within each other that are looked into.
  private static let deepest = 24

  /// Plans code and other texts of indented lines.
  mutating func addBlocks() {
    let scanner = SymbolScanner(lines: lines, language: language)
    let finder = BlockFinder(lines: lines, scanner: scanner)
    let all = 0..<lines.count
    guard let base = finder.base(of: all) else { return }
    add(finder.blocks(in: all, base: base), base: base, under: [], inside: nil, depth: 0, finder)
  }

  private mutating func add(
    _ blocks: [Range<Int>], base: Int, under trail: [String], inside container: Symbol?, depth: Int,
    _ finder: BlockFinder
  ) {
    for block in blocks {
      let hasBody = block.contains { !lines.isBlank($0) && lines.indentation($0) > base }
      var symbol = finder.scanner.symbol(ofBlock: block, hasBody: hasBody)
      if let found = symbol, found.kind == .function, let container, container.kind.isContainer,
        container.kind != .module, container.kind != .namespace
      {
        symbol = Symbol(name: found.name, kind: .method)
      }
      let bytes = lines.bytes(of: block)
      if fits(bytes, under: trail) {
        add(TextUnit(bytes: bytes, symbol: symbol, trail: trail))
      } else if hasBody, depth < Self.deepest, isDivided(symbol, block, base: base, finder) {
        addInside(block, base: base, symbol: symbol, under: trail, depth: depth, finder)
      } else {
        let parts = cutter.cut(bytes, at: cuts(block), limit: room(trail + (symbol.map { [$0.name] } ?? [])))
        add(cut: parts, of: symbol, trail: trail)
      }
    }
  }

  /// Functions are cut between their lines; everything else, and functions that declare others, between what is inside.
  private func isDivided(_ symbol: Symbol?, _ block: Range<Int>, base: Int, _ finder: BlockFinder) -> Bool {
    guard let symbol, symbol.kind.isFunction else { return true }
    let inner = block.filter { !lines.isBlank($0) && lines.indentation($0) > base }
    guard let base = inner.map({ lines.indentation($0) }).min() else { return false }
    return inner.contains { line in
      guard lines.indentation(line) == base, !finder.scanner.isTrivia(line) else { return false }
      let next = line + 1 < block.upperBound && lines.indentation(line + 1) > base
      let kind = finder.scanner.symbol(ofBlock: line..<line + 1, hasBody: next)?.kind
      return next && kind.map { $0.isFunction || $0.isContainer } ?? false
    }
  }

  /// The head of a block as a unit, and what is inside under the block's name. Closing lines stay with what they close.
  private mutating func addInside(
    _ block: Range<Int>, base: Int, symbol: Symbol?, under trail: [String], depth: Int, _ finder: BlockFinder
  ) {
    let isDeeper = { [lines] (line: Int) in !lines.isBlank(line) && lines.indentation(line) > base }
    let first = block.first(where: isDeeper) ?? block.upperBound
    let innerBase = block.filter(isDeeper).map { lines.indentation($0) }.min() ?? base
    let inner = finder.blocks(in: first..<block.upperBound, base: innerBase)
    let taken = inner.prefix { isHead($0, of: block, finder) }.count
    let head = block.lowerBound..<(taken > 0 ? inner[taken - 1].upperBound : first)
    addLines(head, symbol: symbol, under: trail)
    let inside = symbol.map { trail + [$0.name] } ?? trail
    add(Array(inner[taken...]), base: innerBase, under: inside, inside: symbol, depth: depth + 1, finder)
  }

  /// Whether an inner block goes with the head: what stands before the first function, such as properties, and leaves
  /// the head small.
  private func isHead(_ inner: Range<Int>, of block: Range<Int>, _ finder: BlockFinder) -> Bool {
    guard counts.size(lines.bytes(of: block.lowerBound..<inner.upperBound)) * 2 <= limit else { return false }
    let kind = finder.scanner.symbol(ofBlock: inner, hasBody: inner.count > 1)?.kind
    return kind.map { !$0.isFunction && !$0.isContainer } ?? true
  }

  /// Lines that stand together, cut where they are too many.
  mutating func addLines(_ range: Range<Int>, symbol: Symbol?, under trail: [String]) {
    let bytes = lines.bytes(of: range)
    if fits(bytes, under: trail) {
      add(TextUnit(bytes: bytes, symbol: symbol, trail: trail))
    } else {
      add(cut: cutter.cut(bytes, at: cuts(range), limit: room(trail)), of: symbol, trail: trail)
    }
  }

  /// The starts of lines: better the shallower, and better after a blank line.
  func cuts(_ range: Range<Int>) -> [CutPlace] {
    range.dropFirst().filter { !lines.isBlank($0) }.map { line in
      let isSeparate = lines.isBlank(line - 1)
      let closes = "})]".utf8.contains(lines.bytes[lines.content(line).lowerBound])
      return CutPlace(
        offset: lines.starts[line], cost: 2 * lines.indentation(line) + (isSeparate ? 0 : 1) + (closes ? 100 : 0))
    }
  }
}
