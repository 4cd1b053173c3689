import ModelFiles

/// One batch's way through the model. Three kinds of phase, each shared out over the threads: embeddings by chunks of
/// rows, attention by sequences and heads, and all the rest of a block, which no row shares with another, by chunks
/// of rows again. The next block's queries, keys and values are computed with that rest, while the rows are in cache.
struct ForwardPass: Sendable {
  let batch: PackedBatch
  let sizes: BertConfiguration
  let parameters: BertParameters
  let kernels: KernelTable
  let workspace: Workspace

  /// Leaves the last block's output in `workspace.hidden`.
  /// - Parameters:
  ///   - isPauseWanted: asked by all threads, after each task.
  ///   - pause: called when no thread of the pool is at work; the slots are free.
  func run(on pool: ThreadPool, isPauseWanted: @escaping @Sendable () -> Bool, pause: () -> Void) {
    func share(_ tasks: Int, _ body: @escaping @Sendable (Int, Int) -> Void) {
      var next = 0
      while next < tasks {
        if isPauseWanted() { pause() }
        // Every worker does a task between two pauses, so that this batch goes on too.
        next = pool.run(next..<tasks, until: isPauseWanted, body)
      }
    }
    let chunks = chunkCount(threads: pool.threadCount)
    share(chunks) { chunk, worker in
      let rows = rows(chunk: chunk, of: chunks)
      embed(rows)
      project(rows, block: parameters.blocks[0], slot: workspace.slots[worker])
    }
    for index in parameters.blocks.indices {
      share(batch.sequenceCount * sizes.headCount) { task, worker in
        attend(sequence: task / sizes.headCount, head: task % sizes.headCount, slot: workspace.slots[worker])
      }
      share(chunks) { chunk, worker in
        let rows = rows(chunk: chunk, of: chunks), slot = workspace.slots[worker]
        feedForward(rows, block: parameters.blocks[index], slot: slot)
        if index + 1 < parameters.blocks.count {
          project(rows, block: parameters.blocks[index + 1], slot: slot)
        }
      }
    }
  }

  /// As few chunks as their size allows, but a whole number for every thread.
  private func chunkCount(threads: Int) -> Int {
    let needed = (batch.tokenCount + Workspace.chunkRows - 1) / Workspace.chunkRows
    return min((needed + threads - 1) / threads * threads, tileCount)
  }

  /// Chunks are of equal size, but for one tile of the products; only the last tile has fewer rows than others.
  private func rows(chunk: Int, of chunks: Int) -> Range<Int> {
    let start = chunk * tileCount / chunks, end = (chunk + 1) * tileCount / chunks
    return start * Workspace.tileRows..<min(end * Workspace.tileRows, batch.tokenCount)
  }

  private var tileCount: Int { (batch.tokenCount + Workspace.tileRows - 1) / Workspace.tileRows }

  /// hidden = norm(word + type + position)
  private func embed(_ rows: Range<Int>) {
    let size = sizes.hiddenSize
    var sequence = batch.sequence(ofRow: rows.lowerBound)
    for row in rows {
      while row >= batch.rowStarts[sequence + 1] { sequence += 1 }
      let target = workspace.hidden[from: row * size, size]
      parameters.words.read(Int(batch.ids[row]), into: target, kernels: kernels)
      kernels.add(parameters.types[from: Int(batch.typeIDs[row]) * size, size], to: target)
      kernels.add(parameters.positions[from: (row - batch.rowStarts[sequence]) * size, size], to: target)
    }
    let target = workspace.hidden[from: rows.lowerBound * size, rows.count * size]
    kernels.normalize(target, residual: nil, norm: parameters.embeddingNorm, rows: rows.count, into: target)
  }

  /// qkv = hidden Wqkv + b
  private func project(_ rows: Range<Int>, block: BertParameters.Block, slot: Workspace.Slot) {
    let size = sizes.hiddenSize
    block.qkv.apply(
      workspace.hidden[from: rows.lowerBound * size, rows.count * size], rows: rows.count,
      quantized: slot.quantizedHidden, into: workspace.qkv[from: rows.lowerBound * 3 * size, rows.count * 3 * size],
      kernels: kernels)
  }

  /// context = softmax(q k^T / sqrt(head size)) v
  private func attend(sequence: Int, head: Int, slot: Workspace.Slot) {
    let rows = batch.rows(of: sequence), size = sizes.hiddenSize, headSize = size / sizes.headCount
    kernels.attend(
      workspace.qkv[from: rows.lowerBound * 3 * size, rows.count * 3 * size], tokens: rows.count, hiddenSize: size,
      head: head * headSize..<(head + 1) * headSize,
      into: workspace.context[from: rows.lowerBound * size, rows.count * size], scratch: slot.attention,
      precision: parameters.precision)
  }

  /// hidden = norm(hidden + context Wo + b); hidden = norm(hidden + activation(hidden Wup + b) Wdown + b)
  private func feedForward(_ rows: Range<Int>, block: BertParameters.Block, slot: Workspace.Slot) {
    let size = sizes.hiddenSize, count = rows.count
    let hidden = workspace.hidden[from: rows.lowerBound * size, count * size]
    let context = workspace.context[from: rows.lowerBound * size, count * size]
    let projected = slot.projected[0..<count * size]
    block.attentionOutput.apply(
      context, rows: count, quantized: slot.quantizedHidden, into: projected, kernels: kernels)
    kernels.normalize(projected, residual: hidden, norm: block.attentionNorm, rows: count, into: hidden)
    block.up.take(hidden, rows: count, inputs: 0..<size, into: slot.quantizedHidden, kernels: kernels)
    for start in stride(from: 0, to: sizes.intermediateSize, by: workspace.slabColumns) {
      let columns = start..<min(start + workspace.slabColumns, sizes.intermediateSize)
      let slab = slot.intermediate[0..<count * columns.count]
      block.up.multiply(hidden, slot.quantizedHidden, rows: count, outputs: columns, into: slab, kernels: kernels)
      kernels.activate(slab, sizes.activation)
      block.down.take(slab, rows: count, inputs: columns, into: slot.quantizedWide, kernels: kernels)
    }
    let intermediate = slot.intermediate.all  // in float32 there is one slab of all columns
    block.down.multiply(
      intermediate, slot.quantizedWide, rows: count, outputs: 0..<size, into: projected, kernels: kernels)
    kernels.normalize(projected, residual: hidden, norm: block.outputNorm, rows: count, into: hidden)
  }
}

extension PackedBatch {
  /// Which sequence a row belongs to, by bisection.
  fileprivate func sequence(ofRow row: Int) -> Int {
    var low = 0, high = sequenceCount
    while high - low > 1 {
      let middle = (low + high) / 2
      if rowStarts[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }
}
