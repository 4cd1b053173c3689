'use strict'
// What ties the session to the editor: commands, the search view, the quick pick, symbols, the status bar, progress. No logic.

const crypto = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const vscode = require('vscode')
const { AkinError } = require('./lib/connection')
const { page } = require('./lib/page')
const { openPicker } = require('./lib/picker')
const { Session, advice, lineNow } = require('./lib/session')

/** Between the first news of changed files and their being told: a checkout changes many. */
const watchDelay = 500 // milliseconds

/** The program that a package for one platform brings along. */
const ownProgram = path.join(__dirname, 'bin', process.platform === 'win32' ? 'akin.exe' : 'akin')

/** @returns {import('./lib/session').Settings} */
function settings() {
  const values = vscode.workspace.getConfiguration('akin')
  const command = values.get('command', 'akin')
  return {
    command: command === 'akin' && fs.existsSync(ownProgram) ? ownProgram : command.replace(/^~(?=[/\\])/, os.homedir()),
    shared: values.get('shared', true),
    limit: values.get('limit', 30),
    mode: values.get('mode', 'hybrid'),
  }
}

/**
 * @param {import('vscode').TextDocument} document
 * @returns {import('./lib/documents').Document}
 */
function documentOf(document) {
  const { languageId, version } = document
  return { path: document.uri.fsPath, languageId, version, text: () => document.getText() }
}

/** The files with changes that are not saved. */
function unsavedDocuments() {
  return vscode.workspace.textDocuments.filter(({ uri, isDirty }) => uri.scheme === 'file' && isDirty).map(documentOf)
}

class Akin {
  /** @param {import('vscode').ExtensionContext} context */
  constructor(context) {
    this.context = context
    /** @type {Session | undefined} */
    this.openSession = undefined
    /** @type {import('vscode').WebviewView | undefined} */
    this.view = undefined
    this.statusBar = vscode.window.createStatusBarItem('akin.status', vscode.StatusBarAlignment.Right, 50)
    this.statusBar.name = 'Akin'
    this.statusBar.command = 'akin.search'
    this.setStatus('$(search) Akin', 'Search by meaning')
    /** @type {Set<string>} paths of files that have changed and that the server was not told of */
    this.changedFiles = new Set()
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.watchTimer = undefined
  }

  /** The session with the settings and folders as they are, made when it is first used. */
  get session() {
    if (!this.openSession) {
      const folders = vscode.workspace.workspaceFolders ?? []
      const local = folders.filter((folder) => folder.uri.scheme === 'file').map((folder) => folder.uri.fsPath)
      if (local.length === 0) throw new AkinError('There is no folder on this machine to search: open one first')
      this.openSession = new Session(settings(), local, unsavedDocuments)
    }
    return this.openSession
  }

  /** Ends the session; the next use makes one with the settings and folders of that time. */
  reset() {
    clearTimeout(this.watchTimer)
    this.watchTimer = undefined
    this.openSession?.dispose()
    this.openSession = undefined
  }

  /**
   * @param {string} text
   * @param {string} tooltip
   */
  setStatus(text, tooltip) {
    this.statusBar.text = text
    this.statusBar.tooltip = tooltip
    this.statusBar.show()
  }

  /**
   * Tells of a failure, with a button for what helps. A cancellation is no failure.
   * @param {unknown} error
   */
  async complain(error) {
    if (!(error instanceof AkinError)) throw error
    if (error.isCancelled) return
    const { message, action } = advice(error, settings())
    const button = action && { index: 'Index Now', settings: 'Open Settings' }[action]
    const chosen = await vscode.window.showErrorMessage(`Akin: ${message}`, ...(button ? [button] : []))
    if (chosen === 'Index Now') await this.index()
    if (chosen === 'Open Settings') await vscode.commands.executeCommand('workbench.action.openSettings', 'akin')
  }

