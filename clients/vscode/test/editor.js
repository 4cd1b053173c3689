'use strict'
// A stand-in for the module `vscode`, as much of it as the extension uses: it keeps what the extension shows and registers.

const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const { fileURLToPath } = require('node:url')

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

/** A document whose text is `text`, or that of its file. */
function documentOf(fsPath, text) {
  const lines = () => (text ?? fs.readFileSync(fsPath, 'utf8')).split('\n')
  return {
    uri: { scheme: 'file', fsPath }, languageId: 'python', version: 1, isDirty: text !== undefined,
    getText: () => lines().join('\n'),
    lineAt: (number) => ({ range: new Range(new Position(number, 0), new Position(number, lines()[number].length)) }),
    get lineCount() { return lines().length },
  }
}

/** An editor with folders open. `settings` holds what differs from the defaults and may be changed. */
class Editor {
  constructor(folders, settings) {
    this.documents = []
    this.picks = []
    this.settings = settings
    this.commands = new Map()
    this.messages = []
    this.posted = []
    this.progress = []
    this.opened = []
    this.listeners = {}
    this.statusBar = { show() {}, dispose() {} }
    this.vscode = this.#module([folders].flat())
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

  #module(folders) {
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
      Location: class { constructor(uri, range) { Object.assign(this, { uri, range }) } },
      SymbolInformation: class {
        constructor(name, kind, containerName, location) { Object.assign(this, { name, kind, containerName, location }) }
      },
      languages: {
        registerWorkspaceSymbolProvider: (provider) => {
          this.symbols = provider
          return { dispose() {} }
        },
      },
      StatusBarAlignment: { Right: 2 },
      ProgressLocation: { Notification: 15 },
      TextEditorRevealType: { InCenterIfOutsideViewport: 2 },
      Uri: {
        file: (fsPath) => ({ scheme: 'file', fsPath }),
        parse: (uri) => ({ scheme: 'file', fsPath: fileURLToPath(uri) }),
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
        workspaceFolders: folders.map((fsPath) => ({ uri: { scheme: 'file', fsPath } })),
        textDocuments: this.documents,
        createFileSystemWatcher: () => ({
          onDidCreate: listen('created'), onDidChange: listen('changed'), onDidDelete: listen('deleted'), dispose() {},
        }),
        openTextDocument: async ({ fsPath }) => {
          const open = this.documents.find(({ uri }) => uri.fsPath === fsPath)
          if (!open && !fs.existsSync(fsPath)) throw new Error('no such file')
          return open ?? documentOf(fsPath)
        },
        getConfiguration: () => ({ get: (name, fallback) => this.settings[name] ?? fallback }),
        onDidChangeWorkspaceFolders: listen('folders'),
        onDidChangeConfiguration: listen('configuration'),
        onDidSaveTextDocument: listen('save'),
        asRelativePath: (uri) => path.relative(folders[0], uri.fsPath),
      },
      window: {
        createStatusBarItem: () => this.statusBar,
        registerWebviewViewProvider: (_, provider) => {
          this.provider = provider
          return { dispose() {} }
        },
        showErrorMessage: say('error'),
        showInformationMessage: say('information'),
        showWarningMessage: say('warning'),
        createQuickPick: () => {
          const heard = {}
          const pick = {
            value: '', items: [], selectedItems: [], heard, show() {}, dispose() {}, hide() { heard.hide?.() },
            onDidChangeValue: (f) => { heard.change = f }, onDidAccept: (f) => { heard.accept = f }, onDidHide: (f) => { heard.hide = f },
          }
          this.picks.push(pick)
          return pick
        },
        withProgress: (_, run) => run({ report: (step) => this.progress.push(step) }, { onCancellationRequested() {} }),
        showTextDocument: async (document) => {
          const shown = { uri: document.uri, document }
          shown.revealRange = (range) => { shown.revealed = range }
          this.opened.push(shown)
          return shown
        },
      },
    }
  }
}

module.exports = { Editor, Position, Range, Selection, documentOf }
