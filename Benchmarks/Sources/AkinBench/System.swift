#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

struct FileFailure: Error, CustomStringConvertible {
  let path: String
  var description: String { "\(path): \(String(cString: strerror(errno)))" }
}

/// CPU time of the calling thread: what a busy machine does not change.
func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The variables that say where models are.
func environment() -> [String: String] {
  var values: [String: String] = [:]
  for name in ["HOME", "AKIN_CACHE", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE"] {
    if let value = getenv(name) { values[name] = String(cString: value) }
  }
  return values
}

/// The lines of a text file, without empty ones.
func lines(of path: String) throws -> [String] {
  guard let file = fopen(path, "r") else { throw FileFailure(path: path) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
  return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
}

/// Writes vectors end to end as little-endian float32.
func save(_ vectors: [[Float]], to path: String) throws {
  guard let file = fopen(path, "w") else { throw FileFailure(path: path) }
  for vector in vectors {
    guard fwrite(vector, MemoryLayout<Float>.size, vector.count, file) == vector.count else {
      throw FileFailure(path: path)
    }
  }
  guard fclose(file) == 0 else { throw FileFailure(path: path) }
}
