import ModelFiles
import Platform
import SharedProcess

/// This very program as the shared process of sessions that agree in all that matters to them: the build, the options,
/// and the environment that the model depends on.
struct SharedProgram {
  /// Reaches the process, or starts it.
  let connector: SharedConnector

  /// - Parameter options: those of `akin serve`, which the process is given as they stand on the command line.
  init(options: ServerCommandOptions, environment: [String: String]) throws {
    let program = Self.path
    var arguments = CommandLine.arguments.dropFirst(2).filter { $0 != "--shared" }
    // The process has a folder of its own to be in. Of a repeated option the last one stands.
    arguments += Self.absolute(options.modelOptions.model).map { ["--model", $0] } ?? []
    arguments += options.logPath.flatMap(Self.absolute).map { ["--log", $0] } ?? []
    let address = SharedAddress(
      key: try Self.key(program, arguments: arguments, environment), environment: environment)
    connector = SharedConnector(
      address: address, program: program,
      arguments: ["akin", SharedProcessCommand.name, "--socket", address.socket] + arguments)
  }

  /// What the running program can be started again by, also where its file has been replaced since.
  private static var path: String {
    #if os(Linux)
      let link = "/proc/self/exe"
      var name = [CChar](repeating: 0, count: 4096)
      guard readlink(link, &name, name.count - 1) > 0 else { return link }
      let path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      // The link leads to the running program also where its file is no longer there; its name is nicer in lists.
      var (running, named) = (stat(), stat())
      let isSame = stat(link, &running) == 0 && stat(path, &named) == 0 && running.st_ino == named.st_ino
      return isSame ? path : link
    #else
      var path = [CChar](repeating: 0, count: Int(MAXPATHLEN))
      guard proc_pidpath(getpid(), &path, UInt32(path.count)) > 0 else { return CommandLine.arguments[0] }
      return String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    #endif
  }

  /// A relative path that leads somewhere from here, from the root; nil for anything else, such as a model's name.
  private static func absolute(_ path: String) -> String? {
    guard !path.hasPrefix("/"), access(path, F_OK) == 0, let folder = getcwd(nil, 0) else { return nil }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }

  private static func key(
    _ program: String, arguments: [String], _ environment: [String: String]
  ) throws -> String {
    var file = stat()
    guard stat(program, &file) == 0 else {
      throw Failure(.internalError, "cannot look at \(program): \(SystemError.message())")
    }
    #if canImport(Darwin)
      let changed = file.st_mtimespec
    #else
      let changed = file.st_mtim
    #endif
    let build = [Int(file.st_dev), Int(file.st_ino), Int(file.st_size), changed.tv_sec, changed.tv_nsec]
    let variables = environment.filter { name, _ in
      name.hasPrefix("AKIN_") || name.hasPrefix("HF_") || name.hasPrefix("PG") || name == "HOME"
        || name == "XDG_CACHE_HOME"
        || name == "XDG_DATA_HOME"
    }
    let parts =
      [Version.current] + UserStore.addresses.words + build.map(String.init) + arguments
      + variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return Version.current + "-" + String(XXH64.hash(Array(parts.joined(separator: "\0").utf8)), radix: 16)
  }
}
