/// The texts that `akin demo` plays with: those of the notebook this project started from (Tests/Fixtures/notebook.json).
enum DemoTexts {
  /// Compared with each other.
  static let sentences = [
    "The cat is running on the stairs",
    "A woman is eating a piece of bread.",
    "A man is eating a pasta.",
  ]

  /// What the questions are asked of.
  static let documents = [
    "Quantum mechanics describes the behavior of very small particles.",
    "Photosynthesis is the process by which green plants make food using sunlight.",
    "Shakespeare's plays are a testament to English literature.",
    "Artificial Intelligence aims to create machines that can think and learn.",
    "The pyramids of Egypt are historical monuments that have stood for thousands of years.",
    "Biology is the study of living organisms and their interactions with the environment.",
    "Music therapy can aid in the mental well-being of individuals.",
    "The Milky Way is just one of billions of galaxies in the universe.",
    "Economic theories help understand the distribution of resources in society.",
    "Yoga is an ancient practice that involves physical postures and meditation.",
  ]

  /// Hardly a word in common with the documents that answer them.
  static let questions = [
    "What is AI?",
    "Tell me about AI",
    "Do you know about the pyramids?",
    "How do plants survive?",
    "How do animals survive?",
  ]

  /// The word whose vector is looked at.
  static let ambiguousWord = "fire"

  /// Two sentences in which the word means to dismiss, and two in which it means flames.
  static let ambiguousSentences = [
    "They are going to fire him",
    "The company will fire two hundred workers",
    "He is sitting by the fire",
    "The fire is warm",
  ]
}
