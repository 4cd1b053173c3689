import AkinCollections
import JSON

/// What an update of a folder's index has done.
struct IndexSummary {
  let root: String
  let report: IndexReport
  let time: Duration

  /// `12 files added, 3 updated, 1 removed, 340 unchanged, 25 left out; 1,200 chunks, 80 embedded; 2.1 s`
  var text: String {
    let files = report.added + report.updated + report.unchanged
    var changes: [String] = []
    for (count, verb) in [(report.added, "added"), (report.updated, "updated"), (report.removed, "removed")]
    where count > 0 {
      changes.append("\(count) \(verb)")
    }
    let changed = changes.isEmpty ? "nothing changed" : changes.joined(separator: ", ")
    return "\(NumberText.count(files, "file")) (\(changed); \(report.skipped.count) left out), "
      + "\(NumberText.count(report.chunks, "chunk")) (\(report.embedded) embedded"
      + (report.packed > 0 ? ", \(report.packed) from packs" : "") + "), \(NumberText.duration(time))"
  }

  /// How many files have no part in the index; nothing where all have.
  static func leftOut(_ report: IndexReport, separator: String) -> String {
    report.skipped.isEmpty
      ? "" : separator + NumberText.count(report.skipped.count, "file") + " left out, --verbose names them"
  }

  /// The members of `index/add`'s result, with the chunks of packs and the seconds.
  var json: JSONValue {
    var object: JSONObject = [
      "collection": .string(root), "added": number(report.added), "updated": number(report.updated),
      "unchanged": number(report.unchanged), "removed": number(report.removed),
      "skipped": number(report.skipped.count), "chunks": number(report.chunks), "embedded": number(report.embedded),
      "packed": number(report.packed), "seconds": .number(time / .seconds(1)),
    ]
    object["movedFrom"] = report.movedFrom.map { .string($0) }
    return .object(object)
  }

  private func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
}
