'use strict'
// package.json against the rules of VS Code's extension manifest, written out; and against what the extension does.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const { test } = require('node:test')

const root = path.join(__dirname, '..')
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
const { contributes } = manifest
const exists = (file) => fs.existsSync(path.join(root, file))
const commands = contributes.commands.map(({ command }) => command)

test('the fields that the marketplace and the editor need', () => {
  assert.match(manifest.name, /^[a-z0-9][a-z0-9-]*$/)
  assert.match(manifest.publisher, /^[a-z0-9][a-z0-9-]*$/i)
  assert.match(manifest.version, /^\d+\.\d+\.\d+$/)
  assert.match(manifest.engines.vscode, /^\^\d+\.\d+\.\d+$/)
  assert.ok(manifest.displayName && manifest.description)
  assert.ok(exists(manifest.main))
  const known = ['AI', 'Chat', 'Data Science', 'Debuggers', 'Education', 'Extension Packs', 'Formatters', 'Keymaps',
    'Language Packs', 'Linters', 'Machine Learning', 'Notebooks', 'Other', 'Programming Languages', 'SCM Providers',
    'Snippets', 'Testing', 'Themes', 'Visualization']
  for (const category of manifest.categories) assert.ok(known.includes(category), category)
  assert.ok(manifest.keywords.length <= 30)
})

test('only contribution points that VS Code has', () => {
  const known = ['commands', 'configuration', 'keybindings', 'menus', 'submenus', 'views', 'viewsContainers', 'viewsWelcome',
    'walkthroughs', 'languages', 'icons', 'colors']
  for (const point of Object.keys(contributes)) assert.ok(known.includes(point), point)
})

test('commands have an id under the extension and a title, each once', () => {
  assert.equal(new Set(commands).size, commands.length)
  for (const { command, title } of contributes.commands) {
    assert.match(command, /^akin\.[a-zA-Z]+$/)
    assert.ok(title.trim())
  }
})

test('activation events: none by hand, since those of commands and views follow from 1.74 on', () => {
  assert.deepEqual(manifest.activationEvents, [])
  const [major, minor] = manifest.engines.vscode.slice(1).split('.').map(Number)
  assert.ok(major > 1 || minor >= 74)
})

test('keys are bound to contributed commands, on every system', () => {
  for (const { command, key, mac } of contributes.keybindings) {
    assert.ok(commands.includes(command), command)
    assert.match(key, /^(ctrl|shift|alt)(\+\w+)+$/)
    assert.match(mac, /^(cmd|ctrl|shift|alt)(\+\w+)+$/)
  }
})

test('it runs where the files are, so that a remote folder is searched on its machine', () => {
  assert.deepEqual(manifest.extensionKind, ['workspace'])
})

test('menus name known places and contributed commands', () => {
  const known = ['commandPalette', 'editor/context', 'editor/title', 'explorer/context', 'view/title', 'view/item/context']
  for (const [menu, items] of Object.entries(contributes.menus)) {
    assert.ok(known.includes(menu), menu)
    for (const { command } of items) assert.ok(commands.includes(command), command)
  }
})

test('views are in contributed containers, with icons that exist', () => {
  const containers = Object.values(contributes.viewsContainers).flat()
  for (const { id, title, icon } of containers) {
    assert.match(id, /^[\w-]+$/)
    assert.ok(title)
    assert.ok(exists(icon), icon)
  }
  for (const [container, views] of Object.entries(contributes.views)) {
    assert.ok(containers.some(({ id }) => id === container), container)
    for (const { id, name, type, icon } of views) {
      assert.match(id, /^akin\.\w+$/)
      assert.ok(name)
      assert.ok(['tree', 'webview'].includes(type))
      assert.ok(exists(icon), icon)
    }
  }
})

test('settings have a type, a default of that type, a description and a scope that VS Code knows', () => {
  for (const [name, setting] of Object.entries(contributes.configuration.properties)) {
    assert.match(name, /^akin\.[a-zA-Z]+$/)
    assert.ok(setting.description || setting.markdownDescription, name)
    const type = { integer: 'number' }[setting.type] ?? setting.type
    assert.equal(typeof setting.default, type, name)
    if (setting.enum) assert.ok(setting.enum.includes(setting.default), name)
    if (setting.enum) assert.equal(setting.enumDescriptions.length, setting.enum.length, name)
    const scopes = ['application', 'machine', 'machine-overridable', 'window', 'resource', 'language-overridable']
    assert.ok(scopes.includes(setting.scope ?? 'window'), name)
  }
})

test('a program that a setting names is not run in a workspace that is not trusted, nor named by a workspace', () => {
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, false)
  assert.equal(contributes.configuration.properties['akin.command'].scope, 'machine')
})

/** Loads extension.js with a stand-in for the editor, which notes what is registered and asked for. */
function load(noted) {
  const disposable = { dispose() {} }
  const vscode = {
    StatusBarAlignment: { Right: 2 },
    languages: { registerWorkspaceSymbolProvider: () => disposable },
    commands: { registerCommand: (name) => (noted.commands.push(name), disposable) },
    window: {
      createStatusBarItem: () => ({ show() {}, ...disposable }),
      registerWebviewViewProvider: (id) => (noted.views.push(id), disposable),
    },
    workspace: {
      onDidChangeWorkspaceFolders: () => disposable,
      onDidChangeConfiguration: () => disposable,
      onDidSaveTextDocument: () => disposable,
      createFileSystemWatcher: () => ({
        onDidCreate: () => disposable, onDidChange: () => disposable, onDidDelete: () => disposable, ...disposable,
      }),
    },
  }
  const original = Module._load
  Module._load = (name, ...rest) => (name === 'vscode' ? vscode : original(name, ...rest))
  try {
    return require('../extension')
  } finally {
    Module._load = original
  }
}

test('activation registers every contributed command and view, and no other', () => {
  const noted = { commands: [], views: [] }
  const context = { subscriptions: [] }
  load(noted).activate(context)
  assert.deepEqual(noted.commands.sort(), [...commands].sort())
  assert.deepEqual(noted.views, contributes.views.akin.map(({ id }) => id))
  for (const item of context.subscriptions) assert.equal(typeof item.dispose, 'function')
})

test('every setting that the extension reads is contributed with the same default', () => {
  const source = fs.readFileSync(path.join(root, 'extension.js'), 'utf8')
  const read = [...source.matchAll(/values\.get\('(\w+)', ([^)]+)\)/g)]
  assert.equal(read.length, Object.keys(contributes.configuration.properties).length)
  for (const [, name, fallback] of read) {
    const { default: contributed } = contributes.configuration.properties[`akin.${name}`]
    assert.equal(String(contributed), fallback.replaceAll("'", ''), name)
  }
})

test('the page lets only its own script run, and the script makes no HTML of text', () => {
  const { page } = require('../lib/page')
  const html = page({ script: 'S', style: 'C', source: 'SOURCE', nonce: 'N' })
  assert.match(html, /default-src 'none'; style-src SOURCE; script-src 'nonce-N'"/)
  assert.equal(html.match(/<script/g).length, 1)
  assert.match(html, /<script nonce="N" src="S">/)
  const script = fs.readFileSync(path.join(root, 'media', 'search.js'), 'utf8')
  assert.doesNotMatch(script, /innerHTML|insertAdjacentHTML|document\.write|eval\(/)
  for (const [, id] of script.matchAll(/getElementById\('(\w+)'\)/g)) assert.match(html, new RegExp(`id="${id}"`))
})
