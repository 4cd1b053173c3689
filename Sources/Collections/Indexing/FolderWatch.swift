import Platform

#if canImport(Darwin)
  import CFolderEvents
#endif

/// Tells that files of a folder have changed. The system says when to look, by inotify on Linux and by FSEvents on macOS; where it has
/// nothing to say it with, the folder is looked at every few seconds. Whether there is a change to tell of, a walk decides, since the
/// system tells of more: of what is ignored, and of what came and went. What has changed is for an update to find out, so that moves,
/// new folders and lost events need no care of their own.
public actor FolderWatch {
  /// Nobody types, checks out or unpacks for so long: the changes of a burst are told together.
  private static let quiet = Duration.milliseconds(200)
  /// A burst that goes on is told of after so many pauses.
  private static let longestBurst = 20
  private static let pollInterval = Duration.seconds(3)
  /// Of the time that passes, walks that nothing has called for take one part in so many at most.
  private static let walkShare = 20

  private let root: String
  private let options: WalkOptions
  private var notifications: FolderNotifications?
  /// What the last walk found.
  private var seen: FolderState
  /// Until the next walk that nothing calls for.
  private var pause = Duration.zero
  /// Walks for changes.
  package private(set) var walks = 0
  /// Whether the system tells of changes; not from when it has no watches left for a new folder.
  public var isNotified: Bool { notifications != nil }

  /// - Parameters:
  ///   - root: an absolute path.
  ///   - options: which files take part.
  /// - Throws: `WalkError` where the folder cannot be read.
  public init(_ root: String, options: WalkOptions = WalkOptions()) throws(WalkError) {
    try self.init(root, options: options, notifications: FolderNotifications(root))
  }

  /// A watch on a system that tells of nothing.
  package init(walking root: String) throws(WalkError) {
    try self.init(root, options: WalkOptions(), notifications: nil)
  }

  private init(
    _ root: String, options: WalkOptions, notifications: sending FolderNotifications?
  ) throws(WalkError) {
    self.root = root
    self.options = options
    let walk = try FolderWalk(root, options: options)
    let isComplete = notifications?.watch(walk.folders, of: root) ?? false
    self.notifications = isComplete ? notifications : nil
    seen = FolderState(walk)
  }

  /// Returns when something has changed since the last call.
  /// - Parameter step: between two looks; nil for one who waits for it.
  /// - Throws: `CancellationError`; `WalkError` where the folder is gone.
  public func next(every step: Duration? = nil) async throws {
    while true {
      try await reason(every: step)
      if try hasChanged() { return }
    }
  }

  /// Returns when there is a reason to look.
  private func reason(every step: Duration?) async throws {
    guard let notifications else { return try await Task.sleep(for: max(pause, step ?? Self.pollInterval)) }
    while !notifications.hasEvents() { try await Task.sleep(for: step ?? Self.quiet / 2) }
    for _ in 0..<Self.longestBurst {
      notifications.drain()
      try await Task.sleep(for: Self.quiet)
      guard notifications.hasEvents() else { break }
    }
  }

  /// Whether a walk finds anything else than the one before.
  package func hasChanged() throws -> Bool {
    let start = ContinuousClock.now
    let walk = try FolderWalk(root, options: options)
    // A walk that was cancelled has not seen everything.
    try Task.checkCancellation()
    walks += 1
    pause = (ContinuousClock.now - start) * Self.walkShare
    // Folders that are new are watched from now on; what came into them meanwhile is found by the update that follows.
    if notifications?.watch(walk.folders, of: root) == false { notifications = nil }
    let state = FolderState(walk)
    defer { seen = state }
    return state != seen
  }
}

/// What a walk found, as one number: folders, files with their sizes and stamps, and what is left out.
private struct FolderState: Equatable {
  private let number: Int

  init(_ walk: FolderWalk) {
    var hasher = Hasher()
    // A new folder is told of too: something may be in it before it is watched.
    hasher.combine(walk.folders)
    for file in walk.files {
      hasher.combine(file.path)
      hasher.combine(file.size)
      hasher.combine(file.stamp)
    }
    for file in walk.skipped { hasher.combine(file.path) }
    number = hasher.finalize()
  }
}

#if os(Linux)
  /// inotify(7) on the folders below a root that are not hidden or ignored.
  private final class FolderNotifications {
    let descriptor: Int32
    private static let mask = UInt32(
      IN_CREATE | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF
        | IN_MOVE_SELF | IN_ONLYDIR)

    init?(_ root: String) {
      descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
      if descriptor < 0 { return nil }
    }

    deinit {
      close(descriptor)
    }

    /// Watches the folders that there are. A folder that is watched already stays so.
    /// - Returns: false where the system has no watches left.
    func watch(_ folders: [String], of root: String) -> Bool {
      for folder in folders {
        let path = folder.isEmpty ? root : root + "/" + folder
        guard inotify_add_watch(descriptor, path, Self.mask) < 0 else { continue }
        // A folder that has gone meanwhile is no matter.
        if errno == ENOSPC || errno == ENOMEM { return false }
      }
      return true
    }
  }
#else
  /// FSEvents of all that is below a root.
  private final class FolderNotifications {
    private let events: OpaquePointer

    init?(_ root: String) {
      guard let events = akin_folder_events_begin(root) else { return nil }
      self.events = events
    }

    deinit {
      akin_folder_events_end(events)
    }

    var descriptor: Int32 { akin_folder_events_descriptor(events) }

    /// New folders need no watch of their own.
    func watch(_ folders: [String], of root: String) -> Bool { true }
  }
#endif

extension FolderNotifications {
  func hasEvents() -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  func drain() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while buffer.withUnsafeMutableBytes({ read(descriptor, $0.baseAddress, $0.count) }) > 0 {}
  }
}
