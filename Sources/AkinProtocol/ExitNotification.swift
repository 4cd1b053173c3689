/// `exit`: ends the process; code 0 after `shutdown`, else 1.
public enum ExitNotification: NotificationMethod {
  /// `exit`
  public static let name = "exit"
  /// None; what is there is ignored.
  public typealias Parameters = IgnoredParameters
}
