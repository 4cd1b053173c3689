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
      UserFile.isThere(assistant.sign) && UserFile.isThere("\(plugins)/\(plugin)")
    default: UserFile.isThere(assistant.sign)
    }
  }

  /// What would be done; nothing is written.
  public func plan(_ assistants: [Assistant]) -> [Step] {
    assistants.map { assistant in
      do throws(SetupError) {
        return Step(assistant: assistant, action: try action(assistant))
      } catch {
        return Step(assistant: assistant, action: .refused(error))
      }
    }
  }

  private func action(_ assistant: Assistant) throws(SetupError) -> Action {
    if case .link(let plugin) = assistant.format {
      let target = "\(plugins)/\(plugin)"
      guard let there = UserFile.link(assistant.path) else {
        if UserFile.isThere(assistant.path) { throw .taken(assistant.path) }
        return .link(target)
      }
      if there == target { return .done }
      throw .taken(assistant.path)
    }
    let bytes = try UserFile.bytes(of: assistant.path) ?? []
    let insertion = try assistant.insertion(program: program, plugins: plugins, into: bytes)
    return insertion.map { .insert($0) } ?? .done
  }

  /// Lines for people's own instructions to assistants, between marks at the end of a file such as AGENTS.md.
  public static func instructions(for path: String) -> Assistant {
    Assistant(name: "instructions", title: path, path: path, format: .instructions, sign: path)
  }

  /// Does what a plan says.
  /// - Returns: why a step could not be done; nil where all is well.
  public func apply(_ step: Step) -> SetupError? {
    do throws(SetupError) {
      switch step.action {
      case .done, .refused: break
      case .link(let target):
        try UserFile.makeLink(step.assistant.path, to: target)
        try journal.add(Journal.Entry(path: step.assistant.path, isNew: true, insertion: nil))
      case .insert(let insertion):
        let before = try UserFile.bytes(of: step.assistant.path)
        // The journal first: what is written is always known, whatever happens between the two.
        try journal.add(Journal.Entry(path: step.assistant.path, isNew: before == nil, insertion: insertion))
        try UserFile.write(insertion.applied(to: before ?? []), to: step.assistant.path)
      }
      return nil
    } catch {
      return error
    }
  }

  /// Takes out what was put in, the last first.
  /// - Parameter paths: only of these files; nil for all.
  /// - Returns: the files, and why one stays as it is.
  public func undo(_ paths: Set<String>?) throws(SetupError) -> [(path: String, problem: SetupError?)] {
    var results: [(path: String, problem: SetupError?)] = []
    var kept: [Journal.Entry] = []
    for entry in try journal.entries().reversed() {
      guard paths?.contains(entry.path) ?? true else {
        kept.insert(entry, at: 0)
        continue
      }
      do throws(SetupError) {
        try undo(entry)
        results.append((entry.path, nil))
      } catch {
        kept.insert(entry, at: 0)
        results.append((entry.path, error))
      }
    }
    try journal.replace(kept)
    return results
  }

  private func undo(_ entry: Journal.Entry) throws(SetupError) {
    guard let insertion = entry.insertion else {
      if UserFile.link(entry.path) != nil { try UserFile.remove(entry.path) }
      return
    }
    guard let bytes = try UserFile.bytes(of: entry.path) else { return }
    guard let before = insertion.removed(from: bytes) else {
      // Written down, but never put in.
      if !bytes.contains(insertion.bytes) && !JSONLine.compact(bytes).contains("akin") { return }
      throw .unexpected("what Akin put in has been changed since; take it out by hand")
    }
    if entry.isNew, before.isEmpty { return try UserFile.remove(entry.path) }
    try UserFile.write(before, to: entry.path)
  }
}
