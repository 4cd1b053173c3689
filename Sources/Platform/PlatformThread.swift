/// A thread of its own for work that blocks, which must not hold one of the few threads that run tasks.
package enum PlatformThread {
  /// Enough for jansson and the reading of its tree at the deepest nesting it follows; macOS gives threads 512 KiB.
  private static let stackBytes = 4 << 20

  /// Runs `body` once on a new, detached thread.
  package static func start(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // The thread owns the reference and releases it when it takes the body out.
    let work = Unmanaged.passRetained(Work(body))
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let code = pthread_create(&thread, &attributes, runWork, work.toOpaque())
    guard code == 0 else {
      work.release()
      throw SystemError(errno: code)
    }
  }

  fileprivate final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }
}

#if canImport(Darwin)
  private func runWork(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<PlatformThread.Work>.fromOpaque(argument).takeRetainedValue().body()
    return nil
  }
#else
  private func runWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    argument.map { Unmanaged<PlatformThread.Work>.fromOpaque($0).takeRetainedValue().body() }
    return nil
  }
#endif
