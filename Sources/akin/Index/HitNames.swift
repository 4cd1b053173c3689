import AkinCollections

/// What the files of hits are called on a screen and in a pipe: so that they open.
struct HitNames {
  private let workingFolder = FilePath.resolved(".") ?? ""
  /// Places that were named by way of a link: what they are, and how they were named.
  private let linked: [(place: String, name: String)]

  /// - Parameter places: the files and folders that were named, in the person's words.
  init(places: [String] = []) {
    linked = places.compactMap { [workingFolder] name in
      let whole = name.hasPrefix("/") ? name : workingFolder + "/" + name
      guard let place = FilePath.resolved(name), FilePath.normalized(whole) != place else { return nil }
      return (place, name)
    }
  }

  /// As the person who stands in the working folder would name the file.
  func path(of hit: CollectionHit) -> String {
    hit.path.map { path($0, in: hit.collection) } ?? hit.key.text
  }

  /// Likewise that of a copy.
  func path(of copy: HitCopy) -> String {
    copy.path.map { path($0, in: copy.collection) } ?? copy.key.text
  }

  /// - Parameter path: a document's, from its collection's folder.
  func path(_ path: String, in collection: String) -> String {
    let whole = Self.whole(path, in: collection)
    for (place, name) in linked {
      guard let inside = FilePath.path(whole, from: place) else { continue }
      if inside.isEmpty { return name }
      return name.hasSuffix("/") ? name + inside : name + "/" + inside
    }
    guard let inside = FilePath.path(whole, from: workingFolder), !inside.isEmpty else { return whole }
    // It would be taken for an option, or for standard input.
    return inside.hasPrefix("-") ? "./" + inside : inside
  }

  /// What opens it: `paper.pdf#page=3` of a document whose bytes are not its text, else `notes.md:12`.
  /// - Parameter lines: other ones than the first of the hit.
  func place(of hit: CollectionHit, lines: String? = nil) -> String {
    path(of: hit) + (hit.location.map { "#" + $0 } ?? ":" + (lines ?? "\(hit.span.start.line + 1)"))
  }

  /// The absolute path of a hit's file; nil where it is none.
  func whole(_ hit: CollectionHit) -> String? {
    hit.path.map { Self.whole($0, in: hit.collection) }
  }

  private static func whole(_ path: String, in collection: String) -> String {
    path.hasPrefix("/") ? path : (collection == "/" ? "" : collection) + "/" + path
  }
}
