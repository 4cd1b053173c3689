import Platform

/// The system calls of stream sockets in the file system. Every descriptor made here is closed in child processes.
package enum UnixSocket {
  #if canImport(Darwin)
    private static let stream = SOCK_STREAM
  #elseif canImport(Musl)
    private static let stream = Int32(SOCK_STREAM)
  #else
    private static let stream = Int32(SOCK_STREAM.rawValue)
  #endif
  private static let backlog: Int32 = 64

  /// What became of a connection.
  package enum Connection {
    case made(Int32)
    /// No file, or a file that nobody listens at any more.
    case nobody
    /// The queue is full, because its owner does not take connections.
    case queueFull
  }

  /// Connects to the process that listens at `path`. Does not wait.
  package static func connect(to path: String) throws(SharedProcessError) -> Connection {
    let descriptor = try open()
    var address = try address(of: path, closing: descriptor)
    // A queue that is full would be waited for without end.
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    while systemConnect(descriptor, &address) != 0 {
      let code = errno
      if code == EINTR { continue }
      _ = close(descriptor)
      if code == EAGAIN { return .queueFull }
      if code == ENOENT || code == ECONNREFUSED { return .nobody }
      throw SharedProcessError.call("cannot connect to \(path)", code)
    }
    _ = fcntl(descriptor, F_SETFL, 0)
    return .made(descriptor)
  }

  /// Listens at `path`, which only this user can open. What a process that ended has left there is replaced.
  package static func listen(at path: String) throws(SharedProcessError) -> Int32 {
    let descriptor = try open()
    var address = try address(of: path, closing: descriptor)
    _ = unlink(path)
    // The mode must be right from the start; no other thread makes files yet.
    let mask = umask(0o177)
    let isBound = systemBind(descriptor, &address) == 0
    let code = errno
    _ = umask(mask)
    guard isBound else {
      _ = close(descriptor)
      throw SharedProcessError.call("cannot make \(path)", code)
    }
    guard systemListen(descriptor, backlog) == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
      throw SharedProcessError.call("cannot listen at \(path)", errno)
    }
    return descriptor
  }

  /// The next connection that waits.
  /// - Returns: nil where none does, or where this process has no descriptor left for it (`errno` says which).
  package static func accept(_ listener: Int32) -> Int32? {
    let descriptor = systemAccept(listener)
    guard descriptor >= 0 else { return nil }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    // Inherited from the listener on some systems; a session's reader and writer wait in their calls.
    _ = fcntl(descriptor, F_SETFL, 0)
    return descriptor
  }

  /// The user at the other end, as the kernel knows it; nil where it says nothing.
  package static func peerUser(_ descriptor: Int32) -> uid_t? {
    #if canImport(Darwin)
      var user = uid_t()
      var group = gid_t()
      return getpeereid(descriptor, &user, &group) == 0 ? user : nil
    #else
      // unix(7), `struct ucred`: process, user, group.
      var credentials: [Int32] = [0, -1, -1]
      var length = socklen_t(MemoryLayout<Int32>.size * credentials.count)
      guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return nil }
      return uid_t(bitPattern: credentials[1])
    #endif
  }

  /// The process at the other end, or that listened there; nil where the system does not say.
  package static func peerProcess(_ descriptor: Int32) -> pid_t? {
    #if canImport(Darwin)
      var process = pid_t()
      var length = socklen_t(MemoryLayout<pid_t>.size)
      // SOL_LOCAL and LOCAL_PEERPID of sys/un.h, which are macros.
      return getsockopt(descriptor, 0, 2, &process, &length) == 0 ? process : nil
    #else
      var credentials: [Int32] = [0, -1, -1]
      var length = socklen_t(MemoryLayout<Int32>.size * credentials.count)
      guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return nil }
      return credentials[0] > 0 ? credentials[0] : nil
    #endif
  }

  private static func open() throws(SharedProcessError) -> Int32 {
    let descriptor = socket(AF_UNIX, stream, 0)
    guard descriptor >= 0 else { throw SharedProcessError.call("cannot make a socket", errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  private static func address(of path: String, closing descriptor: Int32) throws(SharedProcessError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let limit = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard path.utf8.count <= limit else {
      _ = close(descriptor)
      throw SharedProcessError(
        "\(path) is longer than the \(limit) bytes a socket's path may have: set XDG_RUNTIME_DIR to a shorter folder")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return address
  }
}

// The C functions under names that the methods above do not hide.
private func systemConnect(_ descriptor: Int32, _ address: inout sockaddr_un) -> Int32 {
  withSocketAddress(&address) { connect(descriptor, $0, $1) }
}
private func systemBind(_ descriptor: Int32, _ address: inout sockaddr_un) -> Int32 {
  withSocketAddress(&address) { bind(descriptor, $0, $1) }
}
private func systemListen(_ descriptor: Int32, _ backlog: Int32) -> Int32 { listen(descriptor, backlog) }
private func systemAccept(_ descriptor: Int32) -> Int32 { accept(descriptor, nil, nil) }

private func withSocketAddress(
  _ address: inout sockaddr_un, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
  withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
  }
}
