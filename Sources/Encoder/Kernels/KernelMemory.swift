import Platform

/// Memory that kernels read and write: owned, zeroed, aligned to a cache line, freed with the last reference. Large
/// pieces are pages of their own: the system zeroes them when they are first touched, and has them back when they are
/// freed. From 2 MiB on they are huge pages where the system has them, which are faster to get and to walk through.
///
/// Sound to share between threads under one rule, which the encoder keeps: tasks that run at the same time write to
/// disjoint slices, and nobody reads what another task of the same phase writes.
final class KernelMemory<Element: BitwiseCopyable>: @unchecked Sendable {
  /// Elements in all.
  let count: Int
  private let base: UnsafeMutableRawPointer

  init(count: Int) {
    precondition(count >= 0, "a size")
    let bytes = max(1, count * MemoryLayout<Element>.stride)
    if bytes >= leastPagedBytes {
      base = mapZeroedPages(bytes)
    } else {
      base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      base.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    }
    self.count = count
  }

  convenience init(_ elements: [Element]) {
    self.init(count: elements.count)
    elements.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: base, count: source.count).copyMemory(from: source)
    }
  }

  deinit {
    let bytes = max(1, count * MemoryLayout<Element>.stride)
    if bytes >= leastPagedBytes { munmap(base, bytes) } else { base.deallocate() }
  }

  /// All of it.
  var all: KernelSlice<Element> {
    KernelSlice(owner: self, pointer: base.assumingMemoryBound(to: Element.self), count: count)
  }

  /// Part of it; the range is checked.
  subscript(range: Range<Int>) -> KernelSlice<Element> { all[range] }

  /// For a kernel that is called while something else holds this memory; the range is checked.
  func pointer(to range: Range<Int>) -> UnsafeMutablePointer<Element> {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) elements")
    return base.assumingMemoryBound(to: Element.self) + range.lowerBound
  }

  /// Reads elements where they are.
  func withSpan<Result>(of range: Range<Int>, _ body: (Span<Element>) -> Result) -> Result {
    body(UnsafeBufferPointer(start: pointer(to: range), count: range.count).span)
  }

  /// `count` elements from `start` on.
  subscript(from start: Int, count: Int) -> KernelSlice<Element> { all[start..<start + count] }
}

/// A part of a `KernelMemory`, with every range checked against its end. It keeps the memory alive.
struct KernelSlice<Element: BitwiseCopyable>: @unchecked Sendable {
  private let owner: KernelMemory<Element>
  /// The first element. Functions that hand it to a kernel take the slice, or what owns it, as a parameter: a
  /// parameter lives to the end of the call.
  let pointer: UnsafeMutablePointer<Element>
  let count: Int

  fileprivate init(owner: KernelMemory<Element>, pointer: UnsafeMutablePointer<Element>, count: Int) {
    self.owner = owner
    self.pointer = pointer
    self.count = count
  }

  subscript(range: Range<Int>) -> KernelSlice {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) elements")
    return KernelSlice(owner: owner, pointer: pointer + range.lowerBound, count: range.count)
  }

  /// `count` elements from `start` on.
  subscript(from start: Int, count: Int) -> KernelSlice { self[start..<start + count] }

  /// For a kernel that is called while something else holds this slice; the range is checked.
  func pointer(to range: Range<Int>) -> UnsafeMutablePointer<Element> {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) elements")
    return pointer + range.lowerBound
  }

  /// A copy of the elements.
  var array: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// Overwrites the elements; there must be as many.
  func copy(from elements: [Element]) {
    precondition(elements.count == count, "\(elements.count) values for \(count) elements")
    elements.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: pointer, count: $0.count).copyMemory(from: $0) }
  }
}

/// Smaller pieces come from the heap.
private let leastPagedBytes = 64 << 10

private let hugePageBytes = 2 << 20

private func mapZeroedPages(_ bytes: Int) -> UnsafeMutableRawPointer {
  // Huge pages need an aligned start: what lies before and behind is given back.
  let slack = bytes >= hugePageBytes ? hugePageBytes : 0
  let access = PROT_READ | PROT_WRITE, kind = MAP_PRIVATE | MAP_ANONYMOUS
  guard let pages = mmap(nil, bytes + slack, access, kind, -1, 0), pages != MAP_FAILED else {
    fatalError("no memory for \(bytes) bytes")
  }
  guard slack > 0 else { return pages }
  let base = pages.alignedUp(toMultipleOf: hugePageBytes)
  if base > pages { munmap(pages, base - pages) }
  let pageBytes = Int(getpagesize())
  let end = (base + bytes).alignedUp(toMultipleOf: pageBytes), mappedEnd = pages + bytes + slack
  if end < mappedEnd { munmap(end, mappedEnd - end) }
  #if os(Linux)
    // A hint: where it is refused the pages are small ones.
    madvise(base, bytes, MADV_HUGEPAGE)
  #endif
  return base
}
