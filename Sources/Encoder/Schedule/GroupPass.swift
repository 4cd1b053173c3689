import ModelFiles

/// One group's way through the model: what each step computes.
final class GroupPass: Sendable {
  let batch: PackedBatch
  let group: SequenceGroup
  let model: TransformerModel
  let kernels: KernelTable
  let activations: Workspace.Activations
  let tables: Workspace.Tables
  private let hiddenSize: Int

  init(
    batch: PackedBatch, group: SequenceGroup, model: TransformerModel, kernels: KernelTable,
    activations: Workspace.Activations, tables: Workspace.Tables
  ) {
    self.batch = batch
    self.group = group
    self.model = model
    self.kernels = kernels
    self.activations = activations
    self.tables = tables
    hiddenSize = model.description.hiddenSize
  }

  /// Runs an operation on some rows.
  /// - Parameter columns: those of the operation that are computed, where it has columns.
  func run(_ operation: RowStep, rows: Range<Int>, columns: Range<Int>, scratch: Workspace.Scratch) {
    switch operation {
    case .embed(let embedding, let next): embed(embedding, next: next, rows: rows)
    case .project(let layer, let source): project(layer, from: source, rows: rows, columns: columns)
    case .widen(let layer): widen(layer, rows: rows, columns: columns, scratch: scratch)
    case .join(let join): self.join(join, rows: rows)
    }
  }

  /// hidden = norm(scale * word + type + position) W + b
  private func embed(_ embedding: Embedding, next: Norm?, rows: Range<Int>) {
    let size = model.description.embeddingSize, values = activations.embedded ?? activations.hidden
    let sums = RowView(values, rows: rows, columns: 0..<size, stride: size)
    embedding.words.read(into: sums, kernels: kernels) { Int(batch.ids[group.tokens[rows.lowerBound + $0].row]) }
    for row in embedding.isOfWordsAlone ? 0..<0 : rows {
      let target = values[from: row * size, size], token = group.tokens[row]
      if embedding.scale != 1 { kernels.scale(target, by: embedding.scale) }
      if let types = embedding.types {
        kernels.add(types[from: Int(batch.typeIDs[token.row]) * size, size], to: target)
      }
      if let positions = embedding.positions { kernels.add(positions[from: token.position * size, size], to: target) }
    }
    if let norm = embedding.norm { kernels.normalize(sums, norm: norm, into: sums) }
    if let projection = embedding.projection, let input = activations.embeddedInput {
      input.store(sums, rows: rows, columns: 0..<size, kernels: kernels)
      projection.multiply(input, rows: rows, outputs: 0..<hiddenSize, into: hiddenRows(rows), kernels: kernels)
    }
    // Words' vectors alone have no block that would read it.
    if model.description.layerCount > 0 { makeInput(rows, norm: next) }
  }

  /// context = softmax(scale q k^T + bias) v for a slab of heads, with [q k v] = input W + b.
  /// - Parameter kept: the rows that are read behind it, which are put end to end; nil for all.
  func attend(_ layer: Attention, slab: Int, kept: [Int]?, scratch: Workspace.Scratch) {
    let slabs = layer.slabs, outputs = slabs.outputs(slab), columns = slabs.columns(slab), all = 0..<group.rowCount
    let parts = RowView(scratch.parts, rows: all, columns: 0..<outputs.count, stride: outputs.count)
    for rows in group.chunks {
      layer.parts.multiply(activations.input, rows: rows, outputs: outputs, into: parts[rows: rows], kernels: kernels)
    }
    let keys = columns.count..<columns.count + slabs.columns(slab, of: .key).count
    let heads = AttentionHeads(
      size: slabs.headSize, queriesPerKey: slabs.queriesPerKey, first: slabs.firstHead(slab),
      queries: 0..<columns.count,
      keys: keys, values: keys.upperBound..<outputs.count)
    let context = activations.context.staging(rows: all, columns: columns, scratch: scratch.context)
    for index in group.sequences.indices {
      let rows = group.rowStarts[index]..<group.rowStarts[index + 1]
      prepare(parts[rows: rows], heads, layer)
      kernels.attend(
        parts[rows: rows], heads, layer, bias: tables.bias, seen: batch.seen(by: group.sequences[index]),
        into: context[rows: rows], scratch: scratch.attention,
        precision: model.precision)
    }
    if let kept { context.gather(kept) }
    for rows in kept == nil ? group.chunks : group.keptChunks {
      activations.context.store(context[rows: rows], rows: rows, columns: columns, kernels: kernels)
    }
  }

  /// Puts the rows that are wanted end to end, as those of the last block's attention are.
  func gatherHidden(_ kept: [Int]) {
    hiddenRows(0..<group.rowCount).gather(kept)
  }

