/// The version of the protocol, which is not the program's.
public enum ProtocolVersion {
  /// Within 1, what there is stays, and new methods, members and values come: the specification, section 7.
  public static let current = "1.0"
}
