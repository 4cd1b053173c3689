import Platform

/// Where a git repository keeps its objects and what its HEAD is, as its files tell: gitrepository-layout(5). Of its
/// configuration only the name of its hash counts.
public struct GitRepository: Sendable {
  /// The top of the checkout, or the bare repository itself: an absolute path.
  public let folder: String
  /// What its history is stored as.
  public var collectionName: String { Self.namePrefix + folder }

  /// What the names of such collections begin with.
  static let namePrefix = "history:"

  /// The folder whose history a collection of this name holds; nil for others.
  public static func folder(of name: String) -> String? {
    name.utf8.starts(with: namePrefix.utf8) ? String(name.utf8.dropFirst(namePrefix.utf8.count)) : nil
  }

  /// Of a linked work tree its own; else the same as ``commonFolder``.
  let gitFolder: String
  let commonFolder: String
  let hash: GitIndex.Hash

  private static let deepestReference = 5
  private static let longestReference = 4096
  private static let largestPackedReferences = 64 << 20

  /// The repository that a folder is in, or is. Blocks.
  /// - Parameter path: a folder, or a file in one.
  /// - Throws: `noRepository`.
  public init(around path: String) throws(HistoryError) {
    guard let place = FilePath.resolved(path) else { throw HistoryError(.noRepository, folder: path) }
    let start = FilePath.isFolder(place) ? place : FilePath.parent(of: place)
    if let checkout = Checkout.around(start) {
      (folder, gitFolder, commonFolder) = (checkout.folder, checkout.gitFolder, checkout.commonFolder)
      hash = checkout.objectHash
    } else if Self.isBare(start) {
      (folder, gitFolder, commonFolder) = (start, start, start)
      hash = Checkout.objectHash(ofRepository: start)
    } else {
      throw HistoryError(.noRepository, folder: start)
    }
  }

  private static func isBare(_ folder: String) -> Bool {
    FilePath.kind(folder + "/HEAD") == S_IFREG && FilePath.kind(folder + "/objects") == S_IFDIR
      && FilePath.kind(folder + "/refs") == S_IFDIR
  }

  /// Where its objects are.
  var objects: String { commonFolder + "/objects" }

  private static let mostAlternates = 100

  /// Where its objects are in truth: without links, and with the folders that it shares with other repositories, by
  /// `info/alternates`. What is not there is not among them.
  var objectFolders: [String] {
    var found: [String] = []
    var next = [objects]
    while let place = next.popLast(), found.count < Self.mostAlternates {
      guard let folder = FilePath.resolved(place), FilePath.isFolder(folder), !found.contains(folder) else { continue }
      found.append(folder)
      let file = SourceFile.bytes(
        folder + "/info/alternates", limit: Self.largestPackedReferences, followingLinks: true)
      guard case .success(let bytes) = file else { continue }
      for line in bytes.split(separator: UInt8(ascii: "\n")).prefix(Self.mostAlternates)
      where line.first != UInt8(ascii: "#") {
        guard let path = String(validating: line, as: UTF8.self) else { continue }
        next.append(path.hasPrefix("/") ? path : folder + "/" + path)
      }
    }
    return found
  }

  /// Folders of other repositories that the history is read from: what a file in this one names, unless the other one names this
  /// one as its work tree or its submodule, and a link. Whoever may look into the one may not look into the others for that.
  public var foreignFolders: [String] {
    var own = [folder]
    if let git = FilePath.resolved(gitFolder), let common = FilePath.resolved(commonFolder), pointsBack(git) {
      own += git == common || FilePath.inside(common + "/worktrees", git) != nil ? [git, common] : [git]
    }
    let places = [gitFolder, commonFolder].compactMap(FilePath.resolved) + objectFolders
    var foreign: [String] = []
    for place in places
    where !foreign.contains(place) && !own.contains(where: { FilePath.path(place, from: $0) != nil }) {
      foreign.append(place)
    }
    return foreign
  }

  /// Whether a repository elsewhere names this folder as its work tree.
  private func pointsBack(_ git: String) -> Bool {
    let marker = folder + "/" + Checkout.folderName
    if let line = reference(git + "/gitdir") {
      return FilePath.resolved(line.hasPrefix("/") ? line : git + "/" + line) == FilePath.resolved(marker)
    }
    guard let tree = Checkout.workTree(ofRepository: git) else { return false }
    return FilePath.resolved(tree.hasPrefix("/") ? tree : git + "/" + tree) == folder
  }

  /// The file that lists where a shallow clone ends; nil where it is whole.
  var shallow: String? {
    let path = commonFolder + "/shallow"
    return FilePath.kind(path) == S_IFREG ? path : nil
  }

  /// Commits whose parents a shallow clone does not have.
  var boundary: Set<String> {
    guard let shallow, case .success(let bytes) = SourceFile.bytes(shallow, limit: Self.largestPackedReferences) else {
      return []
    }
    return Set(bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }.filter(isName))
  }

  // MARK: HEAD

  /// The commit that HEAD is; nil in a repository without commits. Blocks.
  /// - Throws: `otherFormat`, `noHead`.
  public func head() throws(HistoryError) -> String? {
    if FilePath.kind(commonFolder + "/reftable") == S_IFDIR {
      throw HistoryError(.otherFormat("it keeps its branches in a reftable, which Akin does not read"), folder: folder)
    }
    guard var text = reference(gitFolder + "/HEAD") else {
      throw HistoryError(.noHead("it cannot be read"), folder: folder)
    }
    for _ in 0..<Self.deepestReference {
      guard text.hasPrefix("ref:") else {
        guard isName(text) else { throw HistoryError(.noHead("it is no object's name"), folder: folder) }
        return text
      }
      let name = String(text.dropFirst(4).drop { $0 == " " || $0 == "\t" })
      guard Self.isSafe(name) else { throw HistoryError(.noHead("it names no branch"), folder: folder) }
      guard let next = reference(gitFolder + "/" + name) ?? reference(commonFolder + "/" + name) ?? packed(name) else {
        // A branch without commits.
        return nil
      }
      text = next
    }
    throw HistoryError(.noHead("its references lead in a circle"), folder: folder)
  }

  /// The first line of a file; nil where there is none.
  private func reference(_ path: String) -> String? {
    guard case .success(let bytes) = SourceFile.bytes(path, limit: Self.longestReference, followingLinks: true) else {
      return nil
    }
    return String(validating: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
  }

  private func packed(_ name: String) -> String? {
    let file = SourceFile.bytes(
      commonFolder + "/packed-refs", limit: Self.largestPackedReferences, followingLinks: true)
    guard case .success(let bytes) = file else { return nil }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
      guard parts.count == 2, parts[1].elementsEqual(name.utf8) else { continue }
      return String(decoding: parts[0], as: UTF8.self)
    }
    return nil
  }

  /// Whether a reference leads to no other place than those of references.
  private static func isSafe(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.count > 2 && parts[0].elementsEqual("refs".utf8)
      && parts.allSatisfy { !$0.isEmpty && $0.first != UInt8(ascii: ".") }
  }

  /// Whether a text names an object.
  func isName(_ text: String) -> Bool {
    text.utf8.count == hash.rawValue * 2
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
