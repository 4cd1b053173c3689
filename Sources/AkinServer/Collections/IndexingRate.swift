import AkinCollections
import AkinProtocol

/// Words and numbers for how far indexing is, since it began.
struct IndexingRate: Sendable {
  private let start = ContinuousClock.now

  /// What a client is told.
  func step(_ progress: IndexProgress) -> ProgressNotification.Step {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let rate = seconds > 0 ? Int(Double(progress.embedded) / seconds) : 0
    let percentage = Int(progress.share * 100)
    return .report(message: "\(progress.done)/\(progress.total) files, \(rate) chunks/s", percentage: percentage)
  }
}
