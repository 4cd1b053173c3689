'use strict'
// The extension as the editor runs it, over a stand-in for the editor and the real server.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { after, test } = require('node:test')
const { Editor, Position, Range, Selection } = require('./editor')
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

test('a file that is saved is found by the next query', async () => {
  const file = path.join(folder, 'docs', 'fire.md')
  fs.writeFileSync(file, 'Volcanoes throw out lava.\n')
  editor.listeners.save({ uri: { scheme: 'file', fsPath: file }, languageId: 'markdown', getText: () => 'Volcanoes throw out lava.\n' })
  await editor.receive({ type: 'query', query: 'lava and ashes' })
  assert.equal(editor.last('results').places[0].label, path.join('docs', 'fire.md'))
})

test('every file of the extension that the page asks for is there', () => {
  const names = [...editor.webview.html.matchAll(/webview:([^"' ;]+\.(?:js|css))/g)].map(([, name]) => name)
  assert.equal(names.length, 2)
  for (const name of names) assert.ok(fs.existsSync(name), name)
})
