/// Wires Akin into the programs of a person, and takes it out again: what is written is kept in a journal, and undoing
/// leaves every file byte for byte as it was.
public struct Wiring: Sendable {
  /// What would be done for a program, or why nothing.
  public struct Step: Sendable {
    /// For which.
    public let assistant: Assistant
    /// What there is to do.
    public let action: Action
  }

  /// What there is to do.
  public enum Action: Sendable, Equatable {
    /// Bytes to put into a file, which may not be there yet.
    case insert(Insertion)
    /// The same in place of what Akin put in before: it is another program now, or tells more.
    case update(Insertion)
    /// A link to make, and where it leads.
    case link(String)
    /// It is done already.
    case done
    /// The file stays as it is.
    case refused(SetupError)
  }

  /// The program that is wired, an absolute path.
  public let program: String
  /// The folder of the editors' plugins.
  public let plugins: String
  private let journal: Journal

  /// - Parameters:
  ///   - program: an absolute path.
  ///   - plugins: the folder of the editors' plugins; they are left out where it is not there.
  ///   - journal: the file that what was written is kept in.
  public init(program: String, plugins: String, journal: String) {
    self.program = program
    self.plugins = plugins
    self.journal = Journal(path: journal)
  }

  /// The programs that are on this machine.
  public func found(_ environment: [String: String]) -> [Assistant] {
    Assistant.all(environment).filter(isHere)
  }

  /// Whether a program is on this machine, and what it is to be given.
  public func isHere(_ assistant: Assistant) -> Bool {
    switch assistant.format {
    case .link(let plugin), .lines(let plugin):
      assistant.signs.contains(where: UserFile.isThere) && UserFile.isThere("\(plugins)/\(plugin)")
    default: assistant.signs.contains(where: UserFile.isThere)
    }
  }

  /// What would be done; nothing is written.
  public func plan(_ assistants: [Assistant]) -> [Step] {
    // Of two for one file the second finds what the first will have put there.
    var planned: [String: State] = [:]
    return assistants.map { assistant in
      do throws(SetupError) {
        return Step(assistant: assistant, action: try action(assistant, &planned[assistant.path]))
      } catch {
        return Step(assistant: assistant, action: .refused(error))
      }
    }
  }

  /// - Parameter planned: what the file will be before this is done, and then after it; nil for what it is.
  private func action(_ assistant: Assistant, _ planned: inout State?) throws(SetupError) -> Action {
    if case .link(let plugin) = assistant.format {
      let target = "\(plugins)/\(plugin)"
      guard let there = UserFile.link(assistant.path) else {
        if UserFile.isThere(assistant.path) { throw .taken(assistant.path) }
        return .link(target)
      }
      if there == target { return .done }
      guard try journal.entry(of: assistant)?.target == there else { throw .taken(assistant.path) }
      return .link(target)
    }
    var now = planned
    if now == nil { now = try state(of: assistant.path) }
    guard let now, let change = try change(for: assistant, in: now) else { return .done }
    try UserFile.requireWritable(assistant.path)
    planned = State(bytes: change.bytes, entries: change.entries(with: change.entry(of: assistant)))
    return change.old == nil ? .insert(change.insertion) : .update(change.insertion)
  }

  /// A file and what is written down of it.
  private struct State {
    /// nil where there is no file.
    let bytes: [UInt8]?
    /// In the order in which they were put in.
    let entries: [Journal.Entry]
  }

  /// What a file is to become.
  private struct Change {
    /// Whether there is no file yet.
    let isNew: Bool
    let insertion: Insertion
    /// The file with it.
    let bytes: [UInt8]
    /// What Akin put in before, and is taken out.
    let old: Journal.Entry?
    /// The others of the file: those below the insertion, and those that stand on it.
    let below: [Journal.Entry]
    let above: [Journal.Entry]

    func entries(with entry: Journal.Entry) -> [Journal.Entry] { below + [entry] + above }

    func entry(of assistant: Assistant, folders: [String] = []) -> Journal.Entry {
      Journal.Entry(
        path: assistant.path, isNew: old?.isNew ?? isNew, insertion: insertion, folders: folders,
        isHook: assistant.isHook)
    }
  }

  private func state(of path: String) throws(SetupError) -> State {
    State(bytes: try UserFile.bytes(of: path), entries: try journal.entries().filter { $0.path == path })
  }

  /// - Returns: nil where it is done.
  private func change(for assistant: Assistant, in state: State) throws(SetupError) -> Change? {
    if let bytes = state.bytes, try !isDone(assistant, bytes), let update = try update(assistant, bytes, state.entries)
    {
      return update
    }
    let bytes = state.bytes ?? []
    guard let insertion = try assistant.insertion(program: program, plugins: plugins, into: bytes) else { return nil }
    return Change(
      isNew: state.bytes == nil, insertion: insertion, bytes: insertion.applied(to: bytes), old: nil,
      below: state.entries.filter { $0.isHook != assistant.isHook }, above: [])
  }

