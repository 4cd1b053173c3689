'use strict'
// The package as the marketplace and the editor read it.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { after, test } = require('node:test')

const root = path.join(__dirname, '..')
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'akin-vsix-'))
after(() => fs.rmSync(work, { recursive: true }))
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))

/** Builds a package, and gives the texts and the modes of its files by name. */
function build(...options) {
  const output = path.join(work, 'akin.vsix')
  execFileSync('python3', [path.join(root, 'package.py'), output, ...options])
  const reader = `
import json, sys, zipfile
package = zipfile.ZipFile(sys.argv[1])
assert package.testzip() is None
print(json.dumps({e.filename: [oct(e.external_attr >> 16), package.read(e).decode('utf-8', 'replace')] for e in package.infolist()}))`
  return JSON.parse(execFileSync('python3', ['-c', reader, output], { maxBuffer: 1 << 28 }).toString())
}

test('the package holds what runs, and nothing else', () => {
  const names = Object.keys(build())
  for (const name of ['extension.vsixmanifest', '[Content_Types].xml', 'extension/package.json', 'extension/readme.md',
    'extension/LICENSE.txt', `extension/${manifest.icon}`, 'extension/extension.js']) assert.ok(names.includes(name), name)
  for (const file of fs.readdirSync(path.join(root, 'lib'))) assert.ok(names.includes(`extension/lib/${file}`), file)
  assert.ok(names.every((name) => !name.includes('test') && !name.endsWith('.py')), names.join())
})

test('its manifest says what package.json says, and names files that are there', () => {
  const files = build()
  const [, xml] = files['extension.vsixmanifest']
  assert.match(xml, new RegExp(`Id="${manifest.name}" Version="${manifest.version}" Publisher="${manifest.publisher}" />`))
  assert.match(xml, /Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace"/)
  assert.ok(xml.includes(`Id="Microsoft.VisualStudio.Code.Engine" Value="${manifest.engines.vscode}"`))
  const paths = [...xml.matchAll(/Path="([^"]+)"/g)].map(([, name]) => name)
  assert.equal(paths.length, 4)
  for (const name of paths) assert.ok(files[name], name)
  const [, types] = files['[Content_Types].xml']
  for (const name of Object.keys(files).slice(1)) assert.ok(types.includes(`Extension="${path.extname(name)}"`), name)
})

test('a package for a platform brings the program, which can be run', () => {
  const program = path.join(work, 'akin')
  fs.writeFileSync(program, '#!/bin/sh\n')
  const files = build('--binary', program, '--target', 'linux-x64')
  assert.deepEqual(files['extension/bin/akin'], ['0o100755', '#!/bin/sh\n'])
  assert.match(files['extension.vsixmanifest'][1], /TargetPlatform="linux-x64"/)
  assert.throws(() => build('--binary', program), /go together/)
})

test('what the marketplace refuses is refused', () => {
  const copy = path.join(work, 'copy')
  fs.cpSync(root, copy, { recursive: true })
  const refuses = (change, reason) => {
    fs.writeFileSync(path.join(copy, 'package.json'), JSON.stringify({ ...manifest, ...change }))
    assert.throws(() => execFileSync('python3', [path.join(copy, 'package.py'), path.join(work, 'x.vsix')], { stdio: 'pipe' }), reason)
  }
  refuses({ version: '1.0.0-beta' }, /version: expected three numbers/)
  refuses({ icon: 'media/akin.svg' }, /icon: expected a PNG/)
  refuses({ categories: ['Search'] }, /categories: Search is none/)
  refuses({ publisher: '' }, /publisher/)
})

test('the same files make the same package', () => {
  build()
  const first = fs.readFileSync(path.join(work, 'akin.vsix'))
  build()
  assert.ok(first.equals(fs.readFileSync(path.join(work, 'akin.vsix'))))
})
