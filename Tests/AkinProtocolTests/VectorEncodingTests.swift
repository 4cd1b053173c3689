import AkinProtocol
import AkinTestSupport
import JSON
import Testing

/// The narrow forms of vectors. Expected values come from NumPy 2: `packbits(v > 0)`, `rint(v * (127 / max(abs(v))))`
/// in float64, and `v.tobytes()`.
@Suite struct VectorEncodingTests {
  private static let vector: [Float] = [0.5, -1.25, 0, 3.0, 1e-3, -3.0, 2.9, -0.0, 1.5]

  @Test func signBitsAreNumpysPackbits() {
    #expect(VectorQuantizer.ubinary(Self.vector) == [154, 128])
    #expect(VectorQuantizer.ubinary([]) == [])
    #expect(VectorQuantizer.ubinary([Float](repeating: 1, count: 16)) == [255, 255])
  }

  @Test func int8HasTheVectorsOwnRange() {
    let (values, scale) = VectorQuantizer.int8(Self.vector)
    #expect(values == [21, -53, 0, 127, 0, -127, 123, 0, 64])
    #expect(scale == 0.023622047)
  }

  @Test func int8RestoresWithinHalfAStep() {
    var random = SeededRandom(seed: 1)
    for length in [1, 7, 384] {
      let vector = (0..<length).map { _ in Float.random(in: -0.2...0.2, using: &random) }
      let (values, scale) = VectorQuantizer.int8(vector)
      #expect(zip(values, vector).allSatisfy { abs(Float($0) * scale - $1) <= scale * 0.5001 })
    }
  }

  @Test(arguments: [[0, 0], [], [Float.nan], [Float.infinity, 1], [Float.leastNonzeroMagnitude]])
  func int8TakesAnyFloat(_ vector: [Float]) {
    let (values, scale) = VectorQuantizer.int8(vector)
    #expect(values.count == vector.count && scale.isFinite)
  }

  @Test func base64IsThatOfTheSpecification() {
    // RFC 4648, section 10.
    let vectors = [
      "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy",
    ]
    for (text, base64) in vectors {
      #expect(Base64.encode(Array(text.utf8)) == base64)
      #expect(Base64.decode(base64) == Array(text.utf8))
    }
  }

  @Test(arguments: ["Zg", "Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zm9v Zg==", "Zm-v", "Zg==Zg==", "é+=="])
  func base64RefusesWhatItNeverWrites(_ text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test func base64OfRandomBytesComesBack() {
    var random = SeededRandom(seed: 2)
    for length in 0..<100 {
      let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
  }

  @Test func float32BytesAreLittleEndian() {
    let base64 = "AAAAPwAAoL8AAAAAAABAQG8SgzoAAEDAmpk5QAAAAIAAAMA/"
    #expect(Base64.encode(Float32Bytes.encode(Self.vector)) == base64)
    #expect(Base64.decode(base64).flatMap(Float32Bytes.decode) == Self.vector)
    #expect(Float32Bytes.decode([1, 2, 3]) == nil)
  }

  @Test func everyFormIsWrittenAsItsNameSays() throws {
    let vector: [Float] = [0.5, -1]
    let expected: [(EmbeddingDataType, EmbeddingEncodingFormat, String)] = [
      (.float32, .float, "[0.5,-1.0]"), (.float32, .base64, #"{"base64":"AAAAPwAAgL8=","dtype":"float32"}"#),
      (.int8, .float, "[64,-127]"),
      (.int8, .base64, #"{"base64":"QIE=","dtype":"int8"}"#), (.ubinary, .float, "[128]"),
      (.ubinary, .base64, #"{"base64":"gA==","dtype":"ubinary"}"#),
    ]
    for (type, format, text) in expected {
      let (encoded, scale) = EmbeddingVector.encoded(vector, dataType: type, format: format)
      #expect(String(decoding: encoded.json.serialized(), as: UTF8.self) == text)
      #expect((scale != nil) == (type == .int8))
      try expectRoundTrip(encoded)
    }
  }
}
