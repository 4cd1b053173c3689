import JSON

/// `workspace/executeCommand` (LSP 3.17): a command that a person has chosen.
///
/// Members that LSP has or will have are ignored, not refused.
public enum ExecuteCommandMethod: RequestMethod {
  /// `workspace/executeCommand`
  public static let name = "workspace/executeCommand"

  /// The commands that there are.
  public enum Command: String, Sendable, CaseIterable {
    /// Indexes a folder, or those of the session, in the background.
    case index = "akin.index"
    /// Stops that.
    case cancel = "akin.cancel"
    /// What is indexed of the session's folders.
    case status = "akin.status"
    /// The places that are like a part of a document.
    case similar = "akin.similar"
  }

  /// A command and what it is given.
  public struct Parameters: ProtocolParameters {
    /// Which command.
    public var command: Command
    /// Of `akin.index`, `akin.cancel` and `akin.status`: folders as paths or `file:` URIs, none for those of the session; of
    /// `akin.similar`: a document's URI and a range of it.
    public var arguments: [JSONValue]

    /// The members that have a meaning; others are ignored.
    public static let names = ["command", "arguments"]

    /// A command with its arguments.
    public init(command: Command, arguments: [JSONValue] = []) {
      self.command = command
      self.arguments = arguments
    }

    /// Reads `command` and `arguments`.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.members()
      command = try field["command"].oneOf(Command.self)
      arguments = field["arguments"].isPresent ? try field["arguments"].array().compactMap(\.value) : []
    }

    /// The parameters as an object.
    public var json: JSONValue { ["command": .string(command.rawValue), "arguments": .array(arguments)] }
  }

  /// What the command answers.
  public struct Result: ProtocolValue {
    /// Of `akin.index` the folders, of `akin.cancel` how many are stopped, of `akin.status` what `index/status` answers of each
    /// folder, of `akin.similar` LSP's `Location`s.
    public var value: JSONValue

    /// A result of this value.
    public init(value: JSONValue) {
      self.value = value
    }

    /// Takes any value.
    public init(_ field: JSONField) throws(JSONFieldError) {
      value = field.value ?? .null
    }

    /// The value.
    public var json: JSONValue { value }
  }
}
