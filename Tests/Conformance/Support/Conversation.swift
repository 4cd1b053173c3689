import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Feeds one descriptor and drains others at the same time, so that neither side waits for the other for ever.
struct Conversation {
  /// Written to `input`, which is closed afterwards.
  var input: (descriptor: Int32, bytes: [UInt8])?
  /// Read to their ends and closed.
  var outputs: [Int32]

  /// - Returns: what came out of each of `outputs`.
  mutating func run() throws -> [[UInt8]] {
    var results = [[UInt8]](repeating: [], count: outputs.count)
    var open = Set(outputs.indices)
    var written = 0
    if let input { _ = fcntl(input.descriptor, F_SETFL, O_NONBLOCK) }
    while !open.isEmpty || input != nil {
      let order = open.sorted()
      var requests = order.map { pollfd(fd: outputs[$0], events: Int16(POLLIN), revents: 0) }
      if let input { requests.append(pollfd(fd: input.descriptor, events: Int16(POLLOUT), revents: 0)) }
      guard poll(&requests, nfds_t(requests.count), -1) >= 0 || errno == EINTR else {
        throw POSIXFailure(call: "poll", code: errno)
      }
      for (request, index) in zip(requests, order) where request.revents != 0 {
        if !Self.drain(outputs[index], into: &results[index]) {
          close(outputs[index])
          open.remove(index)
        }
      }
      if let (descriptor, bytes) = input, requests.count > order.count, requests[order.count].revents != 0 {
        if !Self.feed(descriptor, bytes, &written) {
          close(descriptor)
          input = nil
        }
      }
    }
    return results
  }

  /// - Returns: false at the end. A terminal whose other side is closed reports EIO, not an end.
  private static func drain(_ descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &buffer, buffer.count)
    if count > 0 { bytes += buffer[..<count] }
    return count > 0 || count < 0 && errno == EINTR
  }

  /// - Returns: false when all is written, or nobody reads.
  private static func feed(_ descriptor: Int32, _ bytes: [UInt8], _ written: inout Int) -> Bool {
    let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 { return errno == EAGAIN || errno == EINTR }
    written += count
    return written < bytes.count
  }
}
