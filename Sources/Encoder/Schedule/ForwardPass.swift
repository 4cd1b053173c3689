import ModelFiles

/// A batch's way through the model. Groups of sequences go through all blocks, each group on one thread, so that no thread
/// waits for another one. What would leave threads without a group, as a single query does, is computed by all of them
/// together, step by step, each with some heads and some columns of every product.
struct ForwardPass {
  let batch: PackedBatch
  let groups: [SequenceGroup]
  let model: TransformerModel
  let kernels: KernelTable
  /// Called with each sequence of the batch, on any thread.
  let output: TransformerEncoder.Output

  /// How many of the first groups go through the model each on one thread.
  private static func singleGroups(of count: Int, threads: Int) -> Int {
    let rest = count % threads
    return rest * 2 <= threads && threads > 1 ? count - rest : count
  }

  /// Computes everything on the caller's thread.
  func run(in workspace: Workspace) {
    for group in groups {
      let pass = pass(group, workspace, activations: 0)
      encode(pass, Share(part: 0, parts: 1), scratch: workspace.scratch[0], pause: {})
      deliver(pass)
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
      let pass = pass(groups[group], workspace, activations: worker)
      encode(pass, Share(part: 0, parts: 1), scratch: workspace.scratch[worker], pause: checkpoint)
      deliver(pass)
    }
    pool.run(single, caller: { encodeGroup($0, 0, pause) }, helper: { encodeGroup($0, $1, checkpoint) })
    for group in groups[single...] {
      let pass = pass(group, workspace, activations: 0), parts = pool.threadCount
      let barrier = Barrier(parties: parts)
      let encodePart: @Sendable (Int, () -> Void) -> Void = { [self] part, checkpoint in
        encode(pass, Share(part: part, parts: parts), scratch: workspace.scratch[part]) {
          checkpoint()
          barrier.wait()
        }
      }
      pool.runTogether(caller: { encodePart(0, pause) }, helper: { encodePart($0, checkpoint) })
      deliver(pass)
    }
  }

  private func pass(_ group: SequenceGroup, _ workspace: Workspace, activations: Int) -> GroupPass {
    GroupPass(
      batch: batch, group: group, model: model, kernels: kernels, activations: workspace.activations[activations],
      tables: workspace.tables)
  }

  /// One thread's share of every step: a run of heads or columns of its own, so that it reads weights that lie end to end. A
  /// thread that has a group for itself takes some rows through all operations of a step, while they are in its cache.
  /// - Parameter pause: called between steps; where several threads share them, it returns when all have called it.
  private func encode(_ pass: GroupPass, _ share: Share, scratch: Workspace.Scratch, pause: () -> Void) {
    let kept = pass.keptRows, last = model.steps.count - 1
    for (number, step) in model.steps.enumerated() {
      // The last block's attention reads all rows, and what comes behind it only those that are wanted.
      let isLast = number >= last - 1 && kept != nil
      let chunks = number == last && isLast ? pass.group.keptChunks : pass.group.chunks
      switch step {
      case .heads(let attention):
        for slab in share.of(attention.slabs.count) {
          pass.attend(attention, slab: slab, kept: isLast ? kept : nil, scratch: scratch)
          if share.isWhole { pause() }
        }
        if !share.isWhole { pause() }
        if let kept, isLast, share.part == 0 { pass.gatherHidden(kept) }
      case .rows(let operations) where share.isWhole:
        for rows in chunks {
          for operation in operations {
            pass.run(operation, rows: rows, columns: 0..<(operation.columns ?? 0), scratch: scratch)
          }
          pause()
        }
      case .rows(let operations):
        for operation in operations {
          let columns = share.of(operation.columns ?? 0, unit: Self.columnUnit)
          for rows in operation.columns == nil ? chunks[share.of(chunks.count)] : chunks[...] {
            pass.run(operation, rows: rows, columns: columns, scratch: scratch)
          }
          pause()
        }
      }
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

/// Which part of something shared out among threads is one thread's.
private struct Share {
  let part: Int
  let parts: Int

  var isWhole: Bool { parts == 1 }

  /// Of so many things, in runs of a multiple of `unit`.
  func of(_ count: Int, unit: Int = 1) -> Range<Int> {
    let units = (count + unit - 1) / unit
    return min(part * units / parts * unit, count)..<min((part + 1) * units / parts * unit, count)
  }
}
