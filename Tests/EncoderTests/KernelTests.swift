import AkinTestSupport
import CKernels
import Encoder
import Testing

/// Every kernel table this CPU has against the scalar one. Tests/CKernels does the same for all operations under
/// sanitizers; these are the products, through the shapes a model can have.
@Suite struct KernelTests {
  static let tables: [String] = Kernels.available.filter { $0 != "scalar" }

  /// The output's bits of one q8_0 product, everything in memory of exactly the contract's size.
  static func multiply(
    _ name: String, x: [Float], blocks: [UInt8], bias: [Float], rows: Int, columns: Int, depth: Int
  ) throws -> [UInt32] {
    let kernels = try #require(akin_kernels_named(name)), table = kernels.pointee
    let blockCount = (depth + 31) / 32
    var quantized = [UInt8](repeating: 0, count: akin_q8_0_rows_bytes(kernels, rows, blockCount))
    x.withUnsafeBufferPointer { x in
      quantized.withUnsafeMutableBytes { quantized in
        var task = akin_quantize_q8_0(
          x: x.baseAddress, quantized: quantized.baseAddress, x_stride: depth, rows: rows, columns: depth,
          first_block: 0, blocks: blockCount)
        table.quantize_q8_0(&task)
      }
    }
    let panelCount = (columns + table.q8_panel_columns - 1) / table.q8_panel_columns
    var panels = [UInt8](repeating: 0, count: panelCount * akin_q8_0_panel_bytes(kernels, blockCount))
    table.pack_q8_0(blocks, columns, blockCount, &panels)
    var output = [Float](repeating: .nan, count: rows * columns)
    quantized.withUnsafeBytes { quantized in
      panels.withUnsafeBytes { panels in
        bias.withUnsafeBufferPointer { bias in
          output.withUnsafeMutableBufferPointer { output in
            var product = akin_matmul_q8_0(
              quantized: quantized.baseAddress, panels: panels.baseAddress, bias: bias.baseAddress,
              output: output.baseAddress, output_stride: columns, rows: rows, columns: columns, blocks: blockCount)
            table.matmul_q8_0(&product)
          }
        }
      }
    }
    return output.map(\.bitPattern)
  }

  @Test(arguments: tables, [1, 2, 5, 6, 7, 13, 48, 300])
  func q8ProductsHaveTheScalarBits(name: String, rows: Int) throws {
    var random = SeededRandom(seed: UInt64(rows))
    for (columns, depth) in [(1, 1), (16, 32), (17, 33), (31, 64), (33, 100), (48, 384), (7, 1536)] {
      let blockCount = (depth + 31) / 32
      var x = (0..<rows * depth).map { _ in Float.random(in: -4...4, using: &random) }
      for index in x.indices where index / 32 % 5 == 1 { x[index] *= index % 2 == 0 ? 0 : 0x1p-130 }
      var blocks = (0..<columns * blockCount * 34).map { _ in UInt8.random(in: 0...255, using: &random) }
      for start in stride(from: 0, to: blocks.count, by: 34) {
        // Scales of 2^-8 and, now and then, zero or a denormal float16; a block of -128 alone.
        let kind = Int.random(in: 0..<6, using: &random)
        blocks[start] = kind == 0 ? 0 : 1
        blocks[start + 1] = kind <= 1 ? 0 : 0x1C
        if kind == 2 { for index in start + 2..<start + 34 { blocks[index] = 0x80 } }
      }
      let bias = (0..<columns).map { _ in Float.random(in: -1...1, using: &random) }
      let scalar = try Self.multiply(
        "scalar", x: x, blocks: blocks, bias: bias, rows: rows, columns: columns, depth: depth)
      let tested = try Self.multiply(name, x: x, blocks: blocks, bias: bias, rows: rows, columns: columns, depth: depth)
      #expect(scalar == tested, "\(rows) x \(columns) x \(depth)")
    }
  }

  /// A sum that overflows 16 bits at once: every weight -128, every activation 127.
  @Test(arguments: Kernels.available)
  func theSmallestWeightIsExact(name: String) throws {
    let block: [UInt8] = [0x00, 0x3C] + [UInt8](repeating: 0x80, count: 32)  // the scale 1.0, then -128
    let x = [Float](repeating: 127, count: 32)
    let bits = try Self.multiply(name, x: x, blocks: block, bias: [0], rows: 1, columns: 1, depth: 32)
    #expect(bits == [Float(-128 * 127 * 32).bitPattern])
  }

  @Test func theScalarProductIsTheDefinition() throws {
    // Two blocks with scales 1 and 0.5; values 1, 2, ... in both; activations that quantise to themselves times 1.
    let values = (1...32).map { UInt8($0) }
    let blocks: [UInt8] = [0x00, 0x3C] + values + [0x00, 0x38] + values
    var x = [Float](repeating: 0, count: 64)
    x[0] = 127
    x[1] = 2
    x[32] = -127
    let bits = try Self.multiply("scalar", x: x, blocks: blocks, bias: [10], rows: 1, columns: 1, depth: 64)
    #expect(bits == [Float(10 + (127 * 1 + 2 * 2) - 0.5 * 127).bitPattern])
  }

  @Test func tablesAreFoundByName() throws {
    #expect(Kernels.available.last == "scalar")
    #expect(try KernelTable.named(nil).name == Kernels.available.first)
    #expect(try KernelTable.named("scalar").name == "scalar")
    #expect(throws: EncoderError.unknownKernels(name: "sse9", known: "scalar, avx2, avxvnni, avx512vnni, neon, i8mm")) {
      try KernelTable.named("sse9")
    }
    let missing = Kernels.available.contains("neon") ? "avx2" : "neon"
    #expect(throws: EncoderError.unavailableKernels(name: missing, available: Kernels.available)) {
      try KernelTable.named(missing)
    }
  }
}
