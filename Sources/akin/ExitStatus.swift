/// How the program ends. The numbers from 64 are those of BSD's sysexits.h.
enum ExitStatus: Int32, CaseIterable {
  /// Done; also when the reader of the output closed it early.
  case success = 0
  /// Nothing failed, and the answer is no: `search` found nothing, `doctor` found something wrong.
  case negative = 1
  /// The command line asks for something that does not exist or does not fit together (EX_USAGE).
  case usage = 64
  /// The input is not what it should be: not UTF-8, not JSON, or a text too long under `--overflow error` (EX_DATAERR).
  case badData = 65
  /// An input file cannot be opened (EX_NOINPUT).
  case inputMissing = 66
  /// The model is not on this machine, cannot be downloaded, or its files cannot be used (EX_UNAVAILABLE).
  case modelUnavailable = 69
  /// A defect in Akin (EX_SOFTWARE).
  case internalError = 70
  /// Reading or writing failed half-way (EX_IOERR).
  case outputFailed = 74

  /// One line for `--help`.
  private var summary: String {
    switch self {
    case .success: "done"
    case .negative: "search found nothing, or doctor found something wrong"
    case .usage: "the command line is wrong"
    case .badData: "the input is not UTF-8, not JSON, or too long"
    case .inputMissing: "an input file cannot be opened"
    case .modelUnavailable: "the model is missing or cannot be used"
    case .internalError: "a defect in Akin"
    case .outputFailed: "reading or writing failed"
    }
  }

  /// The table that `akin --help` shows.
  static var helpTable: String {
    let rows = allCases.map { status in
      let code = String(status.rawValue)
      return "  " + String(repeating: " ", count: 2 - code.count) + code + "  " + status.summary
    }
    return "Exit status:\n" + rows.joined(separator: "\n")
  }
}
