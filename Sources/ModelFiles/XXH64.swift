/// XXH64 (Yann Collet, "xxHash fast digest algorithm", version 0.1.1), in one pass or in pieces.
///
/// It tells a cache file that was cut or altered by accident from one that was not, at the speed of memory, on every
/// start. It does not defend against a forger; downloads are checked by SHA-256. It is written here because no package
/// within reach is made for it.
package struct XXH64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5
  private static let stripeBytes = 32

  private let seed: UInt64
  private var lanes: SIMD4<UInt64>
  /// Bytes since the last whole stripe, fewer than `stripeBytes`.
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  package init(seed: UInt64 = 0) {
    self.seed = seed
    lanes = SIMD4(seed &+ Self.prime1 &+ Self.prime2, seed &+ Self.prime2, seed, seed &- Self.prime1)
  }

  /// The hash of `bytes`.
  package static func hash(_ bytes: some Collection<UInt8>, seed: UInt64 = 0) -> UInt64 {
    var state = XXH64(seed: seed)
    Array(bytes).withUnsafeBytes { state.update($0) }
    return state.digest()
  }

  /// Takes the next bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    length &+= UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let taken = rest.prefix(Self.stripeBytes - pending.count)
      pending += taken
      rest = rest.dropFirst(taken.count)
      guard pending.count == Self.stripeBytes else { return }
      lanes = pending.withUnsafeBytes { Self.consume($0, lanes) }
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.count / Self.stripeBytes * Self.stripeBytes
    lanes = Self.consume(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), lanes)
    pending += rest.dropFirst(whole)
  }

  /// The hash of all bytes taken so far.
  package func digest() -> UInt64 {
    var hash = length >= UInt64(Self.stripeBytes) ? mergedLanes() : seed &+ Self.prime5
    hash &+= length
    return pending.withUnsafeBytes { bytes in
      var offset = 0
      while offset + 8 <= bytes.count {
        hash ^= Self.round(0, Self.word(bytes, offset))
        hash = Self.rotate(hash, 27) &* Self.prime1 &+ Self.prime4
        offset += 8
      }
      if offset + 4 <= bytes.count {
        let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        hash ^= UInt64(word) &* Self.prime1
        hash = Self.rotate(hash, 23) &* Self.prime2 &+ Self.prime3
        offset += 4
      }
      for byte in bytes[offset...] {
        hash ^= UInt64(byte) &* Self.prime5
        hash = Self.rotate(hash, 11) &* Self.prime1
      }
      return Self.avalanche(hash)
    }
  }

  /// `bytes` holds whole stripes.
  private static func consume(_ bytes: UnsafeRawBufferPointer, _ lanes: SIMD4<UInt64>) -> SIMD4<UInt64> {
    // Four scalars: AVX2 has no 64-bit multiplication, and the scalar units run the four chains side by side.
    var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
    var offset = 0
    while offset < bytes.count {
      a = round(a, word(bytes, offset))
      b = round(b, word(bytes, offset + 8))
      c = round(c, word(bytes, offset + 16))
      d = round(d, word(bytes, offset + 24))
      offset += stripeBytes
    }
    return SIMD4(a, b, c, d)
  }

  private func mergedLanes() -> UInt64 {
    var hash =
      Self.rotate(lanes[0], 1) &+ Self.rotate(lanes[1], 7) &+ Self.rotate(lanes[2], 12) &+ Self.rotate(lanes[3], 18)
    for lane in 0..<4 {
      hash = (hash ^ Self.round(0, lanes[lane])) &* Self.prime1 &+ Self.prime4
    }
    return hash
  }

  private static func avalanche(_ hash: UInt64) -> UInt64 {
    var hash = hash
    hash = (hash ^ (hash >> 33)) &* prime2
    hash = (hash ^ (hash >> 29)) &* prime3
    return hash ^ (hash >> 32)
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
    rotate(lane &+ input &* prime2, 31) &* prime1
  }

  @inline(__always)
  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value &<< count | value &>> (64 - count)
  }

  @inline(__always)
  private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
