/// `initialized`: the client has the result of `initialize`. The stored collections of the folders that it works in are
/// brought up to date.
public enum InitializedNotification: NotificationMethod {
  /// `initialized`
  public static let name = "initialized"
  /// None; what is there is ignored.
  public typealias Parameters = IgnoredParameters
}
