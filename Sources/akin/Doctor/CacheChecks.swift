import JSON
import ModelFiles
import Platform

/// Where models are kept, and whether they can be.
struct CacheChecks {
  let environment: [String: String]

  var all: [Check] { [location, contents] }

  private var store: ModelStore { ModelStore(environment: environment) }

  /// The cache's folder is made on first use; until then it must be possible to make it.
  private var location: Check {
    let root = store.root
    let existing = Self.nearestExisting(root)
    let writable = access(existing, W_OK | X_OK) == 0
    let details: JSONObject = ["path": .string(root), "exists": .bool(existing == root), "writable": .bool(writable)]
    guard writable else {
      return Check(
        name: "cache", outcome: .bad, found: "\(root): \(existing) is not writable",
        advice: "Models are quantised into the cache once: make it writable, or set AKIN_CACHE to another folder.",
        details: details)
    }
    let free = Self.freeBytes(existing).map { ", \(NumberText.bytes($0)) free" } ?? ""
    return Check(
      name: "cache", found: root + (existing == root ? "" : " (made on first use)") + free, details: details)
  }

  private var contents: Check {
    let models = store.models()
    let bytes = models.reduce(0) { $0 + $1.bytes }
    return Check(
      name: "models",
      found: "\(NumberText.count(models.count, "model")), \(NumberText.bytes(bytes)); 'akin models' lists them",
      details: ["count": JSONValue(models.count), "bytes": JSONValue(bytes)])
  }

  /// The path itself, or the nearest folder above it that is there.
  private static func nearestExisting(_ path: String) -> String {
    var path = path
    while access(path, F_OK) != 0, let slash = path.lastIndex(of: "/") {
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
    return path
  }

  private static func freeBytes(_ path: String) -> Int? {
    var information = statvfs()
    guard statvfs(path, &information) == 0 else { return nil }
    return Int(
      clamping: UInt64(information.f_bavail).multipliedReportingOverflow(by: UInt64(information.f_frsize)).partialValue)
  }
}