  /**
   * @param {string} note
   * @param {import('./lib/session').Place[]} places
   */
  show(note, places) {
    this.view?.webview.postMessage({ type: 'results', note, places })
  }

  /** @param {string} query what was typed in the view */
  async typed(query) {
    try {
      const { places, note } = await this.session.search(query)
      this.show(places.length === 0 && query.trim() !== '' ? ['Nothing found', note].filter(Boolean).join('; ') : note, places)
    } catch (error) {
      // In the view, not in a message for every key.
      const reason = this.reason(error)
      if (reason) this.show(reason, [])
    }
  }

  /**
   * What a failure is about, for a place that is shown while somebody types; empty for a cancellation.
   * @param {unknown} error
   */
  reason(error) {
    if (!(error instanceof AkinError)) throw error
    return error.isCancelled ? '' : advice(error, settings()).message
  }

  pick() {
    openPicker((query) => this.session.search(query), (place) => this.open(place), (error) => this.reason(error))
  }

  /**
   * @param {string} query
   * @param {import('vscode').CancellationToken} token
   */
  async provideWorkspaceSymbols(query, token) {
    const aborter = new AbortController()
    token.onCancellationRequested(() => aborter.abort())
    try {
      const symbols = await this.session.symbols(query, aborter.signal)
      return symbols.map(({ name, kind, containerName, location }) => {
        const { start, end } = location.range
        const range = new vscode.Range(new vscode.Position(start.line, start.character), new vscode.Position(end.line, end.character))
        // LSP counts its kinds from 1, the editor from 0.
        return new vscode.SymbolInformation(name, kind - 1, containerName ?? '', new vscode.Location(vscode.Uri.parse(location.uri), range))
      })
    } catch (error) {
      // Other providers' symbols are shown all the same.
      if (error instanceof AkinError) return []
      throw error
    }
  }

  /** @param {import('vscode').Uri} uri of a file that some program has made, changed or deleted */
  fileChanged(uri) {
    if (!this.openSession || uri.scheme !== 'file') return
    this.changedFiles.add(uri.fsPath)
    this.watchTimer ??= setTimeout(() => {
      this.watchTimer = undefined
      this.openSession?.filesChanged([...this.changedFiles])
      this.changedFiles.clear()
    }, watchDelay)
  }

  /** @param {string} [query] */
  async focus(query) {
    await vscode.commands.executeCommand('akin.results.focus')
    this.view?.webview.postMessage({ type: 'focus', query })
  }

  async similar() {
    const editor = vscode.window.activeTextEditor
    if (!editor) return
    const { document, selection } = editor
    const range = selection.isEmpty ? document.lineAt(selection.active.line).range : selection
    const lines = { path: document.uri.fsPath, first: range.start.line, last: range.end.line }
    try {
      // Before there is anything to show: what comes later takes no focus.
      await this.focus('')
      const { places, note } = await this.session.similar(document.getText(range), lines)
      const where = `${vscode.workspace.asRelativePath(document.uri)}:${lines.first + 1}`
      this.show([places.length === 0 ? `Nothing is like ${where}` : `Like ${where}`, note].filter(Boolean).join('; '), places)
    } catch (error) {
      await this.complain(error)
    }
  }

  async index() {
    try {
      const session = this.session
      const progress = { location: vscode.ProgressLocation.Notification, title: 'Akin: indexing', cancellable: true }
      const total = await vscode.window.withProgress(progress, (report, token) => {
        const aborter = new AbortController()
        token.onCancellationRequested(() => aborter.abort())
        return session.index(aborter.signal, (message, increment) => {
          report.report({ message, increment })
          this.setStatus('$(sync~spin) Akin', message)
        })
      })
      const { added, updated, removed, unchanged, skipped, chunks, failures } = total
      const left = skipped > 0 ? `, ${skipped} left out` : ''
      this.setStatus('$(search) Akin', `${chunks} chunks indexed`)
      vscode.window.showInformationMessage(
        `Akin: ${added} added, ${updated} updated, ${removed} removed, ${unchanged} unchanged${left}; ${chunks} chunks`)
      if (failures.length > 0) vscode.window.showWarningMessage(`Akin: not indexed: ${failures.join('; ')}`)
    } catch (error) {
      this.setStatus('$(search) Akin', 'Search by meaning')
      await this.complain(error)
    }
  }

