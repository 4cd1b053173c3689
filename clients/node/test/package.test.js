// What npm packs, installed where a user would have it: imported by its name, and by its types under tsc --strict.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const isHere = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

describe('the package', { skip: isHere('npm') ? false : 'npm is not installed' }, () => {
  let folder;
  let files;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'akin-package-'));
    // A copy: npm writes beside what it packs.
    cpSync(root, path.join(folder, 'source'), { recursive: true });
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--offline', '--pack-destination', folder], {
        cwd: path.join(folder, 'source'),
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    files = packed.files.map((file) => file.path).sort();
    const installed = path.join(folder, 'node_modules', 'akin-client');
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', path.join(folder, packed.filename), '-C', installed, '--strip-components=1']);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test('holds the sources, the types, the page and the licence, and nothing else', () => {
    const sources = readdirSync(path.join(root, 'src')).map((name) => `src/${name}`);
    assert.deepEqual(files, ['LICENSE', 'README.md', 'index.d.ts', 'package.json', ...sources].sort());
  });

  test('is imported by its name', () => {
    const program = "import { Akin } from 'akin-client';\nconsole.log((await new Akin().embed('a cat')).length);\n";
    writeFileSync(path.join(folder, 'consumer.mjs'), program);
    assert.equal(String(execFileSync(process.execPath, ['consumer.mjs'], { cwd: folder })), '384\n');
  });

  test('says what went wrong to who has no akin', () => {
    const program = `import { Akin } from 'akin-client';
      try { await new Akin().embed('a cat'); } catch (error) { console.log(error.name, error.message); }\n`;
    writeFileSync(path.join(folder, 'lost.mjs'), program);
    const env = { ...process.env, AKIN: '', PATH: folder };
    const said = String(execFileSync(process.execPath, ['lost.mjs'], { cwd: folder, env }));
    assert.match(said, /^AkinNotFoundError .*make install/);
  });

  test('compiles under tsc --strict by its name', { skip: isHere('tsc') ? false : 'tsc is not installed' }, () => {
    const program = `import { Akin, AkinError, ServerError, type Hit } from 'akin-client';
      const akin = new Akin();
      const stop = new AbortController();
      const hits: Hit[] = await akin.search('pets', { documents: ['a cat'], signal: stop.signal });
      for await (const vector of akin.embedStream(['a'], { signal: stop.signal })) vector.fill(hits.length);
      try { await akin.embed('a'); } catch (error) {
        if (error instanceof ServerError) error.data; else if (error instanceof AkinError) error.message;
      }\n`;
    writeFileSync(path.join(folder, 'consumer.mts'), program);
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom', '--module', 'node16'];
    const { status, stdout } = spawnSync('tsc', [...options, '--moduleResolution', 'node16', 'consumer.mts'], { cwd: folder });
    assert.equal(String(stdout), '');
    assert.equal(status, 0);
  });
});
