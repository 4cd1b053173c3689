import AkinProtocol
import ArgumentParser

/// A flag for every limit of the server, made from the table of limits.
///
/// The parser finds options by reflection, and reads their values by keys: the names of the limits stand for both.
struct LimitOptions: ParsableArguments, CustomReflectable {
  private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private(set) var limits = ServerLimits()

  init() {}

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    for limit in ServerLimit.all {
      limits[limit] = try values.decode(Option<Int>.self, forKey: Key(stringValue: limit.name)).wrappedValue
    }
  }

  var customMirror: Mirror {
    Mirror(
      self,
      children: ServerLimit.all.map { limit in
        let help = ArgumentHelp("\(limit.summary.replacing("`", with: "")).", valueName: "n")
        return (label: limit.name, value: Option<Int>(wrappedValue: limit.preset, parsing: .unconditional, help: help))
      })
  }

  func validate() throws {
    for limit in ServerLimit.all where !(1...limit.greatest).contains(limits[limit]) {
      throw ValidationError(
        "\(limit.flag) takes \(limit.greatest == .max ? "1 or more" : "1 to \(limit.greatest)")")
    }
  }
}
