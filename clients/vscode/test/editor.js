'use strict'
// A stand-in for the module `vscode`, as much of it as the extension uses: it keeps what the extension shows and registers.

const Module = require('node:module')
const path = require('node:path')

class Position {
  constructor(line, character) { Object.assign(this, { line, character }) }
}

class Range {
  constructor(start, end) { Object.assign(this, { start, end }) }
}

class Selection extends Range {
  get isEmpty() { return this.start.line === this.end.line && this.start.character === this.end.character }
  get active() { return this.end }
}

/** An editor with one folder open. `settings` holds what differs from the defaults and may be changed. */
class Editor {
  constructor(folder, settings) {
    this.settings = settings
    this.commands = new Map()
    this.messages = []
    this.posted = []
    this.progress = []
    this.opened = []
    this.listeners = {}
    this.statusBar = { show() {}, dispose() {} }
    this.vscode = this.#module(folder)
  }

  /** Activates the extension and opens its view. */
  activate() {
    const original = Module._load
    Module._load = (name, ...rest) => (name === 'vscode' ? this.vscode : original(name, ...rest))
    try {
      delete require.cache[require.resolve('../extension')]
      this.context = { subscriptions: [], extensionUri: this.vscode.Uri.file(path.join(__dirname, '..')) }
      require('../extension').activate(this.context)
    } finally {
      Module._load = original
    }
    this.webview = {
      postMessage: (message) => this.posted.push(message),
      onDidReceiveMessage: (listener) => { this.receive = listener },
      asWebviewUri: (uri) => ({ toString: () => `webview:${uri.fsPath}` }),
      cspSource: 'webview:',
    }
    this.provider.resolveWebviewView({ webview: this.webview, onDidDispose() {} })
  }

  run(command) { return this.commands.get(command)() }

  /** What the view was sent last under this type. */
  last(type) { return this.posted.filter((message) => message.type === type).at(-1) }

  dispose() { for (const item of this.context.subscriptions) item.dispose() }

  #module(folder) {
    const say = (kind) => async (text, ...buttons) => {
      this.messages.push({ kind, text, buttons })
      return this.answer
    }
    const listen = (name) => (listener) => {
      this.listeners[name] = listener
      return { dispose() {} }
    }
    return {
      Position, Range, Selection,
      StatusBarAlignment: { Right: 2 },
      ProgressLocation: { Notification: 15 },
      TextEditorRevealType: { InCenterIfOutsideViewport: 2 },
      Uri: {
        file: (fsPath) => ({ scheme: 'file', fsPath }),
        joinPath: (uri, ...parts) => ({ scheme: 'file', fsPath: path.join(uri.fsPath, ...parts) }),
      },
      commands: {
        registerCommand: (name, run) => {
          this.commands.set(name, run)
          return { dispose() {} }
        },
        executeCommand: async (name) => { this.executed = name },
      },
      workspace: {
        workspaceFolders: [{ uri: { scheme: 'file', fsPath: folder } }],
        getConfiguration: () => ({ get: (name, fallback) => this.settings[name] ?? fallback }),
        onDidChangeWorkspaceFolders: listen('folders'),
        onDidChangeConfiguration: listen('configuration'),
        onDidSaveTextDocument: listen('save'),
        asRelativePath: (uri) => path.relative(folder, uri.fsPath),
      },
      window: {
        createStatusBarItem: () => this.statusBar,
        registerWebviewViewProvider: (_, provider) => {
          this.provider = provider
          return { dispose() {} }
        },
        showErrorMessage: say('error'),
        showInformationMessage: say('information'),
        withProgress: (_, run) => run({ report: (step) => this.progress.push(step) }, { onCancellationRequested() {} }),
        showTextDocument: async (uri) => {
          const shown = { uri, document: { lineCount: 3, lineAt: () => ({ range: new Range(new Position(0, 0), new Position(0, 9)) }) } }
          shown.revealRange = (range) => { shown.revealed = range }
          this.opened.push(shown)
          return shown
        },
      },
    }
  }
}

module.exports = { Editor, Position, Range, Selection }
