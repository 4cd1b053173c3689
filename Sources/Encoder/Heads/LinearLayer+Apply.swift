import ModelFiles
import Platform

extension LinearLayer {
  /// One vector through a layer in float32.
  func apply(to vector: KernelMemory<Float>, _ activation: DenseActivation, kernels: KernelTable) -> KernelMemory<Float>
  {
    precondition(vector.count == inputs, "a vector of \(vector.count) for \(inputs) inputs")
    let output = KernelMemory<Float>(count: outputs), all = 0..<outputs
    let view = RowView(output, rows: 0..<1, columns: all, stride: outputs)
    multiply(LayerInput(vector, width: inputs), rows: 0..<1, outputs: all, into: view, kernels: kernels)
    switch activation {
    case .identity: break
    case .relu: kernels.activate(view, .relu)
    case .gelu: kernels.activate(view, .gelu)
    case .tanh: output.all.copy(from: output.all.array.map { tanh($0) })
    case .sigmoid: output.all.copy(from: output.all.array.map { 1 / (1 + exp(-$0)) })
    }
    return output
  }
}
