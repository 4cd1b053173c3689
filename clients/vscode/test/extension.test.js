'use strict'
// The extension as the editor runs it, over a stand-in for the editor and the real server.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { after, test } = require('node:test')
const { Editor, Position, Range, Selection, documentOf } = require('./editor')
const { makeFolder } = require('./support')

const folder = makeFolder()
const editor = new Editor(folder, { shared: false })
editor.activate()
after(() => editor.dispose())

test('a query in a folder that is not indexed is answered in the view', async () => {
  await editor.receive({ type: 'query', query: 'when does the water rise' })
  assert.deepEqual(editor.last('results'), { type: 'results', note: 'This folder is not indexed yet.', places: [] })
  assert.deepEqual(editor.messages, [])
})

test('status says so too', async () => {
  await editor.run('akin.status')
  assert.match(editor.messages.pop().text, /: not indexed$/)
})

test('a command that needs the index offers to make it, and makes it', async () => {
  const line = new Range(new Position(0, 0), new Position(0, 29))
  editor.vscode.window.activeTextEditor = {
    document: {
      uri: { fsPath: path.join(folder, 'src', 'tide.py') },
      lineAt: () => ({ range: line }),
      getText: () => 'def high_water(harbour, day):',
    },
    selection: new Selection(new Position(0, 4), new Position(0, 4)),
  }
  editor.answer = 'Index Now'
  await editor.run('akin.similar')
  editor.answer = undefined
  const [asked, done] = editor.messages.splice(0)
  assert.deepEqual([asked.kind, asked.buttons], ['error', ['Index Now']])
  assert.match(done.text, /^Akin: 3 added, 0 updated, 0 removed, 0 unchanged; \d+ chunks$/)
  assert.equal(editor.progress.reduce((sum, { increment }) => sum + increment, 0), 100)
  assert.match(editor.statusBar.tooltip, /chunks indexed$/)
})

test('a query finds places, and one of them is opened', async () => {
  await editor.receive({ type: 'query', query: 'when does the water rise' })
  const { note, places } = editor.last('results')
  assert.deepEqual([note, places[0].label], ['', path.join('src', 'tide.py')])
  await editor.receive({ type: 'open', place: places[0] })
  const [shown] = editor.opened
  assert.equal(shown.uri.fsPath, path.join(folder, 'src', 'tide.py'))
  assert.deepEqual(shown.selection.start, new Position(0, 0))
})

test('what is like the line of the cursor leaves that line out', async () => {
  await editor.run('akin.similar')
  const { note, places } = editor.last('results')
  assert.equal(note, `Like ${path.join('src', 'tide.py')}:1`)
  assert.ok(places.length > 0 && places.every(({ label }) => label !== path.join('src', 'tide.py')))
  assert.equal(editor.executed, 'akin.results.focus')
})

test('a program that is missing is told of, with a way to the settings; a changed setting is used at once', async () => {
  editor.settings.command = 'no-such-akin'
  editor.listeners.configuration({ affectsConfiguration: () => true })
  await editor.run('akin.status')
  const { text, buttons } = editor.messages.pop()
  assert.match(text, /no-such-akin is not on the PATH/)
  assert.deepEqual(buttons, ['Open Settings'])
  delete editor.settings.command
  editor.listeners.configuration({ affectsConfiguration: () => true })
  await editor.run('akin.status')
  assert.match(editor.messages.pop().text, /3 documents/)
})

test('a place that has moved is found where it is, and one that is gone is told of', async () => {
  const file = path.join(folder, 'docs', 'moved.md')
  fs.writeFileSync(file, '# New\n\nVolcanoes throw out lava.\n')
  const place = { path: file, label: 'moved.md', line: 0, endLine: 0, character: 0, found: 'Volcanoes throw out lava.' }
  await editor.receive({ type: 'open', place })
  assert.deepEqual(editor.opened.at(-1).selection.start, new Position(2, 0))
  fs.rmSync(file)
  await editor.receive({ type: 'open', place })
  assert.deepEqual(editor.messages.pop(), { kind: 'warning', text: 'Akin: moved.md is gone; search again', buttons: [] })
})

test('the quick pick searches as somebody types, and opens what is chosen', async () => {
  editor.run('akin.pick')
  const pick = editor.picks.at(-1)
  pick.value = 'when does the water rise'
  pick.heard.change(pick.value)
  while (pick.items.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(pick.items[0].label, 'def high_water(harbour, day):')
  assert.ok(pick.items.every(({ alwaysShow }) => alwaysShow))
  pick.selectedItems = [pick.items[0]]
  await pick.heard.accept()
  assert.equal(editor.opened.at(-1).uri.fsPath, path.join(folder, 'src', 'tide.py'))
})

test('workspace symbols are found by meaning', async () => {
  const symbols = await editor.symbols.provideWorkspaceSymbols('when does the water rise', { onCancellationRequested() {} })
  assert.equal(symbols[0].name, 'high_water')
  assert.equal(symbols[0].kind, 11) // the editor's Function
  assert.equal(symbols[0].location.uri.fsPath, path.join(folder, 'src', 'tide.py'))
})

test('a document with unsaved changes is searched as it stands', async () => {
  const file = path.join(folder, 'src', 'mail.py')
  editor.documents.push(documentOf(file, 'Volcanoes throw out lava.\n'))
  await editor.receive({ type: 'query', query: 'lava and ashes' })
  assert.equal(editor.last('results').places[0].label, path.join('src', 'mail.py'))
  editor.documents.pop()
})

test('a file that is saved is found by the next query', async () => {
  const file = path.join(folder, 'docs', 'fire.md')
  fs.writeFileSync(file, 'Volcanoes throw out lava.\n')
  editor.listeners.save({ uri: { scheme: 'file', fsPath: file }, languageId: 'markdown', version: 1, getText: () => 'Volcanoes throw out lava.\n' })
  await editor.receive({ type: 'query', query: 'lava and ashes' })
  assert.equal(editor.last('results').places[0].label, path.join('docs', 'fire.md'))
})

test('a file that another program writes is found', async () => {
  const file = path.join(folder, 'docs', 'ice.md')
  fs.writeFileSync(file, 'Glaciers creep down to the sea.\n')
  editor.listeners.created({ scheme: 'file', fsPath: file })
  let first
  for (let tries = 0; tries < 100 && first !== path.join('docs', 'ice.md'); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    await editor.receive({ type: 'query', query: 'frozen rivers on a mountain' })
    first = editor.last('results').places[0].label
  }
  assert.equal(first, path.join('docs', 'ice.md'))
  fs.rmSync(file)
})

test('every file of the extension that the page asks for is there', () => {
  const names = [...editor.webview.html.matchAll(/webview:([^"' ;]+\.(?:js|css))/g)].map(([, name]) => name)
  assert.equal(names.length, 2)
  for (const name of names) assert.ok(fs.existsSync(name), name)
})
