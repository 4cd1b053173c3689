'use strict'
// A small real folder to index, and settings for a server that stores its collections beside it.

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const files = {
  'src/tide.py': `def high_water(harbour, day):
    """When the sea is highest at a harbour, from the position of the moon."""
    return harbour.offset + 12.42 * phase_of_moon(day)
`,
  'src/mail.py': `def send_reminder(person, text):
    """Write an email to somebody who has not paid the invoice yet."""
    server.deliver(person.address, text)
`,
  'docs/garden.md': `# Garden

Plants turn sunlight into sugar. Give them water in the morning.
`,
}

/** A new folder with these files, which goes away with the test file's process. */
function makeFolder() {
  const work = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'akin-vscode-')))
  process.on('exit', () => fs.rmSync(work, { recursive: true, force: true }))
  const folder = path.join(work, 'a garden & harbour')
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), text)
  }
  process.env.AKIN_DATA = path.join(work, 'data')
  return folder
}

/** Likewise a folder that is found by its words: none of it is embedded yet, and it takes a while. Indexed beside the others. */
function makePartlyEmbedded() {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'akin-vscode-')))
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))
  for (let i = 0; i < 1500; i++) {
    fs.writeFileSync(path.join(folder, `${i}.txt`), `The ship number ${i} carries ${i} barrels of tar from port to port.\n`)
  }
  const query = ['search', '--budget', '0', '--no-background', '--mode', 'keyword', 'barrels']
  const { status, stderr } = spawnSync(settings.command, query, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return folder
}

/** @type {import('../lib/session').Settings} */
const settings = { command: 'akin', shared: false, limit: 10, mode: 'semantic' }

module.exports = { makeFolder, makePartlyEmbedded, settings }