  async status() {
    try {
      const lines = (await this.session.status()).map(({ folder, status }) => status
        ? `${folder}: ${status.documents} documents, ${status.chunks} chunks, updated ${status.updatedAt}; ${status.model}`
        : `${folder}: not indexed`)
      vscode.window.showInformationMessage(`Akin: ${lines.join('; ')}`)
    } catch (error) {
      await this.complain(error)
    }
  }

  /** @param {import('vscode').TextDocument} document */
  saved(document) {
    if (document.uri.scheme === 'file') this.openSession?.saved(documentOf(document))
  }

  /** @param {import('vscode').WebviewView} view */
  resolveWebviewView(view) {
    this.view = view
    view.onDidDispose(() => { this.view = undefined })
    const media = vscode.Uri.joinPath(this.context.extensionUri, 'media')
    const address = (/** @type {string} */ name) => view.webview.asWebviewUri(vscode.Uri.joinPath(media, name)).toString()
    view.webview.options = { enableScripts: true, localResourceRoots: [media] }
    view.webview.onDidReceiveMessage((message) => this.receive(message))
    view.webview.html = page({
      script: address('search.js'),
      style: address('search.css'),
      source: view.webview.cspSource,
      nonce: crypto.randomBytes(16).toString('hex'),
    })
  }

  /** @param {any} message of the view's script */
  async receive(message) {
    if (message.type === 'query') return this.typed(message.query)
    if (message.type === 'ready' && message.query) return this.typed(message.query)
    if (message.type === 'index') return this.index()
    if (message.type === 'open') return this.open(message.place)
  }

  /**
   * Goes to a place, which may be elsewhere in its file by now.
   * @param {import('./lib/session').Place} place
   */
  async open(place) {
    let document
    try {
      document = await vscode.workspace.openTextDocument(vscode.Uri.file(place.path))
    } catch {
      vscode.window.showWarningMessage(`Akin: ${place.label} is gone; search again`)
      return
    }
    const shown = await vscode.window.showTextDocument(document, { preview: true })
    const line = lineNow(place, document.getText().split(/\r?\n/))
    const start = new vscode.Position(line, place.character)
    const end = document.lineAt(Math.min(place.endLine + line - place.line, document.lineCount - 1)).range.end
    shown.selection = new vscode.Selection(start, start)
    shown.revealRange(new vscode.Range(start, end), vscode.TextEditorRevealType.InCenterIfOutsideViewport)
  }
}

/** @param {import('vscode').ExtensionContext} context */
function activate(context) {
  const akin = new Akin(context)
  const { registerCommand } = vscode.commands
  const watcher = vscode.workspace.createFileSystemWatcher('**/*')
  context.subscriptions.push(
    { dispose: () => akin.reset() },
    akin.statusBar,
    vscode.window.registerWebviewViewProvider('akin.results', akin),
    registerCommand('akin.search', () => akin.focus()),
    registerCommand('akin.pick', () => akin.pick()),
    vscode.languages.registerWorkspaceSymbolProvider(akin),
    watcher,
    watcher.onDidCreate((uri) => akin.fileChanged(uri)),
    watcher.onDidChange((uri) => akin.fileChanged(uri)),
    watcher.onDidDelete((uri) => akin.fileChanged(uri)),
    registerCommand('akin.similar', () => akin.similar()),
    registerCommand('akin.index', () => akin.index()),
    registerCommand('akin.status', () => akin.status()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => akin.reset()),
    vscode.workspace.onDidSaveTextDocument((document) => akin.saved(document)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('akin')) akin.reset()
    }),
  )
}

module.exports = { activate }
