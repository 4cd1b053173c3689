import CKernels

/// One instruction set's kernels with their arguments checked: the edge behind which pointers are. What each computes
/// is written in CKernels.h.
package struct KernelTable: @unchecked Sendable {
  // Sound to share: the tables are constants of the program.
  let table: UnsafePointer<akin_kernels>

  /// "scalar", or its instruction set.
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
  /// - Parameters:
  ///   - x: these rows and columns alone.
  ///   - rows: which rows of the target; all calls that fill them and the product that reads them have the same range, which
  ///     starts at a multiple of `rowUnit`.
  func quantize(_ x: RowView, rows: Range<Int>, columns: Range<Int>, of width: Int, into target: QuantizedRows) {
    precondition(columns.lowerBound % q8BlockLength == 0 && columns.upperBound <= width)
    precondition(columns.upperBound % q8BlockLength == 0 || columns.upperBound == width)
    precondition(x.rows == rows.count && x.columns == columns.count)
    let blocks = q8BlockCount(width)
    var task = akin_quantize_q8_0(
      x: x.pointer, quantized: pointer(to: rows, of: target, blocks: blocks), x_stride: x.stride, rows: x.rows,
      columns: x.columns, first_block: columns.lowerBound / q8BlockLength, blocks: blocks)
    table.pointee.quantize_q8_0(&task)
  }

  private func pointer(
    to rows: Range<Int>, of quantized: QuantizedRows, blocks: Int
  ) -> UnsafeMutablePointer<UInt8> {
    precondition(rows.lowerBound % Int(table.pointee.q8_row_unit) == 0, "rows start at a unit of the layout")
    let first = akin_q8_0_rows_bytes(table, rows.lowerBound, blocks)
    return quantized.bytes.pointer(to: first..<first + akin_q8_0_rows_bytes(table, rows.count, blocks))
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
  /// - Parameters:
  ///   - rows: of the activations, as they were quantised.
  ///   - output: these rows and columns alone.
  func multiplyQ8(
    _ x: QuantizedRows, rows: Range<Int>, blocks: Int, panels: KernelSlice<UInt8>, bias: KernelMemory<Float>?,
    columns: Range<Int>, into output: RowView
  ) {
    let width = Int(table.pointee.q8_panel_columns)
    precondition(columns.lowerBound % width == 0)
    precondition(output.rows == rows.count && output.columns == columns.count)
    let first = columns.lowerBound / width * panelBytes(blocks)
    let used = panels.pointer(to: first..<first + panelBytes(columns: columns.count, blocks: blocks))
    var product = akin_matmul_q8_0(
      quantized: pointer(to: rows, of: x, blocks: blocks), panels: used, bias: bias?.pointer(to: columns),
      output: output.pointer, output_stride: output.stride, rows: output.rows, columns: output.columns,
      blocks: blocks)
    table.pointee.matmul_q8_0(&product)
  }

  /// Likewise in float32.
  func multiply(
    _ x: RowView, panels: KernelMemory<Float>, bias: KernelMemory<Float>?, columns: Range<Int>, into output: RowView
  ) {
    let width = AKIN_F32_PANEL, depth = x.columns
    precondition(columns.lowerBound % width == 0)
    precondition(output.rows == x.rows && output.columns == columns.count)
    let first = columns.lowerBound * depth
    let used = panels.pointer(to: first..<first + (columns.count + width - 1) / width * width * depth)
    var product = akin_matmul_f32(
      x: x.pointer, panels: used, bias: bias?.pointer(to: columns), output: output.pointer,
      x_stride: x.stride, output_stride: output.stride, rows: x.rows, columns: output.columns, depth: depth)
    table.pointee.matmul_f32(&product)
  }

  /// Attention of some heads over the tokens of one sequence. In q8_0 its products may be narrower than float32.
  /// - Parameters:
  ///   - parts: a row a token: queries, keys and values, where `heads` says.
  ///   - bias: what the model adds by distance.
  ///   - seen: how many tokens, the first of them, any token sees.
  ///   - output: a row a token, as wide as the queries.
  func attend(
    _ parts: RowView, _ heads: AttentionHeads, _ layer: Attention, bias: BiasTable?, seen: Int, into output: RowView,
    scratch: KernelMemory<Float>, precision: Precision
  ) {
    let tokens = parts.rows, size = heads.size
    precondition(output.rows == tokens && parts.columns == heads.values.upperBound)
    precondition(output.columns == heads.queries.count && output.columns % size == 0)
    precondition(heads.keys.count == heads.values.count && heads.keys.count * heads.queriesPerKey == output.columns)
    precondition(scratch.count >= akin_attention_scratch(tokens, size) && tokens <= bias?.tokens ?? tokens)
    precondition((1...tokens).contains(seen), "\(seen) of \(tokens) tokens are seen")
    // As many queries at a time as there are keys; those of the last turn may have been in the one before, and come to the same.
    for turn in stride(from: 0, to: tokens, by: seen) {
      let first = min(turn, tokens - seen)
      let before = layer.before.map { $0 - first } ?? .max, after = layer.after.map { $0 + first } ?? .max
      let usesIntegers = precision == .q8 && layer.prefersIntegers(tokens: seen)
      precondition(first == 0 || before >= seen - 1, "a window that ends among what is seen")
      for head in 0..<output.columns / size {
        let shared = head / heads.queriesPerKey * size
        var attention = akin_attention(
          q: parts.pointer + head * size + first * parts.stride, k: parts.pointer + heads.keys.lowerBound + shared,
          v: parts.pointer + heads.values.lowerBound + shared,
          output: output.pointer + head * size + first * output.stride, scratch: scratch.all.pointer,
          stride: parts.stride, output_stride: output.stride, tokens: seen, head_size: size, scale: layer.scale,
          bias: bias.map { $0.center(heads.first + head) - first }, before: before, after: after)
        if usesIntegers, let narrow = table.pointee.attention_q8, narrow(&attention) != 0 { continue }
        akin_attention_f32(table, &attention)
      }
    }
  }

  /// Floats of scratch for `attend`.
  static func attentionScratch(tokens: Int, headSize: Int) -> Int {
    akin_attention_scratch(tokens, headSize)
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
