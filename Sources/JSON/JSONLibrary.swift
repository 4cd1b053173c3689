import CJansson

/// The library that parses.
public enum JSONLibrary {
  /// The version of jansson that this process has loaded, which may be newer than the headers it was built with.
  public static let version = String(cString: jansson_version_str())
}
