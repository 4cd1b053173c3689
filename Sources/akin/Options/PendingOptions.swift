import ArgumentParser

/// What a search does about new texts that are not embedded yet.
struct PendingOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: "Embed all that is new before the answer. (default: \(Settings.user.wait == true ? "--wait" : "--no-wait"))")
  var wait: Bool?
  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Have a process of the lowest priority embed the rest behind the answer. (default: "
        + (Settings.user.background == false ? "--no-background)" : "--background)")))
  var background: Bool?

  /// Whether all is embedded before the answer.
  var waits: Bool { wait ?? Settings.user.wait ?? false }
  /// Whether the rest is embedded behind it.
  var goesOn: Bool { background ?? Settings.user.background ?? true }
}
