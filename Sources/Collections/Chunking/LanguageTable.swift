/// The languages by the names of their files.
enum LanguageTable {
  private struct Entry {
    let language: Language
    let extensions: String
    var names = ""
    var interpreters = ""
  }

  static let byExtension = index(\.extensions)
  static let byName = index(\.names)
  static let byInterpreter = index(\.interpreters)
  static let byID = Dictionary(
    (entries.map(\.language) + [.plainText]).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })

  private static func index(_ words: (Entry) -> String) -> [String: Language] {
    var index: [String: Language] = [:]
    for entry in entries {
      for word in words(entry).split(separator: " ") { index[String(word)] = entry.language }
    }
    return index
  }

  private static let entries = declaring + markup + documents + plainBlocks

  /// Languages whose declarations are known by a word.
  private static let declaring: [Entry] = [
    Entry(
      language: Language(
        "swift", trivia: "// /* * @",
        declarations: """
          func:function init:constructor deinit:constructor subscript:function class:class actor:class struct:struct \
          enum:enum protocol:interface extension:class typealias:type associatedtype:type let:constant var:variable \
          macro:function
          """, nameBytes: "`."),
      extensions: "swift"),
    Entry(
      language: Language(
        "c", trivia: "// /* *", declarations: "struct:struct union:struct enum:enum typedef:type",
        hasBareFunctions: true),
      extensions: "c h"),
    Entry(
      language: Language(
        "cpp", trivia: "// /* * template [[",
        declarations: "class:class struct:struct union:struct enum:enum namespace:namespace typedef:type concept:type",
        hasBareFunctions: true, nameBytes: "~:"),
      extensions: "cc cpp cxx c++ hh hpp hxx ipp inl cu cuh"),
    Entry(
      language: Language(
        "objective-c", trivia: "// /* *", declarations: "@interface:class @implementation:class @protocol:interface",
        hasBareFunctions: true),
      extensions: "m mm"),
    Entry(
      language: Language("python", trivia: "# @", declarations: "def:function class:class"),
      extensions: "py pyi pyw", interpreters: "python pypy"),
    Entry(
      language: Language(
        "javascript", trivia: "// /* * @",
        declarations: """
          function:function class:class const:constant let:variable var:variable get:property set:property \
          constructor:constructor
          """, hasBareFunctions: true, nameBytes: "$#"),
      extensions: "js jsx mjs cjs", interpreters: "node deno bun"),
    Entry(
      language: Language(
        "typescript", trivia: "// /* * @",
        declarations: """
          function:function class:class interface:interface enum:enum namespace:namespace module:module type:type \
          const:constant let:variable var:variable constructor:constructor
          """, hasBareFunctions: true, nameBytes: "$#"),
      extensions: "ts tsx mts cts"),
    Entry(
      language: Language("go", trivia: "// /* *", declarations: "func:function type:type var:variable const:constant"),
      extensions: "go"),
    Entry(
      language: Language(
        "rust", trivia: "// /* * #[ #!",
        declarations: """
          fn:function struct:struct enum:enum union:struct trait:interface impl:class mod:module type:type \
          const:constant static:variable macro_rules!:function
          """),
      extensions: "rs"),
    Entry(
      language: Language(
        "java", trivia: "// /* * @", declarations: "class:class interface:interface enum:enum record:class",
        hasBareFunctions: true),
      extensions: "java"),
    Entry(
      language: Language(
        "kotlin", trivia: "// /* * @",
        declarations: """
          fun:function class:class interface:interface object:class typealias:type val:constant var:variable
          """, nameBytes: "`."),
      extensions: "kt kts"),
    Entry(
      language: Language(
        "scala", trivia: "// /* * @",
        declarations:
          "def:function class:class object:class trait:interface enum:enum type:type val:constant var:variable"),
      extensions: "scala sc"),
    Entry(
      language: Language(
        "csharp", trivia: "// /* * [",
        declarations: "class:class interface:interface struct:struct enum:enum record:class namespace:namespace",
        hasBareFunctions: true),
      extensions: "cs"),
    Entry(
      language: Language(
        "php", trivia: "// /* * # @",
        declarations: "function:function class:class interface:interface trait:interface enum:enum namespace:namespace"),
      extensions: "php"),
    Entry(
      language: Language(
        "ruby", trivia: "#", declarations: "def:function class:class module:module", nameBytes: ".?!:"),
      extensions: "rb rake gemspec", names: "rakefile gemfile vagrantfile", interpreters: "ruby"),
    Entry(
      language: Language("perl", trivia: "#", declarations: "sub:function package:module", nameBytes: ":"),
      extensions: "pl pm t", interpreters: "perl"),
    Entry(
      language: Language(
        "shellscript", trivia: "#", declarations: "function:function alias:constant", hasBareFunctions: true,
        nameBytes: "-:."),
      extensions: "sh bash zsh ksh fish", names: ".bashrc .zshrc .profile .bash_profile",
      interpreters: "sh bash zsh ksh dash fish"),
    Entry(
      language: Language("lua", trivia: "--", declarations: "function:function", nameBytes: ".:"),
      extensions: "lua", interpreters: "lua luajit"),
    Entry(
      language: Language(
        "vim", trivia: "\"",
        declarations: """
          function:function function!:function def:function def!:function command:function command!:function \
          augroup:namespace
          """, nameBytes: "#:."),
      extensions: "vim", names: ".vimrc vimrc"),
    Entry(
      language: Language(
        "lisp", trivia: ";",
        declarations: """
          defun:function defmacro:function defsubst:function cl-defun:function defmethod:function \
          cl-defmethod:function cl-defgeneric:function defgeneric:function defclass:class cl-defstruct:struct \
          defstruct:struct defvar:variable defvar-local:variable defparameter:variable defcustom:variable \
          defconst:constant defgroup:namespace defface:variable define:function define-minor-mode:function \
          define-derived-mode:function ert-deftest:function defn:function defn-:function def:variable \
          defprotocol:interface defrecord:class ns:namespace
          """, nameBytes: "-*+!?<>=/:&%."),
      extensions: "el lisp lsp cl scm ss rkt clj cljs cljc edn"),
    Entry(
      language: Language(
        "haskell", trivia: "--",
        declarations: "data:type newtype:type type:type class:interface instance:class module:module",
        nameBytes: "'."),
      extensions: "hs"),
    Entry(
      language: Language(
        "elixir", trivia: "# @", declarations: "def:function defp:function defmacro:function defmodule:module",
        nameBytes: ".?!"),
      extensions: "ex exs"),
    Entry(
      language: Language(
        "zig", trivia: "//", declarations: "fn:function const:constant var:variable test:function"),
      extensions: "zig"),
    Entry(
      language: Language("r", trivia: "#"), extensions: "r", interpreters: "rscript"),
    Entry(
      language: Language(
        "sql", trivia: "-- /* *",
        declarations: "table:struct view:struct function:function procedure:function trigger:function index:constant",
        nameBytes: ".\""),
      extensions: "sql"),
  ]

  /// Texts under headings.
  private static let markup: [Entry] = [
    Entry(
      language: Language("markdown", structure: .sections(.markdown)),
      extensions: "md markdown mdx mkd qmd rmd"),
    Entry(language: Language("org", structure: .sections(.org)), extensions: "org"),
    Entry(language: Language("asciidoc", structure: .sections(.asciidoc)), extensions: "adoc asciidoc asc"),
    Entry(
      language: Language("restructuredtext", structure: .sections(.restructuredText)), extensions: "rst rest"),
    Entry(language: Language("latex", structure: .sections(.latex)), extensions: "tex ltx"),
    Entry(
      language: .plainText, extensions: "txt text log",
      names: "readme license copying changelog authors notice todo news"),
  ]

  /// Documents whose text is taken out of them.
  private static let documents: [Entry] = [
    Entry(language: Language("jupyter"), extensions: "ipynb"),
    Entry(language: Language("pdf", structure: .paragraphs), extensions: "pdf"),
    Entry(language: Language("docx", structure: .paragraphs), extensions: "docx docm dotx"),
    Entry(language: Language("pptx", structure: .paragraphs), extensions: "pptx pptm ppsx"),
    Entry(language: Language("xlsx", structure: .paragraphs), extensions: "xlsx xlsm"),
    Entry(language: Language("odf", structure: .paragraphs), extensions: "odt ott odp ods"),
    Entry(language: Language("epub", structure: .paragraphs), extensions: "epub"),
    Entry(language: Language("rtf", structure: .paragraphs), extensions: "rtf"),
    Entry(language: Language("email", structure: .paragraphs), extensions: "eml mbox"),
    Entry(language: Language("subtitles", structure: .paragraphs), extensions: "srt vtt"),
  ]

  /// Blocks without declarations that are known by a word.
  private static let plainBlocks: [Entry] = [
    Entry(language: Language("json"), extensions: "json jsonc json5"),
    Entry(language: Language("jsonl", structure: .records(separator: nil)), extensions: "jsonl ndjson"),
    Entry(language: Language("yaml", trivia: "#"), extensions: "yml yaml"),
    Entry(language: Language("toml", trivia: "#"), extensions: "toml"),
    Entry(language: Language("ini", trivia: "# ;"), extensions: "ini cfg conf properties"),
    Entry(language: Language("html", trivia: "<!--"), extensions: "html htm xhtml vue svelte"),
    Entry(language: Language("xml", trivia: "<!--"), extensions: "xml xsl xsd plist"),
    Entry(language: Language("css", trivia: "/* *"), extensions: "css"),
    Entry(language: Language("scss", trivia: "// /* *"), extensions: "scss sass less"),
    Entry(
      language: Language("makefile", trivia: "#"), extensions: "mk mak", names: "makefile gnumakefile",
      interpreters: "make"),
    Entry(language: Language("cmake", trivia: "#"), extensions: "cmake", names: "cmakelists.txt"),
    Entry(
      language: Language("dockerfile", trivia: "#"), extensions: "dockerfile", names: "dockerfile containerfile"),
    Entry(
      language: Language("proto3", trivia: "//", declarations: "message:struct service:interface enum:enum"),
      extensions: "proto"),
    Entry(
      language: Language("graphql", trivia: "#", declarations: "type:type input:type enum:enum interface:interface"),
      extensions: "graphql gql"),
    Entry(language: Language("nix", trivia: "#"), extensions: "nix"),
    Entry(language: Language("terraform", trivia: "# //"), extensions: "tf hcl"),
    Entry(language: Language("asm", trivia: "; # //"), extensions: "s asm"),
    Entry(language: Language("csv", structure: .records(separator: UInt8(ascii: ","))), extensions: "csv"),
    Entry(language: Language("tsv", structure: .records(separator: UInt8(ascii: "\t"))), extensions: "tsv tab"),
  ]
}
