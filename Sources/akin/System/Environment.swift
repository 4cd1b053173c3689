@preconcurrency import Platform

/// The environment variables of the process.
enum Environment {
  /// Every variable; the last of a repeated name, as `env` shows it.
  static var all: [String: String] {
    var result: [String: String] = [:]
    var entry = variables
    while let text = entry?.pointee {
      let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
      entry = entry?.advanced(by: 1)
    }
    return result
  }

  /// Nobody in this process changes the environment, so that reading it is safe on any thread.
  private static var variables: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? { environ }
}
