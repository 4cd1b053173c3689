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
    var planned: [String: [UInt8]] = [:]
    return assistants.map { assistant in
      do throws(SetupError) {
        return Step(assistant: assistant, action: try action(assistant, &planned[assistant.path]))
      } catch {
        return Step(assistant: assistant, action: .refused(error))
      }
    }
  }

  /// - Parameter planned: what the file will be before this is done, and then after it; nil for what it is.
  private func action(_ assistant: Assistant, _ planned: inout [UInt8]?) throws(SetupError) -> Action {
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
    let change = try change(for: assistant, in: planned)
    guard let insertion = change.insertion else { return .done }
    planned = insertion.applied(to: change.file ?? [])
    return change.old == nil ? .insert(insertion) : .update(insertion)
  }

  /// What a file is to become.
  private struct Change {
    /// The file without what Akin put in before; nil where there is no file.
    let file: [UInt8]?
    /// nil where it is done.
    let insertion: Insertion?
    /// What Akin put in before, and is taken out.
    let old: Journal.Entry?
  }

  private func change(for assistant: Assistant, in planned: [UInt8]? = nil) throws(SetupError) -> Change {
    var bytes = planned
    if bytes == nil { bytes = try UserFile.bytes(of: assistant.path) }
    func insertion(_ bytes: [UInt8]) throws(SetupError) -> Insertion? {
      try assistant.insertion(program: program, plugins: plugins, into: bytes)
    }
    if let old = try journal.entry(of: assistant), let put = old.insertion, let bytes,
      let before = without(put, bytes, assistant), let new = try insertion(before), new.bytes != put.bytes,
      try !isDone(assistant, bytes)
    {
      return Change(file: before, insertion: new, old: old)
    }
    return Change(file: bytes, insertion: try insertion(bytes ?? []), old: nil)
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
    if let before = insertion.removed(from: bytes), !Self.leavesComma(before, of: bytes) { return before }
    switch assistant?.format {
    case .json(let path, _): return JSONRemoval(insertion, at: path, name: "akin").removed(from: bytes)
    case .sessionStart(let path, _): return JSONRemoval(insertion, at: path, name: nil).removed(from: bytes)
    default: return nil
    }
  }

  /// Whether a JSON text has a comma before a closing bracket now that it had not: people have put something before the entry.
  private static func leavesComma(_ before: [UInt8], of bytes: [UInt8]) -> Bool {
    guard let old = try? JSONText(bytes), let new = try? JSONText(before) else { return false }
    return new.trailingCommas > old.trailingCommas
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
    let change = try change(for: assistant)
    guard let insertion = change.insertion else { return }
    guard insertion.bytes == shown.bytes else { throw .unexpected("it has changed meanwhile: set up once more") }
    try write(change, insertion, assistant)
  }

  /// The journal first: what is written is always known, whatever happens between the two.
  private func write(_ change: Change, _ insertion: Insertion, _ assistant: Assistant) throws(SetupError) {
    let earlier = try journal.entry(of: assistant)?.folders ?? []
    let folders = try UserFile.makeFolders(for: assistant.path)
    let entry = Journal.Entry(
      path: assistant.path, isNew: change.old?.isNew ?? (change.file == nil), insertion: insertion,
      folders: earlier.filter { !folders.contains($0) } + folders, isHook: assistant.isHook)
    try journal.add(entry)
    do throws(SetupError) {
      try UserFile.write(insertion.applied(to: change.file ?? []), to: assistant.path)
    } catch {
      try? journal.forget(entry)
      UserFile.removeEmpty(folders)
      throw error
    }
    try journal.settle(entry)
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
    for entry in try journal.entries().reversed() {
      let entry = entry.making(made[entry.path])
      guard paths?.contains(entry.path) ?? true else {
        kept.insert(entry, at: 0)
        continue
      }
      do throws(SetupError) {
        try undo(entry, known.first { $0.path == entry.path && $0.isHook == entry.isHook })
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

  private func undo(_ entry: Journal.Entry, _ assistant: Assistant?) throws(SetupError) {
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
      guard try hasRest(of: insertion, bytes, assistant) else { return }
      throw .unexpected("what Akin put in has been changed since; take it out by hand")
    }
    // What was made with the entry, and has no meaning without it.
    let isNothing = before.isEmpty || ["{}", "{\"version\": 1}"].contains(JSONLine.compact(before))
    if entry.isNew, isNothing { return try UserFile.remove(entry.path) }
    try UserFile.write(before, to: entry.path)
  }
}
