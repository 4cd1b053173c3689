import CNettle

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
public struct SHA256: ~Copyable {
  private var context = sha256_ctx()

  /// The hash of no bytes yet.
  public init() {
    nettle_sha256_init(&context)
  }

  /// Adds bytes behind those that came before.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    nettle_sha256_update(&context, bytes.count, base.assumingMemoryBound(to: UInt8.self))
  }

  /// Adds bytes behind those that came before.
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    let added: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
    if added == nil { Array(bytes).withUnsafeBytes { update($0) } }
  }

  /// The 32 bytes of the hash.
  public consuming func finalize() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_SIZE)) { buffer, count in
      cnettle_sha256_digest(&context, buffer.baseAddress)
      count = Int(SHA256_DIGEST_SIZE)
    }
  }

  /// The 32 bytes of the hash of `bytes`.
  public static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }
}
