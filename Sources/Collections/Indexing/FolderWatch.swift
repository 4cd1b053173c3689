#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Tells that something in a folder may have changed: by inotify on Linux, elsewhere, or where the system has no watches
/// left, by saying so every few seconds. What has changed is for an update to find out, so that moves, new folders and
/// lost events need no care of their own.
public actor FolderWatch {
  /// Nobody types, checks out or unpacks for so long: the changes of a burst are told together.
  private static let quiet = Duration.milliseconds(200)
  /// A burst that goes on is told of after so many pauses.
  private static let longestBurst = 20
  private static let pollInterval = Duration.seconds(3)

  private let root: String
  private let options: WalkOptions
  private var notifications: FolderNotifications?
  /// Whether the system tells of changes; not from when it has no watches left for a new folder.
  public var isNotified: Bool { notifications != nil }

  /// - Parameters:
  ///   - root: an absolute path.
  ///   - options: which files take part.
  /// - Throws: `WalkError` where the folder cannot be read.
  public init(_ root: String, options: WalkOptions = WalkOptions()) throws(WalkError) {
    self.root = root
    self.options = options
    let notifications = FolderNotifications()
    let isComplete = try notifications?.watch(root, options) ?? false
    self.notifications = isComplete ? notifications : nil
  }

  /// Returns when something may have changed since the last call.
  /// - Parameter step: between two looks; nil for one who waits for it.
  /// - Throws: `CancellationError`; `WalkError` where the folder is gone.
  public func next(every step: Duration? = nil) async throws {
    guard let notifications else { return try await Task.sleep(for: step ?? Self.pollInterval) }
    while !notifications.hasEvents(milliseconds: 0) { try await Task.sleep(for: step ?? Self.quiet / 2) }
    for _ in 0..<Self.longestBurst {
      notifications.drain()
      try await Task.sleep(for: Self.quiet)
      guard notifications.hasEvents(milliseconds: 0) else { break }
    }
    // Folders that are new are watched from now on; what came into them meanwhile is found by the update that follows.
    if try !notifications.watch(root, options) { self.notifications = nil }
  }
}

#if os(Linux)
  /// inotify(7) on the folders below a root that are not hidden or ignored.
  private final class FolderNotifications {
    private let descriptor: Int32
    private static let mask = UInt32(
      IN_CREATE | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF
        | IN_MOVE_SELF | IN_ONLYDIR)

    init?() {
      descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
      if descriptor < 0 { return nil }
    }

    deinit {
      close(descriptor)
    }

    /// Watches the folders that there are. A folder that is watched already stays so.
    /// - Returns: false where the system has no watches left.
    func watch(_ root: String, _ options: WalkOptions) throws(WalkError) -> Bool {
      for folder in try FolderWalk(root, options: options).folders {
        let path = folder.isEmpty ? root : root + "/" + folder
        guard inotify_add_watch(descriptor, path, Self.mask) < 0 else { continue }
        // A folder that has gone meanwhile is no matter.
        if errno == ENOSPC || errno == ENOMEM { return false }
      }
      return true
    }

    func hasEvents(milliseconds: Int32) -> Bool {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&request, 1, milliseconds) > 0
    }

    func drain() {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while buffer.withUnsafeMutableBytes({ read(descriptor, $0.baseAddress, $0.count) }) > 0 {}
    }
  }
#else
  /// Nothing that tells of changes.
  private final class FolderNotifications {
    init?() { return nil }
    func watch(_ root: String, _ options: WalkOptions) throws(WalkError) -> Bool { false }
    func hasEvents(milliseconds: Int32) -> Bool { false }
    func drain() {}
  }
#endif
