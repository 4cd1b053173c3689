import AkinProtocol
import JSON

/// The counters as Prometheus reads them (prometheus.io/docs/instrumenting/exposition_formats).
enum Metrics {
  static func answer(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let status = try await call.call(ServerStatusMethod.self)
    var text = ""
    func family(_ name: String, _ kind: String, _ help: String, _ samples: [(labels: String, value: String)]) {
      text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
      for sample in samples { text += "\(name)\(sample.labels) \(sample.value)\n" }
    }
    let methods = status.methods.sorted { $0.key < $1.key }
    family(
      "akin_requests_total", "counter", "Calls of a method by outcome.",
      methods.flatMap { name, counts in
        [
          ("{method=\"\(name)\",outcome=\"succeeded\"}", "\(counts.succeeded)"),
          ("{method=\"\(name)\",outcome=\"failed\"}", "\(counts.failed)"),
        ]
      })
    family(
      "akin_request_milliseconds", "gauge", "Time from dispatch to answer, by quantile.",
      methods.flatMap { name, counts in
        [("0.5", counts.p50), ("0.95", counts.p95), ("0.99", counts.p99), ("1", counts.max)].map {
          ("{method=\"\(name)\",quantile=\"\($0.0)\"}", "\($0.1)")
        }
      })
    let engine = status.engine ?? ServerStatusMethod.EngineCounts()
    family("akin_encoded_tokens_total", "counter", "Tokens encoded.", [("", "\(engine.encodedTokens)")])
    family("akin_encoded_batches_total", "counter", "Batches encoded.", [("", "\(engine.batches)")])
    family("akin_refused_total", "counter", "Jobs refused because the queue was full.", [("", "\(engine.refused)")])
    family("akin_queued_tokens", "gauge", "Tokens that wait for the encoder.", [("", "\(engine.queuedTokens)")])
    family("akin_pending_jobs", "gauge", "Jobs that wait or run.", [("", "\(engine.pendingRequests)")])
    family("akin_model_loaded", "gauge", "Whether the model is in memory.", [("", status.engine == nil ? "0" : "1")])
    let counts = call.service.counts.snapshot()
    family(
      "akin_http_requests_total", "counter", "Requests by status.",
      counts.statuses.sorted { $0.key < $1.key }.map { ("{status=\"\($0.key)\"}", "\($0.value)") })
    family("akin_http_connections", "gauge", "Connections that are open.", [("", "\(counts.connections)")])
    if let resident = status.memory.resident {
      family("process_resident_memory_bytes", "gauge", "Bytes in memory.", [("", "\(resident)")])
    }
    family("akin_uptime_seconds", "gauge", "Seconds since the start.", [("", "\(status.uptime)")])
    var answer = HTTPAnswer(text: text)
    answer.fields = [(name: "Content-Type", value: "text/plain; version=0.0.4; charset=utf-8")]
    return answer
  }
}
