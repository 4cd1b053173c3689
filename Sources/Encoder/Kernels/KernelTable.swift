import CKernels

/// One instruction set's kernels with their arguments checked: the edge behind which pointers are. What each computes
/// is written in CKernels.h.
package struct KernelTable: @unchecked Sendable {
  // Sound to share: the tables are constants of the program.
  let table: UnsafePointer<akin_kernels>

  /// "scalar", "avx2", "avxvnni", "avx512vnni", "neon", "i8mm".
  package var name: String { String(cString: table.pointee.name) }

  /// Columns of a weight matrix are split at multiples of this.
  var columnUnit: Int { max(Int(table.pointee.q8_panel_columns), AKIN_F32_PANEL) }

  /// The tables this CPU can run, fastest first; the last is the scalar one.
  package static let available: [KernelTable] = {
    var tables: [KernelTable] = []
    while let table = akin_kernels_at(tables.count) {
      tables.append(KernelTable(table: table))
    }
    return tables
  }()

  /// The table of that name; the fastest where nil.
  package static func named(_ name: String?) throws(EncoderError) -> KernelTable {
    if let table = akin_kernels_named(name) { return KernelTable(table: table) }
    let known = String(cString: akin_kernels_known())
    guard let name, known.split(separator: ", ").contains(Substring(name)) else {
      throw .unknownKernels(name: name ?? "", known: known)
    }
    throw .unavailableKernels(name: name, available: available.map(\.name))
  }

  // MARK: Products

  /// Room for `rows` rows of `columns` activations.
  func makeQuantizedRows(rows: Int, columns: Int) -> QuantizedRows {
    QuantizedRows(bytes: KernelMemory(count: akin_q8_0_rows_bytes(table, rows, q8BlockCount(columns))))
  }

  /// Quantises columns `columns` of rows of `width` values. They start and, but for a row's end, stop at multiples of 32.
  /// - Parameter x: `rows` rows of these columns alone, end to end.
  func quantize(
    _ x: KernelSlice<Float>, rows: Int, columns: Range<Int>, of width: Int, into target: QuantizedRows
  ) {
    let blocks = q8BlockCount(width)
    precondition(columns.lowerBound % q8BlockLength == 0 && columns.upperBound <= width)
    precondition(columns.upperBound % q8BlockLength == 0 || columns.upperBound == width)
    precondition(x.count >= rows * columns.count && target.bytes.count >= akin_q8_0_rows_bytes(table, rows, blocks))
    var task = akin_quantize_q8_0(
      x: x.pointer, quantized: target.bytes.all.pointer, x_stride: columns.count, rows: rows, columns: columns.count,
      first_block: columns.lowerBound / q8BlockLength, blocks: blocks)
    table.pointee.quantize_q8_0(&task)
  }

  /// Bytes of the panels of a matrix of GGML blocks, [columns, blocks].
  func panelBytes(columns: Int, blocks: Int) -> Int { panelCount(columns) * panelBytes(blocks) }

  /// Packs GGML blocks, [columns, blocks], as the columns from `first` on, which is a multiple of `columnUnit`.
  func packQ8(_ source: UnsafeRawBufferPointer, blocks: Int, into panels: KernelSlice<UInt8>, first: Int) {
    let columns = source.count / (blocks * q8BlockBytes), width = Int(table.pointee.q8_panel_columns)
    precondition(source.count == columns * blocks * q8BlockBytes && first % width == 0)
    let target = panels[from: first / width * panelBytes(blocks), panelBytes(columns: columns, blocks: blocks)]
    table.pointee.pack_q8_0(source.bindMemory(to: UInt8.self).baseAddress, columns, blocks, target.pointer)
  }

  /// Columns `columns` of the product, which start and, but for the matrix's end, stop at a multiple of `columnUnit`.
  /// - Parameter output: `rows` rows of these columns alone, `stride` apart.
  func multiplyQ8(
    _ x: QuantizedRows, rows: Int, blocks: Int, panels: KernelSlice<UInt8>, bias: KernelMemory<Float>?,
    columns: Range<Int>, into output: KernelSlice<Float>, stride: Int
  ) {
    let width = Int(table.pointee.q8_panel_columns)
    precondition(columns.lowerBound % width == 0)
    precondition(x.bytes.count >= akin_q8_0_rows_bytes(table, rows, blocks))
    checkOutput(output, rows: rows, columns: columns.count, stride: stride)
    let first = columns.lowerBound / width * panelBytes(blocks)
    let used = panels[from: first, panelBytes(columns: columns.count, blocks: blocks)]
    var product = akin_matmul_q8_0(
      quantized: x.bytes.all.pointer, panels: used.pointer, bias: bias?[columns].pointer,
      output: output.pointer, output_stride: stride, rows: rows, columns: columns.count,
      blocks: blocks)
    table.pointee.matmul_q8_0(&product)
  }

  /// Likewise in float32; x has `rows` rows of `depth` values, end to end.
  func multiply(
    _ x: KernelSlice<Float>, rows: Int, depth: Int, panels: KernelMemory<Float>, bias: KernelMemory<Float>?,
    columns: Range<Int>, into output: KernelSlice<Float>, stride: Int
  ) {
    let width = AKIN_F32_PANEL
    precondition(columns.lowerBound % width == 0 && x.count >= rows * depth)
    checkOutput(output, rows: rows, columns: columns.count, stride: stride)
    let first = columns.lowerBound * depth
    let used = panels[first..<first + (columns.count + width - 1) / width * width * depth]
    var product = akin_matmul_f32(
      x: x.pointer, panels: used.pointer, bias: bias?[columns].pointer, output: output.pointer + columns.lowerBound,
      x_stride: depth, output_stride: stride, rows: rows, columns: columns.count, depth: depth)
    table.pointee.matmul_f32(&product)
  }

  /// One head's attention over `tokens` rows of [q | k | v], each `hiddenSize` wide; output rows are `hiddenSize` wide.
  /// In q8_0 its products may be narrower than float32.
  func attend(
    _ qkv: KernelSlice<Float>, tokens: Int, hiddenSize: Int, head: Range<Int>, into output: KernelSlice<Float>,
    scratch: KernelMemory<Float>, precision: Precision
  ) {
    precondition(tokens > 0 && !head.isEmpty && head.lowerBound >= 0 && head.upperBound <= hiddenSize)
    precondition(qkv.count >= tokens * 3 * hiddenSize && output.count >= tokens * hiddenSize)
    precondition(scratch.count >= akin_attention_scratch(tokens, head.count))
    let q = qkv.pointer + head.lowerBound
    var attention = akin_attention(
      q: q, k: q + hiddenSize, v: q + 2 * hiddenSize, output: output.pointer + head.lowerBound,
      scratch: scratch.all.pointer, stride: 3 * hiddenSize, output_stride: hiddenSize, tokens: tokens,
      head_size: head.count, scale: 1 / Float(head.count).squareRoot())
    if precision == .q8, let narrow = table.pointee.attention_i16 {
      narrow(&attention)
    } else {
      akin_attention_f32(table, &attention)
    }
  }

  /// Floats of scratch for `attend`.
  static func attentionScratch(tokens: Int, headSize: Int) -> Int {
    akin_attention_scratch(tokens, headSize)
  }

  private func checkOutput(_ output: KernelSlice<Float>, rows: Int, columns: Int, stride: Int) {
    precondition(rows > 0 && stride >= columns && output.count >= (rows - 1) * stride + columns)
  }

  private func panelCount(_ columns: Int) -> Int {
    let width = Int(table.pointee.q8_panel_columns)
    return (columns + width - 1) / width
  }

  private func panelBytes(_ blocks: Int) -> Int { akin_q8_0_panel_bytes(table, blocks) }
}

/// Activations as `KernelTable.quantize` leaves them, in the layout of that table.
struct QuantizedRows: Sendable {
  let bytes: KernelMemory<UInt8>
}

/// Values in a q8_0 block.
let q8BlockLength = AKIN_Q8_BLOCK
/// Bytes of a q8_0 block in a file.
let q8BlockBytes = AKIN_Q8_BLOCK_BYTES

/// Blocks of a row of that many values, the last one filled with zeros.
func q8BlockCount(_ columns: Int) -> Int { (columns + q8BlockLength - 1) / q8BlockLength }