  /// What is to stand in place of what Akin put in before; nil where that is not there, or is the same.
  private func update(
    _ assistant: Assistant, _ bytes: [UInt8], _ entries: [Journal.Entry]
  ) throws(SetupError) -> Change? {
    let found = entries.lastIndex { entry in
      entry.isHook == assistant.isHook && entry.insertion.map { without($0, bytes, assistant) != nil } == true
    }
    guard let index = found, let put = entries[index].insertion else { return nil }
    func insertion(_ bytes: [UInt8]) throws(SetupError) -> Insertion? {
      guard let new = try assistant.insertion(program: program, plugins: plugins, into: bytes), new.bytes != put.bytes
      else { return nil }
      return new
    }
    let others = { (entries: ArraySlice<Journal.Entry>) in entries.filter { $0.isHook != assistant.isHook } }
    // What was put in later stays where it is, and goes first when all is undone.
    let above = others(entries[(index + 1)...])
    if let layers = Layers([put] + above.compactMap(\.insertion), of: bytes), let new = try insertion(layers.base),
      let exchanged = layers.exchangingFirst(for: new)
    {
      return Change(
        isNew: false, insertion: new, bytes: exchanged.bytes, old: entries[index], below: others(entries[..<index]),
        above: zip(above, exchanged.later).map { $0.moved(to: $1) })
    }
    guard let before = without(put, bytes, assistant), let new = try insertion(before) else { return nil }
    return Change(
      isNew: false, insertion: new, bytes: new.applied(to: before), old: entries[index], below: others(entries[...]),
      above: [])
  }

  /// Whether a file has what it is to have; another entry of the same name is none.
  private func isDone(_ assistant: Assistant, _ bytes: [UInt8]) throws(SetupError) -> Bool {
    do throws(SetupError) {
      return try assistant.insertion(program: program, plugins: plugins, into: bytes) == nil
    } catch .taken {
      return false
    }
  }

  /// Whether a file has an entry of this name, whosever it is.
  private func isThere(_ assistant: Assistant, _ bytes: [UInt8]) throws(SetupError) -> Bool {
    do throws(SetupError) {
      return try assistant.insertion(program: program, plugins: plugins, into: bytes) == nil
    } catch .taken {
      return true
    }
  }

  /// A file without what was put in, also where a program has written it anew in its own style; nil where that is not there.
  private func without(_ insertion: Insertion, _ bytes: [UInt8], _ assistant: Assistant?) -> [UInt8]? {
    // People may have put something before the entry.
    if let before = insertion.removed(from: bytes), !JSONText.leavesComma(before, of: bytes) { return before }
    switch assistant?.format {
    case .json(let path, _): return JSONRemoval(insertion, at: path, name: "akin").removed(from: bytes)
    case .sessionStart(let path, _): return JSONRemoval(insertion, at: path, name: nil).removed(from: bytes)
    default: return nil
    }
  }

  /// Lines for people's own instructions to assistants, between marks at the end of a file such as AGENTS.md.
  public static func instructions(for path: String) -> Assistant {
    Assistant(name: "instructions", title: path, path: path, format: .instructions, signs: [path])
  }

  /// Does what a plan says.
  /// - Returns: why a step could not be done; nil where all is well.
  public func apply(_ step: Step) -> SetupError? {
    let assistant = step.assistant
    do throws(SetupError) {
      switch step.action {
      case .done, .refused: break
      case .link(let target): try journal.locked { () throws(SetupError) in try link(assistant, target) }
      case .insert(let shown), .update(let shown):
        try journal.locked { () throws(SetupError) in try write(shown, assistant) }
      }
      return nil
    } catch {
      return error
    }
  }

  /// The file may have been written since it was looked at, also by another of these; what was shown is what is written.
  private func write(_ shown: Insertion, _ assistant: Assistant) throws(SetupError) {
    guard let change = try change(for: assistant, in: try state(of: assistant.path)) else { return }
    guard change.insertion.bytes == shown.bytes else {
      throw .unexpected("it has changed meanwhile: set up once more")
    }
    try write(change, assistant)
  }

  /// The journal first: what is written is always known, whatever happens between the two.
  private func write(_ change: Change, _ assistant: Assistant) throws(SetupError) {
    let earlier = try journal.entry(of: assistant)?.folders ?? []
    let folders = try UserFile.makeFolders(for: assistant.path)
    let entry = change.entry(of: assistant, folders: earlier.filter { !folders.contains($0) } + folders)
    try journal.add(entry)
    do throws(SetupError) {
      try UserFile.write(change.bytes, to: assistant.path)
    } catch {
      try? journal.forget(entry)
      UserFile.removeEmpty(folders)
      throw error
    }
    try journal.settle(assistant.path, change.entries(with: entry))
  }

