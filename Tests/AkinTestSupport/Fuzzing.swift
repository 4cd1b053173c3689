import Foundation

/// How much a test with random input does.
public enum Fuzzing {
  /// Inputs of a test that runs `inputs` of them in `make test`: as many times more as `AKIN_FUZZ` says, which `make fuzz`
  /// sets.
  public static func count(_ inputs: Int) -> Int {
    inputs * max(1, Int(ProcessInfo.processInfo.environment["AKIN_FUZZ"] ?? "") ?? 1)
  }

  /// Where the random numbers begin: `AKIN_FUZZ_SEED`, else always the same.
  public static var seed: UInt64 {
    UInt64(ProcessInfo.processInfo.environment["AKIN_FUZZ_SEED"] ?? "") ?? 20_260
  }

  /// Says what has been done, in the test's output.
  public static func report(_ test: String, inputs: Int) {
    print("fuzz: \(test): \(inputs) inputs, seed \(seed)")
  }
}

extension SeededRandom {
  /// Changes bytes as accidents do: one is replaced, lost, doubled or moved, a bit flips, a run is repeated or cut.
  public mutating func damage(_ text: inout [UInt8]) {
    guard !text.isEmpty else { return text.append(UInt8.random(in: 0...255, using: &self)) }
    let position = Int.random(in: 0..<text.count, using: &self)
    let end = min(text.count, position + Int.random(in: 1...16, using: &self))
    switch Int.random(in: 0..<7, using: &self) {
    case 0: text[position] = UInt8.random(in: 0...255, using: &self)
    case 1: text[position] ^= 1 << UInt8.random(in: 0..<8, using: &self)
    case 2: text.remove(at: position)
    case 3: text.insert(text[Int.random(in: 0..<text.count, using: &self)], at: position)
    case 4: text.swapAt(position, Int.random(in: 0..<text.count, using: &self))
    case 5: text.insert(contentsOf: text[position..<end], at: position)
    default: text.removeSubrange(position..<end)
    }
  }
}
