'use strict'

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { test, after } = require('node:test')
const { AkinError } = require('../lib/connection')
const { Session, advice, lineNow, serverArguments } = require('../lib/session')
const { makeFolder, makePartlyEmbedded, settings } = require('./support')

const folder = makeFolder()
const tide = path.join(folder, 'src', 'tide.py')
const session = new Session(settings, [folder])
after(() => session.dispose())

test('a folder that is not indexed is told of, with the way out', async () => {
  await assert.rejects(session.search('anything'), (error) => {
    assert.deepEqual(advice(error, settings), { message: 'This folder is not indexed yet.', action: 'index' })
    return true
  })
  assert.deepEqual(await session.status(), [{ folder, status: undefined }])
})

test('indexing counts documents and reports progress up to 100', async () => {
  let percentage = 0
  const total = await session.index(new AbortController().signal, (_message, increment) => { percentage += increment })
  assert.equal(total.added, 3)
  assert.ok(total.chunks >= 3)
  assert.equal(percentage, 100)
  assert.equal((await session.status())[0].status.documents, 3)
})

test('what has not changed is not indexed again', async () => {
  const total = await session.index(new AbortController().signal, () => {})
  assert.equal(total.added, 0)
  assert.equal(total.unchanged, 3)
})

test('search finds by meaning, with the place in the folder', async () => {
  const { places: [first], note } = await session.search('when does the water rise')
  assert.equal(note, '')
  assert.equal(first.path, tide)
  assert.equal(first.label, path.join('src', 'tide.py'))
  assert.equal(first.line, 0)
  assert.match(first.text, /^def high_water/)
  assert.equal((await session.search('how do plants get their energy')).places[0].label, path.join('docs', 'garden.md'))
  assert.deepEqual(await session.search('  '), { places: [], note: '' })
})

test('while a folder is indexed, how much of it was there when it was asked for', async () => {
  session.share.set(folder, 40)
  const found = session.search('when does the water rise')
  // The question is sent once it is known which folders are indexed.
  const request = session.connection.request
  session.connection.request = function (method, ...rest) {
    const answer = request.call(this, method, ...rest)
    if (method === 'search') session.share.clear()
    return answer
  }
  assert.match((await found).note, /^40% of /)
  session.connection.request = request
  assert.equal((await session.search('when does the water rise')).note, '')
})

test('what is embedded only in part says so', async () => {
  const partly = new Session(settings, [makePartlyEmbedded()])
  try {
    const { places, note } = await partly.search('what do ships carry')
    assert.ok(places.length > 0)
    assert.match(note, /^\d+% is embedded$/)
  } finally {
    partly.dispose()
  }
})

test('where nothing is near, that is said', async () => {
  const own = new Session({ ...settings, mode: 'hybrid' }, [folder])
  try {
    const { places, note } = await own.search('zqxvw frobnicate')
    assert.deepEqual(places, [])
    assert.match(note, /^no good match \(best -?0\.\d\d\)$/)
  } finally {
    own.dispose()
  }
})

test('a newer search cancels the older one', async () => {
  const older = session.search('how do plants get their energy')
  const newer = session.search('ask a customer for money')
  await assert.rejects(older, { isCancelled: true })
  assert.equal((await newer).places[0].label, path.join('src', 'mail.py'))
})

test('similar leaves out the lines that it starts from', async () => {
  const { places } = await session.similar('def high_water(harbour, day):', { path: tide, first: 0, last: 0 })
  assert.ok(places.length > 0)
  assert.ok(places.every((place) => place.path !== tide || place.line > 0))
})

test('a text of any length is looked for', async () => {
  const text = 'Bees carry pollen from one flower to the next, and so the apples grow.\n'.repeat(200)
  const { places } = await session.similar(text, { path: tide, first: 0, last: 0 })
  assert.equal(places[0].label, path.join('docs', 'garden.md'))
})

test('one folder that is not indexed does not keep the others from being searched', async () => {
  const other = path.join(path.dirname(folder), 'lighthouse')
  fs.mkdirSync(other)
  const both = new Session(settings, [other, folder])
  try {
    const { places, note } = await both.search('when does the water rise')
    assert.equal(places[0].label, path.join(path.basename(folder), 'src', 'tide.py'))
    assert.equal(note, 'lighthouse is not indexed yet')
  } finally {
    both.dispose()
  }
})

