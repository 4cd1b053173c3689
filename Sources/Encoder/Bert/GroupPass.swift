import ModelFiles

/// One group's way through the model, in steps. Steps of one kind do not share what they write, so that threads may
/// share them out; each kind reads what those before it wrote.
final class GroupPass: Sendable {
  let batch: PackedBatch
  let group: SequenceGroup
  let sizes: BertConfiguration
  let parameters: BertParameters
  let kernels: KernelTable
  let activations: Workspace.Activations

  init(
    batch: PackedBatch, group: SequenceGroup, sizes: BertConfiguration, parameters: BertParameters,
    kernels: KernelTable, activations: Workspace.Activations
  ) {
    self.batch = batch
    self.group = group
    self.sizes = sizes
    self.parameters = parameters
    self.kernels = kernels
    self.activations = activations
  }

  /// hidden = norm(word + type + position)
  func embed() {
    let size = sizes.hiddenSize, hidden = activations.hidden
    for (index, sequence) in group.sequences.enumerated() {
      let rows = batch.rows(of: sequence), first = group.rowStarts[index]
      for position in 0..<rows.count {
        let target = hidden[from: (first + position) * size, size], row = rows.lowerBound + position
        parameters.words.read(Int(batch.ids[row]), into: target, kernels: kernels)
        kernels.add(parameters.types[from: Int(batch.typeIDs[row]) * size, size], to: target)
        kernels.add(parameters.positions[from: position * size, size], to: target)
      }
    }
    for rows in group.chunks {
      kernels.normalize(hiddenRows(rows), residual: nil, norm: parameters.embeddingNorm)
      take(rows)
    }
  }

  /// context = softmax(q k^T / sqrt(head size)) v for a slab of heads, with [q k v] = hidden Wqkv + b.
  func attend(_ block: BertParameters.Block, slab: Int, scratch: Workspace.Scratch) {
    let slabs = parameters.slabs, columns = slabs.columns(slab), all = 0..<group.rowCount
    let outputs = 3 * columns.lowerBound..<3 * columns.upperBound
    let qkv = RowView(scratch.qkv, rows: all, columns: 0..<outputs.count, stride: outputs.count)
    for rows in group.chunks {
      block.qkv.multiply(activations.hiddenInput, rows: rows, outputs: outputs, into: qkv[rows: rows], kernels: kernels)
    }
    let context = activations.context.staging(rows: all, columns: columns, scratch: scratch.context)
    for index in group.sequences.indices {
      let rows = group.rowStarts[index]..<group.rowStarts[index + 1]
      kernels.attend(
        qkv[rows: rows], headSize: slabs.headSize, into: context[rows: rows], scratch: scratch.attention,
        precision: parameters.precision)
    }
    for rows in group.chunks {
      activations.context.take(context[rows: rows], rows: rows, columns: columns, kernels: kernels)
    }
  }

  /// projected = context Wo + b
  func project(_ block: BertParameters.Block, rows: Range<Int>, columns: Range<Int>) {
    guard !columns.isEmpty else { return }
    block.attentionOutput.multiply(
      activations.context, rows: rows, outputs: columns, into: projected(rows, columns), kernels: kernels)
  }

  /// wide = activation(hidden Wup + b), some columns at a time.
  func widen(_ block: BertParameters.Block, rows: Range<Int>, columns: Range<Int>, scratch: Workspace.Scratch) {
    for start in stride(from: columns.lowerBound, to: columns.upperBound, by: Workspace.wideColumns) {
      let columns = start..<min(start + Workspace.wideColumns, columns.upperBound)
      let staging = activations.wide.staging(rows: rows, columns: columns, scratch: scratch.wide)
      block.up.multiply(activations.hiddenInput, rows: rows, outputs: columns, into: staging, kernels: kernels)
      kernels.activate(staging, sizes.activation)
      activations.wide.take(staging, rows: rows, columns: columns, kernels: kernels)
    }
  }

  /// projected = wide Wdown + b
  func narrow(_ block: BertParameters.Block, rows: Range<Int>, columns: Range<Int>) {
    guard !columns.isEmpty else { return }
    block.down.multiply(
      activations.wide, rows: rows, outputs: columns, into: projected(rows, columns), kernels: kernels)
  }

  /// hidden = norm(hidden + projected)
  func normalize(_ norm: LayerNorm, rows: Range<Int>) {
    kernels.normalize(hiddenRows(rows), residual: projected(rows, 0..<sizes.hiddenSize), norm: norm)
    take(rows)
  }

  /// Reads the token vectors of one of the group's sequences, [tokens, H].
  func withTokens(_ index: Int, _ body: (Span<Float>) -> Void) {
    let size = sizes.hiddenSize
    activations.hidden.withSpan(of: group.rowStarts[index] * size..<group.rowStarts[index + 1] * size, body)
  }

  private func hiddenRows(_ rows: Range<Int>) -> RowView {
    RowView(activations.hidden, rows: rows, columns: 0..<sizes.hiddenSize, stride: sizes.hiddenSize)
  }

  private func projected(_ rows: Range<Int>, _ columns: Range<Int>) -> RowView {
    RowView(activations.projected, rows: rows, columns: columns, stride: sizes.hiddenSize)
  }

  private func take(_ rows: Range<Int>) {
    activations.hiddenInput.take(hiddenRows(rows), rows: rows, columns: 0..<sizes.hiddenSize, kernels: kernels)
  }
}
