// The commits of a repository, by what they mean.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Akin } from '../src/index.js';

const work = realpathSync(mkdtempSync(join(tmpdir(), 'akin-')));
process.env.AKIN_DATA = join(work, 'data');
const folder = join(work, 'repository');

function git(words, environment = {}) {
  execFileSync('git', words, { env: { ...process.env, ...environment }, stdio: 'ignore' });
}

function commit(moment, name, text, message) {
  writeFileSync(join(folder, name), text);
  git(['-C', folder, 'add', name]);
  const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];
  git(['-C', folder, ...identity, 'commit', '-q', '-m', message], { GIT_AUTHOR_DATE: moment, GIT_COMMITTER_DATE: moment });
}

const akin = new Akin();
after(async () => {
  await akin.close();
  rmSync(work, { recursive: true });
});

test('commits', async () => {
  git(['init', '-q', folder]);
  commit('2024-05-31T12:00:00+0000', 'retry.py', 'def wait(attempt):\n    return 2 ** attempt\n', 'Retries wait twice as long');
  commit('2024-06-01T12:00:00+0000', 'mail.py', 'def remind(person):\n    send(person)\n', 'Write to who has not paid');
  const steps = [];
  const found = await akin.log('how are failures tried again', { folder, onProgress: ({ done }) => steps.push(done) });
  assert.deepEqual([found.repository, found.commits, found.hits[0].subject], [folder, 2, 'Retries wait twice as long']);
  assert.equal(found.hits[0].authoredAt, 1717156800);
  assert.equal(steps.at(-1), 100);
  const subjects = async (options) => (await akin.log('x', { folder, ...options })).hits.map(({ subject }) => subject);
  assert.deepEqual(await subjects({ since: new Date('2024-06-01T00:00:00Z') }), ['Write to who has not paid']);
  assert.deepEqual(await subjects({ until: 1717200000, topK: 1 }), ['Retries wait twice as long']);
  assert.deepEqual(await subjects({ path: 'mail.*' }), ['Write to who has not paid']);
  assert.deepEqual(await subjects({ author: 'nobody' }), []);
  await assert.rejects(subjects({ since: 'yesterday' }), /since: expected a Date/);
});
