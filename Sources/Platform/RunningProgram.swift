/// Where the running program is, and what was installed with it.
public enum RunningProgram {
  /// Its absolute path; of a program that cannot be found its name.
  public static let path: String = {
    var name = [CChar](repeating: 0, count: 4096)
    #if os(Linux)
      let count = readlink("/proc/self/exe", &name, name.count - 1)
    #else
      let count = Int(proc_pidpath(getpid(), &name, UInt32(name.count)))
    #endif
    guard count > 0 else { return CommandLine.arguments.first ?? "akin" }
    return String(decoding: name[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()

  /// The folder of shared files: `AKIN_SHARE`, else `../share/akin` from the program's folder.
  public static func share(_ environment: [String: String]) -> String {
    if let named = environment["AKIN_SHARE"], !named.isEmpty { return named }
    let parts = path.split(separator: "/").dropLast(2)
    return "/" + (parts.map(String.init) + ["share", "akin"]).joined(separator: "/")
  }
}
