import JSON

/// `workspace/willRenameFiles` (LSP 3.17): files are about to have other names. Nothing in them has to be changed for that; what is
/// stored of them follows ``DidRenameFilesNotification``.
public enum WillRenameFilesMethod: RequestMethod {
  /// `workspace/willRenameFiles`
  public static let name = "workspace/willRenameFiles"

  /// The files' names before and after.
  public typealias Parameters = FileRenames
  /// No edits: `null`.
  public typealias Result = NullResult
}

/// `workspace/didRenameFiles` (LSP 3.17): files or folders have other names. What is stored of them is brought up to date, which costs
/// no encoding: the texts are known.
public enum DidRenameFilesNotification: NotificationMethod {
  /// `workspace/didRenameFiles`
  public static let name = "workspace/didRenameFiles"

  /// The files' names before and after.
  public typealias Parameters = FileRenames
}

/// Files or folders with the names that they had and have.
public struct FileRenames: ProtocolParameters {
  /// One of them.
  public struct Rename: Sendable, Equatable {
    /// Its URI before.
    public var old: String
    /// Its URI from now on.
    public var new: String

    /// This change of a name.
    public init(old: String, new: String) {
      self.old = old
      self.new = new
    }
  }

  /// All of them.
  public var files: [Rename]

  /// The URIs before and after.
  public var uris: [String] { files.flatMap { [$0.old, $0.new] } }

  /// The members that have a meaning; others are ignored.
  public static let names = ["files"]

  /// These changes.
  public init(files: [Rename]) {
    self.files = files
  }

  /// Reads `files`.
  public init(_ field: JSONField) throws(JSONFieldError) {
    files = try field.members()["files"].list { file throws(JSONFieldError) in
      Rename(old: try file["oldUri"].string(), new: try file["newUri"].string())
    }
  }

  /// The changes as an object.
  public var json: JSONValue {
    ["files": .array(files.map { ["oldUri": .string($0.old), "newUri": .string($0.new)] })]
  }
}
