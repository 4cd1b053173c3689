/// `initialized`: the client has the result of `initialize`. Nothing follows from it.
public enum InitializedNotification: NotificationMethod {
  /// `initialized`
  public static let name = "initialized"
  /// None; what is there is ignored.
  public typealias Parameters = IgnoredParameters
}