test('a folder whose index was dropped, or cannot be read, does not keep the others from being searched', async () => {
  const other = path.join(path.dirname(folder), 'dropped')
  fs.mkdirSync(other)
  fs.writeFileSync(path.join(other, 'lava.md'), 'Volcanoes throw out lava.\n')
  const both = new Session(settings, [other, folder])
  try {
    await both.index(new AbortController().signal, () => {})
    assert.equal((await both.search('lava')).places[0].label, path.join('dropped', 'lava.md'))
    await both.connection.request('index/drop', { collection: other })
    const { places, note } = await both.search('when does the water rise')
    assert.equal(places[0].path, tide)
    assert.equal(note, 'dropped is not indexed yet')
    const collections = path.join(process.env.AKIN_DATA, 'collections')
    await both.index(new AbortController().signal, () => {})
    const file = fs.readdirSync(collections).find((name) => /^dropped-.*sqlite$/.test(name))
    const own = new Session(settings, [other, folder])
    try {
      fs.rmSync(path.join(collections, `${file}-wal`), { force: true })
      fs.writeFileSync(path.join(collections, file), 'no database'.repeat(1000))
      const found = await own.search('when does the water rise')
      assert.equal(found.places[0].path, tide)
      assert.match(found.note, /^dropped is left out: .*damaged/)
      const { failures, unchanged } = await own.index(new AbortController().signal, () => {})
      assert.equal(unchanged, 3)
      assert.match(failures.join(), /^dropped: .*damaged/)
    } finally {
      own.dispose()
      for (const suffix of ['', '-wal', '-shm']) fs.rmSync(path.join(collections, file + suffix), { force: true })
    }
  } finally {
    both.dispose()
  }
})

test('unsaved documents are searched as they stand, until they are given up', async () => {
  const unsaved = []
  const own = new Session(settings, [folder], () => unsaved)
  const best = async () => (await own.search('lava and ashes')).places[0]
  try {
    const text = fs.readFileSync(tide, 'utf8') + '\nVolcanoes throw out lava.\n'
    unsaved.push({ path: tide, languageId: 'python', version: 1, text: () => text })
    assert.deepEqual([(await best()).label, (await best()).endLine], [path.join('src', 'tide.py'), 4])
    unsaved[0] = { path: tide, languageId: 'python', version: 2, text: () => `# one\n# two\n${text}` }
    assert.equal((await best()).endLine, 6)
    unsaved.pop()
    assert.doesNotMatch((await best()).text, /lava/)
  } finally {
    own.dispose()
  }
})

test('a place is where its first line is by now', () => {
  const place = { line: 1, found: 'two' }
  assert.equal(lineNow(place, ['one', 'two']), 1)
  assert.equal(lineNow(place, ['', '', 'one', '  two', 'three', 'two']), 3)
  assert.equal(lineNow(place, ['other']), 0)
})

test('indexing can be cancelled', async () => {
  await assert.rejects(session.index(AbortSignal.abort(), () => {}), { isCancelled: true })
})

test('the shared process is asked for by default, and its failure is not hidden', async () => {
  assert.deepEqual(serverArguments({ ...settings, shared: true }), ['serve', '--shared'])
  assert.deepEqual(serverArguments(settings), ['serve'])
  // The process of this test stays no longer than the test.
  const wrapper = path.join(path.dirname(folder), 'akin-that-goes')
  fs.writeFileSync(wrapper, '#!/bin/sh\nexec akin "$@" --shared-idle 0\n', { mode: 0o755 })
  const shared = { ...settings, command: wrapper, shared: true }
  const { message, action } = advice(new AkinError('the server ended twice (exit code 64)'), shared)
  assert.match(message, /akin\.shared/)
  assert.equal(action, 'settings')
  const other = new Session(shared, [folder])
  try {
    assert.equal((await other.search('when does the water rise')).places[0].path, tide)
  } finally {
    other.dispose()
  }
})
