extension NormalizationForm {
  /// The text in this form.
  func applied(to text: NormalizedText) -> NormalizedText {
    guard text.bytes.contains(where: { $0 >= 0x80 }) else { return text }
    var stream = FormStream(form: self, rewriter: TextRewriter(text))
    var index = 0
    while index < text.bytes.count {
      let (scalar, length) = UTF8Bytes.scalar(in: text.bytes, at: index)
      stream.append(scalar)
      index += length
    }
    return stream.finish()
  }
}

/// Decomposes scalars, puts marks in their order, and composes where the form says so (UAX 15). A scalar waits with those
/// behind it until nothing that comes can change them.
private struct FormStream {
  private struct Part {
    var scalar: UInt32
    let combiningClass: UInt8
    /// As `TextRewriter.put` takes it.
    var change: Int
  }

  private let form: NormalizationForm
  private var rewriter: TextRewriter
  /// Decomposed since the last starter, that starter first, not in order yet.
  private var pending: [Part] = []
  /// The starter that what follows may compose with, and marks between that did not.
  private var starter: Part?
  private var marks: [Part] = []

  init(form: NormalizationForm, rewriter: TextRewriter) {
    self.form = form
    self.rewriter = rewriter
  }

  mutating func append(_ scalar: UInt32) {
    if scalar < 0x80 { return push(scalar, change: 0) }
    var change = 0
    func take(_ part: UInt32) {
      push(part, change: change)
      change = 1
    }
    if form.isCompatible {
      Composition.shared.forEachPart(of: scalar, take)
    } else {
      UnicodeProperties.shared.forEachPart(of: scalar, take)
    }
  }

  private mutating func push(_ scalar: UInt32, change: Int) {
    let combiningClass = scalar < 0x80 ? 0 : UnicodeProperties.shared.combiningClass(scalar)
    if combiningClass == 0 { sortPending() }
    pending.append(Part(scalar: scalar, combiningClass: combiningClass, change: change))
  }

  /// Stable, so that marks of one class keep their order.
  private mutating func sortPending() {
    if pending.count > 2 || pending.count == 2 && pending[0].combiningClass != 0 {
      pending.sort { $0.combiningClass < $1.combiningClass }
    }
    for part in pending { form.composes ? compose(part) : rewriter.put(part.scalar, change: part.change) }
    pending.removeAll(keepingCapacity: true)
  }

  private mutating func compose(_ part: Part) {
    guard let first = starter else {
      if part.combiningClass != 0 { return rewriter.put(part.scalar, change: part.change) }
      starter = part
      return
    }
    let isBlocked = marks.last.map { $0.combiningClass >= part.combiningClass } ?? false
    if !isBlocked, let composed = Composition.shared.composed(first.scalar, part.scalar) {
      starter?.scalar = composed
      starter?.change = first.change + part.change - 1
    } else if part.combiningClass == 0 {
      flush()
      starter = part
    } else {
      marks.append(part)
    }
  }

  private mutating func flush() {
    if let starter { rewriter.put(starter.scalar, change: starter.change) }
    for mark in marks { rewriter.put(mark.scalar, change: mark.change) }
    starter = nil
    marks.removeAll(keepingCapacity: true)
  }

  mutating func finish() -> NormalizedText {
    sortPending()
    flush()
    return rewriter.new
  }
}
