import ModelFiles

/// A batch's way through the model. Groups of sequences go through all blocks, each group on one thread, so that no thread
/// waits for another one. What would leave threads without a group, as a single query does, is computed by all of them
/// together, step by step, each with some heads and some columns of every product.
struct ForwardPass {
  let batch: PackedBatch
  let groups: [SequenceGroup]
  let sizes: BertConfiguration
  let parameters: BertParameters
  let kernels: KernelTable
  /// Called with each sequence of the batch, on any thread.
  let output: BertEncoder.Output

  /// How many of the first groups go through the model each on one thread.
  private static func singleGroups(of count: Int, threads: Int) -> Int {
    let rest = count % threads
    return rest * 2 <= threads && threads > 1 ? count - rest : count
  }

  /// Computes everything on the caller's thread.
  func run(in workspace: Workspace) {
    for group in groups {
      encode(pass(group, workspace.activations[0]), scratch: workspace.scratch[0], checkpoint: {})
    }
  }

  /// - Parameters:
  ///   - checkpoint: called often by all threads.
  ///   - pause: called often by the caller's thread; others go on meanwhile.
  func run(
    in workspace: Workspace, on pool: ThreadPool, checkpoint: @escaping @Sendable () -> Void, pause: () -> Void
  ) {
    let single = Self.singleGroups(of: groups.count, threads: pool.threadCount)
    let encodeGroup: @Sendable (Int, Int, () -> Void) -> Void = { [self] group, worker, checkpoint in
      encode(
        pass(groups[group], workspace.activations[worker]), scratch: workspace.scratch[worker], checkpoint: checkpoint)
    }
    pool.run(single, caller: { encodeGroup($0, 0, pause) }, helper: { encodeGroup($0, $1, checkpoint) })
    for group in groups[single...] {
      let pass = pass(group, workspace.activations[0]), parts = pool.threadCount
      let barrier = Barrier(parties: parts)
      let encodePart: @Sendable (Int, () -> Void) -> Void = { [self] part, checkpoint in
        encode(pass, part: part, of: parts, scratch: workspace.scratch[part]) {
          checkpoint()
          barrier.wait()
        }
      }
      pool.runTogether(caller: { encodePart(0, pause) }, helper: { encodePart($0, checkpoint) })
      deliver(pass)
    }
  }

  private func pass(_ group: SequenceGroup, _ activations: Workspace.Activations) -> GroupPass {
    GroupPass(
      batch: batch, group: group, sizes: sizes, parameters: parameters, kernels: kernels, activations: activations)
  }

  private func encode(_ pass: GroupPass, scratch: Workspace.Scratch, checkpoint: () -> Void) {
    let hidden = 0..<sizes.hiddenSize
    pass.embed()
    for block in parameters.blocks {
      for slab in 0..<parameters.slabs.count {
        pass.attend(block, slab: slab, scratch: scratch)
        checkpoint()
      }
      for rows in pass.group.chunks {
        pass.project(block, rows: rows, columns: hidden)
        pass.normalize(block.attentionNorm, rows: rows)
        pass.widen(block, rows: rows, columns: 0..<sizes.intermediateSize, scratch: scratch)
        pass.narrow(block, rows: rows, columns: hidden)
        pass.normalize(block.outputNorm, rows: rows)
        checkpoint()
      }
    }
    deliver(pass)
  }

  /// One thread's part of every step: a run of heads or columns of its own, so that it reads weights that lie end to end.
  /// - Parameter wait: returns when all threads have called it.
  private func encode(
    _ pass: GroupPass, part: Int, of parts: Int, scratch: Workspace.Scratch, wait: () -> Void
  ) {
    func share(_ count: Int, unit: Int = 1) -> Range<Int> {
      let units = (count + unit - 1) / unit
      return part * units / parts * unit..<min((part + 1) * units / parts * unit, count)
    }
    let chunks = pass.group.chunks, chunkShare = chunks[share(chunks.count)]
    let hidden = share(sizes.hiddenSize, unit: Self.columnUnit)
    let wide = share(sizes.intermediateSize, unit: Self.columnUnit)
    if part == 0 { pass.embed() }
    wait()
    for block in parameters.blocks {
      for slab in share(parameters.slabs.count) { pass.attend(block, slab: slab, scratch: scratch) }
      wait()
      for rows in chunks { pass.project(block, rows: rows, columns: hidden) }
      wait()
      for rows in chunkShare { pass.normalize(block.attentionNorm, rows: rows) }
      wait()
      for rows in chunks { pass.widen(block, rows: rows, columns: wide, scratch: scratch) }
      wait()
      for rows in chunks { pass.narrow(block, rows: rows, columns: hidden) }
      wait()
      for rows in chunkShare { pass.normalize(block.outputNorm, rows: rows) }
      wait()
    }
  }

  private func deliver(_ pass: GroupPass) {
    for (index, sequence) in pass.group.sequences.enumerated() {
      pass.withTokens(index) { output(sequence, $0) }
    }
  }

  /// Columns are shared out in runs of a multiple of this: two panels of the widest products, and a q8_0 block.
  private static let columnUnit = 32
}
