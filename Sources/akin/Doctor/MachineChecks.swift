import Encoder
import JSON
import Platform

/// The program, the CPU, libraries and helper programs.
struct MachineChecks {
  let environment: [String: String]

  var program: Check {
    var names = utsname()
    uname(&names)
    let system = Self.text(&names.sysname) + " " + Self.text(&names.release)
    let architecture = Self.text(&names.machine)
    return Check(
      name: "akin", found: "\(Version.current) on \(system), \(architecture)",
      details: ["system": .string(system), "architecture": .string(architecture)])
  }

  var processor: Check {
    let features = Kernels.cpuFeatures
    return Check(
      name: "processor",
      found: features.isEmpty ? "no vector extension that Akin uses" : features.joined(separator: " "),
      details: ["features": .array(features.map { .string($0) })])
  }

  var kernels: Check {
    let available = Kernels.available
    let forced = environment["AKIN_KERNELS"].map { ", by AKIN_KERNELS=\($0)" } ?? ""
    let details: JSONObject = [
      "chosen": .string(Kernels.chosen), "available": .array(available.map { .string($0) }),
    ]
    if let name = environment["AKIN_KERNELS"], !available.contains(name) {
      return Check(
        name: "kernels", outcome: .bad,
        found: "AKIN_KERNELS asks for \"\(name)\", which this CPU or build does not have",
        advice: "Unset AKIN_KERNELS, or choose one of \(available.joined(separator: ", ")).", details: details)
    }
    return Check(
      name: "kernels", found: "\(Kernels.chosen)\(forced) (of \(available.joined(separator: ", ")))", details: details)
  }

  /// - Parameter used: threads of the loaded model; nil where none was loaded.
  func threads(used: Int?) -> Check {
    let processors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    var details: JSONObject = ["processors": JSONValue(processors)]
    guard let used else {
      return Check(name: "threads", found: NumberText.count(processors, "processor"), details: details)
    }
    details["threads"] = JSONValue(used)
    let found = "\(used) on \(NumberText.count(processors, "processor"))"
    guard used > processors else { return Check(name: "threads", found: found, details: details) }
    return Check(
      name: "threads", outcome: .warning, found: found, advice: "More threads than processors make it slower.",
      details: details)
  }

  /// The version of the library that this process has loaded, which may be newer than the headers it was built with.
  /// Whether searches of large collections can go by a graph.
  var graphs: Check {
    let details: JSONObject = ["available": .bool(NeighborGraph.isAvailable)]
    guard NeighborGraph.isAvailable else {
      return Check(
        name: "graphs", outcome: .warning, found: "this build has none: every search looks at every vector",
        advice:
          "Large collections are searched faster by a build with hnswlib's headers: scripts/setup.sh, then build again.",
        details: details)
    }
    return Check(name: "graphs", found: "of large collections, by hnswlib", details: details)
  }

  var jansson: Check {
    Check(name: "jansson", found: JSONLibrary.version, details: ["version": .string(JSONLibrary.version)])
  }

  /// The programs that `akin pull` runs. Everything else works without them.
  var tools: [Check] {
    [("curl", "downloads from a model hub"), ("python3", "the default model from a Python package index")]
      .map { name, purpose in
        guard let path = find(name) else {
          return Check(
            name: name, outcome: .warning, found: "not found in PATH",
            advice: "Only 'akin pull' needs it: \(purpose).", details: ["path": .null])
        }
        return Check(name: name, found: path, details: ["path": .string(path)])
      }
  }

  private func find(_ program: String) -> String? {
    (environment["PATH"] ?? "").split(separator: ":").lazy
      .map { "\($0)/\(program)" }
      .first { access($0, X_OK) == 0 }
  }

  /// The text in a C array of characters.
  private static func text<Characters>(_ characters: inout Characters) -> String {
    withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
