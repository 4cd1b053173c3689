'use strict'

const assert = require('node:assert/strict')
const { test, after } = require('node:test')
const { Connection } = require('../lib/connection')

const connections = []
function connect(...command) {
  const connection = new Connection(command[0], command.slice(1))
  connections.push(connection)
  return connection
}
after(() => connections.forEach((connection) => connection.dispose()))

test('nothing is started before the first request, and one server answers all', async () => {
  const akin = connect('akin', 'serve')
  assert.equal(akin.process, undefined)
  const [left, right] = await Promise.all([
    akin.request('similarity', { left: 'a cat', right: 'a dog' }),
    akin.request('tokenize', { input: 'hello' }),
  ])
  assert.ok(left.scores[0][0] > 0.4)
  assert.deepEqual(right.encodings[0].ids, [101, 7592, 102])
})

test('an error has the code and the message of the server', async () => {
  await assert.rejects(connect('akin', 'serve').request('no/such/method', {}), { code: -32601, message: /no\/such\/method/ })
})

test('a program that is no server is told, and left', async () => {
  const other = connect('/bin/sh', '-c', 'echo Welcome; exec cat >/dev/null')
  await assert.rejects(other.request('embed', { input: 'x' }), { code: 0, message: /is no Akin server: it wrote 'Welcome'/ })
  assert.equal(other.isRunning, false)
})

test('offsets count UTF-16 units', async () => {
  const { encodings } = await connect('akin', 'serve').request('tokenize', { input: '😀 cat' })
  assert.deepEqual(encodings[0].offsets.at(-2), [3, 6])
})

test('a signal cancels a request, before and while it runs', async () => {
  const akin = connect('akin', 'serve')
  const input = Array.from({ length: 4000 }, (_, i) => `text number ${i}, long enough to keep the encoder at work for a while`)
  const aborter = new AbortController()
  const running = akin.request('embed', { input, dtype: 'ubinary', encodingFormat: 'base64' }, { signal: aborter.signal })
  aborter.abort()
  await assert.rejects(running, { code: -32800, isCancelled: true })
  await assert.rejects(akin.request('tokenize', { input: 'x' }, { signal: aborter.signal }), { isCancelled: true })
})

test('progress comes to the request that asked for it', async () => {
  const kinds = []
  const onProgress = (value) => kinds.push(value.kind)
  await connect('akin', 'serve').request('embed', { input: ['a', 'b'], dtype: 'ubinary' }, { onProgress })
  assert.equal(kinds[0], 'begin')
  assert.equal(kinds.at(-1), 'end')
})

test('a server that dies is started again, once a request', async () => {
  const akin = connect('akin', 'serve')
  await akin.request('tokenize', { input: 'x' })
  const first = akin.process
  first.kill('SIGSTOP') // so that the request still waits when the server dies
  const asked = akin.request('tokenize', { input: 'hello' })
  first.kill('SIGKILL')
  assert.equal((await asked).encodings[0].ids.length, 3)
  assert.notEqual(akin.process, first)
})

test('a request whose shared process ended is asked again, once', async () => {
  // A relay that answers -32019 to the first `count` requests, since no test can end the real process at the right moment.
  const relay = (count) => connect(process.execPath, '-e', `
    let asked = 0
    require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id } = JSON.parse(line)
      if (!id) return
      const answer = ++asked > ${count} ? { result: asked } : { error: { code: -32019, message: 'it ended' } }
      console.log(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
    })`)
  assert.equal(await relay(1).request('search', {}), 2)
  await assert.rejects(relay(2).request('search', {}), { code: -32019 })
})

test('a server that dies twice is told of, with what it said', async () => {
  const broken = connect('sh', '-c', 'read line; echo out of luck >&2; exit 3')
  await assert.rejects(broken.request('tokenize', { input: 'x' }), { message: 'the server ended twice (exit code 3: out of luck)' })
})

test('a missing program is named, with what to do', async () => {
  await assert.rejects(connect('no-such-akin').request('tokenize', {}), { code: 0, message: /^no-such-akin is not on the PATH: build it/ })
})

test('disposing rejects what waits', async () => {
  const akin = connect('akin', 'serve')
  const asked = akin.request('model/info', {})
  akin.dispose()
  await assert.rejects(asked, { message: 'the server was stopped' })
})
