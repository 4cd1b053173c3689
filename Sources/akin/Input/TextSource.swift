/// The texts of one command, in order: arguments first, then files, or standard input where there are neither.
struct TextSource {
  private enum Part {
    case arguments([String])
    case stream(path: String)
  }

  private var parts: ArraySlice<Part>
  private let format: InputFormat
  private var reader: RecordReader?
  private var openDescriptor: Descriptor?

  /// "-" for standard input, as other tools have it.
  static let standardInputPath = "-"

  /// - Parameter files: paths; "-" is standard input.
  init(arguments: [String], files: [String], format: InputFormat) {
    var parts: [Part] = []
    if arguments == [Self.standardInputPath] {
      parts.append(.stream(path: Self.standardInputPath))
    } else if !arguments.isEmpty {
      parts.append(.arguments(arguments))
    }
    parts += files.map { .stream(path: $0) }
    if parts.isEmpty { parts = [.stream(path: Self.standardInputPath)] }
    self.parts = parts[...]
    self.format = format
  }

  /// Refuses to wait for someone who does not know that they should type.
  /// - Throws: ``Failure`` with status 64 where there is no input but a terminal.
  func checkNotWaitingForPerson() throws(Failure) {
    guard parts.count == 1, case .stream(Self.standardInputPath)? = parts.first,
      Descriptor.standardInput.isTerminal
    else { return }
    throw Failure(.usage, "no text given: pass it as an argument, with --file FILE, or on standard input")
  }

  /// The next texts, at most `limit`. Hands out what a slow writer has written so far, rather than wait for more.
  /// - Returns: nil at the end.
  /// - Throws: ``Failure``: 65, 66 or 74.
  mutating func next(limit: Int) throws(Failure) -> [InputText]? {
    while true {
      if let texts = try nextOfStream(limit) {
        if !texts.isEmpty { return texts }
        continue
      }
      guard let part = parts.first else { return nil }
      switch part {
      case .arguments(let texts):
        parts[parts.startIndex] = .arguments(Array(texts.dropFirst(limit)))
        if texts.count <= limit { parts.removeFirst() }
        return texts.prefix(limit).map { InputText(text: $0) }
      case .stream(let path):
        parts.removeFirst()
        try open(path)
      }
    }
  }

  /// All texts: for commands whose answer needs all of them at once.
  /// - Throws: ``Failure``: 65, 66 or 74.
  mutating func all() throws(Failure) -> [InputText] {
    var texts: [InputText] = []
    while let more = try next(limit: 4096) { texts += more }
    return texts
  }

  private mutating func open(_ path: String) throws(Failure) {
    let isStandardInput = path == Self.standardInputPath
    let descriptor = isStandardInput ? Descriptor.standardInput : try Descriptor.open(reading: path)
    openDescriptor = isStandardInput ? nil : descriptor
    let name = isStandardInput ? "standard input" : path
    reader = RecordReader(descriptor: descriptor, name: name, separator: format.separator)
  }

  /// Nil where no stream is open or the open one has ended.
  private mutating func nextOfStream(_ limit: Int) throws(Failure) -> [InputText]? {
    guard let name = reader?.name else { return nil }
    guard let records = try reader?.next(limit: limit) else {
      reader = nil
      openDescriptor?.close()
      openDescriptor = nil
      return nil
    }
    var texts: [InputText] = []
    for record in records {
      if let text = try format.text(of: record, in: name) { texts.append(text) }
    }
    return texts
  }
}