  /// Normalises the heads' queries and keys and turns them by their positions, where the model does.
  private func prepare(_ parts: RowView, _ heads: AttentionHeads, _ layer: Attention) {
    let angles = layer.isLocal ? tables.localAngles : tables.angles
    guard layer.headNorms != nil || angles != nil else { return }
    for (columns, norm) in [(heads.queries, layer.headNorms?.query), (heads.keys, layer.headNorms?.key)] {
      for start in stride(from: columns.lowerBound, to: columns.upperBound, by: heads.size) {
        let head = parts[columns: start..<start + heads.size]
        if let norm { kernels.normalize(head, norm: norm, into: head) }
        if let angles { kernels.turn(head, by: angles) }
      }
    }
  }

  /// projected = source W + b
  private func project(_ layer: LinearLayer, from source: RowStep.Source, rows: Range<Int>, columns: Range<Int>) {
    guard !columns.isEmpty else { return }
    let input = source == .context ? activations.context : activations.wide
    layer.multiply(input, rows: rows, outputs: columns, into: projected(rows, columns), kernels: kernels)
  }

  /// wide = activation(input Wup + b), some columns at a time; activation(input Wgate + b) * (input Wup + b) where gated.
  private func widen(_ layer: FeedForward, rows: Range<Int>, columns: Range<Int>, scratch: Workspace.Scratch) {
    for start in stride(from: columns.lowerBound, to: columns.upperBound, by: Workspace.wideColumns) {
      let columns = start..<min(start + Workspace.wideColumns, columns.upperBound)
      let staging = activations.wide.staging(rows: rows, columns: columns, scratch: scratch.wide)
      layer.up.multiply(activations.input, rows: rows, outputs: columns, into: staging, kernels: kernels)
      if let gate = layer.gate {
        let values = RowView(scratch.gate, rows: 0..<rows.count, columns: 0..<columns.count, stride: columns.count)
        gate.multiply(activations.input, rows: rows, outputs: columns, into: values, kernels: kernels)
        kernels.activate(values, layer.activation)
        kernels.multiply(staging, by: values)
      } else {
        kernels.activate(staging, layer.activation)
      }
      activations.wide.store(staging, rows: rows, columns: columns, kernels: kernels)
    }
  }

  /// hidden = outer(hidden + inner(projected))
  private func join(_ join: Join, rows: Range<Int>) {
    let hidden = hiddenRows(rows), added = projected(rows, 0..<hiddenSize)
    if let inner = join.inner { kernels.normalize(added, norm: inner, into: added) }
    if let outer = join.outer {
      kernels.normalize(hidden, plus: added, norm: outer, into: hidden)
    } else {
      kernels.add(added, to: hidden)
    }
    if !join.isLast { makeInput(rows, norm: join.next) }
  }

  /// input = norm(hidden)
  private func makeInput(_ rows: Range<Int>, norm: Norm?) {
    let hidden = hiddenRows(rows)
    guard let normed = activations.normed else {
      return activations.input.store(hidden, rows: rows, columns: 0..<hiddenSize, kernels: kernels)
    }
    let input = RowView(normed, rows: rows, columns: 0..<hiddenSize, stride: hiddenSize)
    if let norm { kernels.normalize(hidden, norm: norm, into: input) } else { input.copy(from: hidden) }
    activations.input.store(input, rows: rows, columns: 0..<hiddenSize, kernels: kernels)
  }

  /// The rows of each sequence that the last block goes on with; nil where it does with all, or there is no block.
  var keptRows: [Int]? { model.description.layerCount > 0 ? group.keptRows : nil }

  /// Reads the token vectors of one of the group's sequences, [tokens, H], or of the one token that is wanted.
  func withTokens(_ index: Int, _ body: (Span<Float>) -> Void) {
    let size = hiddenSize
    var rows = group.rowStarts[index]..<group.rowStarts[index + 1]
    if keptRows != nil {
      rows = index..<index + 1
    } else if let kept = batch.kept(of: group.sequences[index]) {
      rows = rows.lowerBound + kept..<rows.lowerBound + kept + 1
    }
    activations.hidden.withSpan(of: rows.lowerBound * size..<rows.upperBound * size, body)
  }

  private func hiddenRows(_ rows: Range<Int>) -> RowView {
    RowView(activations.hidden, rows: rows, columns: 0..<hiddenSize, stride: hiddenSize)
  }

  private func projected(_ rows: Range<Int>, _ columns: Range<Int>) -> RowView {
    RowView(activations.projected, rows: rows, columns: columns, stride: hiddenSize)
  }
}

/// The heads of a slab in a row of their queries, keys and values.
struct AttentionHeads {
  /// Components of one.
  let size: Int
  /// Heads of queries that share one of keys and values.
  let queriesPerKey: Int
  /// Heads of queries in front of these.
  let first: Int
  /// Columns.
  let queries: Range<Int>
  let keys: Range<Int>
  let values: Range<Int>
}
