import CKernels
import Platform

/// Which kernels run here. The environment variable `AKIN_KERNELS` forces a set by name.
public enum Kernels {
  /// Name of the set that encoders use: what `AKIN_KERNELS` asks for, else the fastest that this CPU can run. A name
  /// that cannot be had is given back as it is; making an encoder then fails and says why.
  public static var chosen: String {
    forcedName ?? KernelTable.available.first?.name ?? "scalar"
  }

  /// Names of the sets this CPU can run, fastest first.
  public static var available: [String] {
    KernelTable.available.map(\.name)
  }

  /// Names of the CPU features that the kernels look for and that are there.
  public static var cpuFeatures: [String] {
    var names: [String] = []
    while let name = akin_cpu_feature(names.count) {
      names.append(String(cString: name))
    }
    return names
  }

  /// The table that encoders use.
  /// - Throws: `unknownKernels` and `unavailableKernels` for a value of `AKIN_KERNELS` that cannot be had.
  package static func table() throws(EncoderError) -> KernelTable {
    try KernelTable.named(forcedName)
  }

  /// For vectors alone, where there is no encoder that has already failed on a wrong `AKIN_KERNELS`.
  static let vectorTable: KernelTable = {
    guard let table = (try? table()) ?? KernelTable.available.last else {
      preconditionFailure("the scalar kernels are in every build")
    }
    return table
  }()

  private static var forcedName: String? {
    guard let value = getenv("AKIN_KERNELS") else { return nil }
    let name = String(cString: value)
    return name.isEmpty ? nil : name
  }
}