  private func link(_ assistant: Assistant, _ target: String) throws(SetupError) {
    if UserFile.link(assistant.path) == target { return }
    let old = try journal.entry(of: assistant)
    if old?.target != nil, old?.target == UserFile.link(assistant.path) { try UserFile.remove(assistant.path) }
    let folders = try UserFile.makeFolders(for: assistant.path)
    let earlier = (old?.folders ?? []).filter { !folders.contains($0) }
    let entry = Journal.Entry(
      path: assistant.path, isNew: true, insertion: nil, target: target, folders: earlier + folders)
    try journal.add(entry)
    try UserFile.makeLink(assistant.path, to: target)
    try journal.settle(entry)
  }

  /// Takes out what was put in, the last first.
  /// - Parameters:
  ///   - paths: only of these files; nil for all.
  ///   - known: the programs, for files that these have written anew in their own style.
  /// - Returns: the files, and why one stays as it is.
  public func undo(
    _ paths: Set<String>?, known: [Assistant] = []
  ) throws(SetupError) -> [(path: String, problem: SetupError?)] {
    guard UserFile.isThere(journal.path) else { return [] }
    return try journal.locked { () throws(SetupError) in try takenOut(paths, known) }
  }

  private func takenOut(
    _ paths: Set<String>?, _ known: [Assistant]
  ) throws(SetupError) -> [(path: String, problem: SetupError?)] {
    var results: [(path: String, problem: SetupError?)] = []
    var kept: [Journal.Entry] = []
    // Of two entries of a file, the one that made it may go first: the other takes it along, with the folders.
    var made: [String: [String]] = [:]
    let entries = try journal.entries()
    for written in entries.reversed() {
      let entry = written.making(made[written.path])
      guard paths?.contains(entry.path) ?? true else {
        kept.insert(entry, at: 0)
        continue
      }
      do throws(SetupError) {
        let isTwin = { (other: Journal.Entry) in
          other != written && other.path == entry.path && other.isHook == entry.isHook
        }
        try undo(entry, entries.filter(isTwin), known.first { $0.path == entry.path && $0.isHook == entry.isHook })
        UserFile.removeEmpty(entry.folders)
        if entry.isNew, UserFile.isThere(entry.path) { made[entry.path] = entry.folders }
        results.append((entry.path, nil))
      } catch {
        kept.insert(entry, at: 0)
        results.append((entry.path, error))
      }
    }
    try journal.replace(kept.map { $0.making(made[$0.path]) })
    return results
  }

  /// Whether a file may still have something of what was put in.
  private func hasRest(
    of insertion: Insertion, _ bytes: [UInt8], _ assistant: Assistant?
  ) throws(SetupError) -> Bool {
    if bytes.contains(insertion.bytes) { return true }
    switch assistant?.format {
    case .json, .toml, .lines, .instructions:
      return try assistant.map { assistant throws(SetupError) in try isThere(assistant, bytes) } ?? true
    case .sessionStart: return JSONLine.compact(bytes).contains(Assistant.hookWords)
    default: return JSONLine.compact(bytes).contains("akin")
    }
  }

  /// - Parameter twins: others of the file and kind, from a process that was killed between the journal and the file.
  private func undo(
    _ entry: Journal.Entry, _ twins: [Journal.Entry], _ assistant: Assistant?
  ) throws(SetupError) {
    guard let insertion = entry.insertion else {
      guard let there = UserFile.link(entry.path) else { return }
      guard entry.target == nil || entry.target == there else {
        throw .unexpected("it leads to \(there) now; take it away by hand")
      }
      return try UserFile.remove(entry.path)
    }
    guard let bytes = try UserFile.bytes(of: entry.path) else { return }
    guard let before = without(insertion, bytes, assistant) else {
      // Written down, but never put in; or taken out by hand.
      let isTwinThere = twins.compactMap(\.insertion).contains { without($0, bytes, assistant) != nil }
      if isTwinThere { return }
      guard try hasRest(of: insertion, bytes, assistant) else { return }
      throw .unexpected("what Akin put in has been changed since; take it out by hand")
    }
    // What was made with the entry, and has no meaning without it.
    let isNothing = before.isEmpty || ["{}", "{\"version\": 1}"].contains(JSONLine.compact(before))
    if entry.isNew, isNothing { return try UserFile.remove(entry.path) }
    try UserFile.write(before, to: entry.path)
  }
}
