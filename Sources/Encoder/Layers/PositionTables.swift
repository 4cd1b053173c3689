import ModelFiles
import Platform

/// Cosines and sines of the angles by which rotary embedding turns the components of a head.
struct AngleTable: Sendable {
  /// Components that are turned, in two halves of this many.
  let half: Int
  let cosines: KernelMemory<Float>  // [positions, half]
  let sines: KernelMemory<Float>  // [positions, half]

  init(_ rotary: Rotary, isLocal: Bool, positions: Int) {
    let steps = rotary.steps(isLocal: isLocal, power: pow)
    half = steps.count
    let angles = (0..<positions).flatMap { position in steps.map { Float(position) * $0 } }
    cosines = KernelMemory(angles.map { Float(cos(Double($0))) })
    sines = KernelMemory(angles.map { Float(sin(Double($0))) })
  }
}

/// What attention adds to its scores by distance.
struct BiasTable: Sendable {
  let values: KernelMemory<Float>  // [heads, 2 tokens - 1]
  /// The longest sequence that it serves.
  let tokens: Int

  /// A head's biases: that of a key as far behind the query as the index says; the pointer reaches as far to both sides as
  /// `tokens - 1`.
  func center(_ head: Int) -> UnsafePointer<Float> {
    let width = 2 * tokens - 1
    return UnsafePointer(values.pointer(to: head * width..<(head + 1) * width) + tokens - 1)
  }
}
