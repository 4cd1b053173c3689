import Platform

/// What starts a server.
public struct ServerCommand: Sendable, Equatable {
  /// A path, or a name that is looked for on the PATH.
  public var program: String
  /// The program's arguments.
  public var arguments: [String]

  /// A program with arguments that make it serve.
  public init(program: String, arguments: [String]) {
    self.program = program
    self.arguments = arguments
  }

  /// `akin serve`, the program that the environment variable `AKIN` names, else the one on the PATH.
  /// - Parameters:
  ///   - model: a name, a model folder or a .gguf file; nil takes Akin's default.
  ///   - precision: `q8_0` or `f32`; nil takes Akin's default.
  ///   - options: further options of `akin serve`.
  public static func akin(model: String? = nil, precision: String? = nil, options: [String] = []) -> ServerCommand {
    var arguments = ["serve"]
    if let model { arguments += ["--model", model] }
    if let precision { arguments += ["--precision", precision] }
    let named = getenv("AKIN").map { String(cString: $0) } ?? ""
    return ServerCommand(program: named.isEmpty ? "akin" : named, arguments: arguments + options)
  }
}
