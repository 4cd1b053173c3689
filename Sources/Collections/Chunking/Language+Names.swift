extension Language {
  /// What people call languages beside their identifiers and the endings of their files.
  private static let others: [String: String] = [
    "c++": "cpp", "c#": "csharp", "cs": "csharp", "objc": "objective-c", "objectivec": "objective-c", "golang": "go",
    "node": "javascript", "shell": "shellscript", "bash": "shellscript", "zsh": "shellscript", "sh": "shellscript",
    "text": "plaintext", "txt": "plaintext", "plain": "plaintext", "docker": "dockerfile", "make": "makefile",
    "latex": "latex", "tex": "latex", "f#": "fsharp", "vb": "vb", "visualbasic": "vb", "react": "javascriptreact",
    "ps1": "powershell", "pwsh": "powershell", "rst": "restructuredtext", "rest": "restructuredtext", "py3": "python",
    "python3": "python", "rustlang": "rust", "viml": "vim", "vimscript": "vim", "elisp": "lisp", "emacs-lisp": "lisp",
  ]

  /// The language that a person means: by its identifier, another name or the ending of its files, in any case.
  public static func meant(by name: String) -> Language? {
    let name = name.lowercased()
    if let language = named(name) { return language }
    if let other = others[name], let language = named(other) { return language }
    return LanguageTable.byExtension[name.hasPrefix(".") ? String(name.dropFirst()) : name]
  }

  /// All identifiers, sorted.
  public static var identifiers: [String] { LanguageTable.byID.keys.sorted() }
}
