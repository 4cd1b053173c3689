'use strict'
// What ties the session to the editor: commands, the search view, the status bar, progress. No logic.

const crypto = require('node:crypto')
const vscode = require('vscode')
const { AkinError } = require('./lib/connection')
const { page } = require('./lib/page')
const { Session, advice } = require('./lib/session')

/** @returns {import('./lib/session').Settings} */
function settings() {
  const values = vscode.workspace.getConfiguration('akin')
  return {
    command: values.get('command', 'akin'),
    shared: values.get('shared', true),
    limit: values.get('limit', 30),
    mode: values.get('mode', 'semantic'),
  }
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
  }

  /** The session with the settings and folders as they are, made when it is first used. */
  get session() {
    if (!this.openSession) {
      const folders = vscode.workspace.workspaceFolders ?? []
      const local = folders.filter((folder) => folder.uri.scheme === 'file').map((folder) => folder.uri.fsPath)
      if (local.length === 0) throw new AkinError('There is no folder on this machine to search: open one first')
      this.openSession = new Session(settings(), local)
    }
    return this.openSession
  }

  /** Ends the session; the next use makes one with the settings and folders of that time. */
  reset() {
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
      const places = await this.session.search(query)
      this.show(places.length === 0 && query.trim() !== '' ? 'Nothing found' : '', places)
    } catch (error) {
      if (!(error instanceof AkinError)) throw error
      // In the view, not in a message for every key.
      if (!error.isCancelled) this.show(advice(error, settings()).message, [])
    }
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
      const places = await this.session.similar(document.getText(range), lines)
      await this.focus('')
      const where = `${vscode.workspace.asRelativePath(document.uri)}:${lines.first + 1}`
      this.show(places.length === 0 ? `Nothing is like ${where}` : `Like ${where}`, places)
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
      const { added, updated, removed, unchanged, chunks } = total
      this.setStatus('$(search) Akin', `${chunks} chunks indexed`)
      vscode.window.showInformationMessage(
        `Akin: ${added} added, ${updated} updated, ${removed} removed, ${unchanged} unchanged; ${chunks} chunks`)
    } catch (error) {
      this.setStatus('$(search) Akin', 'Search by meaning')
      await this.complain(error)
    }
  }

  async status() {
    try {
      const lines = (await this.session.status()).map(({ folder, status }) => status
        ? `${folder}: ${status.documents} documents, ${status.chunks} chunks, updated ${status.updated}; ${status.model}`
        : `${folder}: not indexed`)
      vscode.window.showInformationMessage(`Akin: ${lines.join('; ')}`)
    } catch (error) {
      await this.complain(error)
    }
  }

  /** @param {import('vscode').TextDocument} document */
  saved(document) {
    if (document.uri.scheme === 'file') this.openSession?.saved(document.uri.fsPath, document.languageId, document.getText())
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
    if (message.type !== 'open') return
    const { place } = message
    const start = new vscode.Position(place.line, place.character)
    const shown = await vscode.window.showTextDocument(vscode.Uri.file(place.path), { preview: true })
    const end = shown.document.lineAt(Math.min(place.endLine, shown.document.lineCount - 1)).range.end
    shown.selection = new vscode.Selection(start, start)
    shown.revealRange(new vscode.Range(start, end), vscode.TextEditorRevealType.InCenterIfOutsideViewport)
  }
}

/** @param {import('vscode').ExtensionContext} context */
function activate(context) {
  const akin = new Akin(context)
  const { registerCommand } = vscode.commands
  context.subscriptions.push(
    { dispose: () => akin.reset() },
    akin.statusBar,
    vscode.window.registerWebviewViewProvider('akin.results', akin),
    registerCommand('akin.search', () => akin.focus()),
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
