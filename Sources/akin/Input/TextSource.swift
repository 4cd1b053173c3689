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
  /// Whether lines that are not UTF-8 are texts as well.
  var takesAnyBytes = false
  /// Arguments that have been handed out.
  private var argumentCount = 0
  /// Bytes of all streams together; nil where they are not known before they are read.
  private let totalBytes: Int?
  private var takenBytes = 0

  /// How much of the input has been handed out, 0 to 1; nil where that cannot be told.
  var share: Double? {
    totalBytes.map { $0 > 0 ? Swift.min(1, Double(takenBytes) / Double($0)) : 1 }
  }

  /// "-" for standard input, as other tools have it.
  static let standardInputPath = "-"

  /// What a stream is called in messages.
  static func name(of path: String) -> String { path == standardInputPath ? "standard input" : path }

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
    totalBytes = parts.reduce(0) { sum, part in
      guard case .stream(let path) = part, let sum else { return nil }
      let descriptor = path == Self.standardInputPath ? Descriptor.standardInput : nil
      return InputSize.bytes(of: path, descriptor).map { sum + $0 }
    }
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
        let first = argumentCount + 1
        argumentCount += Swift.min(limit, texts.count)
        return texts.prefix(limit).enumerated().map { InputText(text: $1, place: "text \(first + $0)") }
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
    reader = RecordReader(descriptor: descriptor, name: Self.name(of: path), separator: format.separator)
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
      takenBytes += record.bytes.count + 1
      let text = try format.text(of: record, in: name, takesAnyBytes: takesAnyBytes)
      if let text { texts.append(text) }
    }
    return texts
  }
}
