import CBuild
import Encoder

/// Which Akin this is.
enum Version {
  /// The version in CHANGELOG.md; scripts/version.sh writes it wherever it stands.
  static let current = "0.1.0"

  /// What `akin --version` prints: the version, the build, and the kernels that run here.
  static var report: String {
    let stamp = String(cString: akin_build_stamp())
    let kernels = "\(Kernels.chosen) (of \(Kernels.available.joined(separator: ", ")))"
    return """
      akin \(current)
      build    \(stamp.isEmpty ? "a developer's own" : stamp), \(platform)
      kernels  \(kernels)
      """
  }

  private static var platform: String {
    #if os(macOS)
      let system = "macos"
    #elseif canImport(Musl)
      let system = "linux-musl"
    #else
      let system = "linux"
    #endif
    #if arch(arm64)
      return "\(system) arm64"
    #else
      return "\(system) x86_64"
    #endif
  }
}
