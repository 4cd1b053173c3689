/// `shutdown`: no request is accepted afterwards; `exit` then ends the process with code 0.
public enum ShutdownMethod: RequestMethod {
  /// `shutdown`
  public static let name = "shutdown"
  /// None.
  public typealias Parameters = NoParameters
  /// `null`; requests before it are still answered.
  public typealias Result = NullResult
}
