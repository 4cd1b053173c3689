// Stored collections, in a folder of their own.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Akin } from '../src/index.js';

const work = realpathSync(mkdtempSync(join(tmpdir(), 'akin-')));
const folder = join(work, 'notes');
mkdirSync(folder);
writeFileSync(join(folder, 'plants.md'), '# 🌱 Plants\n\n🌱 Photosynthesis is how green plants make food from sunlight.\n');
writeFileSync(join(folder, 'egypt.md'), '# Egypt\n\nThe pyramids have stood for thousands of years.\n');
process.env.AKIN_DATA = join(work, 'data');

const akin = new Akin();
after(async () => {
  await akin.close();
  rmSync(work, { recursive: true });
});

test('a folder', async () => {
  const steps = [];
  const change = await akin.indexAdd({ folder, onProgress: (step) => steps.push(step) });
  assert.deepEqual([change.added, change.removed, change.collection], [2, 0, folder]);
  assert.equal(steps.at(-1).done, 100);
  const [hit] = await akin.search('How do plants survive?', { collection: folder, topK: 1 });
  assert.equal(hit.uri, pathToFileURL(join(folder, 'plants.md')).href);
  assert.equal(hit.collection, folder);
  assert.ok(hit.range.end.line >= hit.range.start.line);
  assert.deepEqual(await akin.search('plants', { collection: folder, glob: '*.py' }), []);
  const again = await akin.indexAdd({ folder });
  assert.deepEqual([again.added, again.unchanged], [0, 2]);
  const { documents, dimensions, indexing } = await akin.indexStatus(folder);
  assert.deepEqual({ documents, dimensions, indexing }, { documents: 2, dimensions: 384, indexing: false });
});

test('documents', async () => {
  const documents = [
    { id: 'cat', text: 'A cat sleeps on the sofa.', metadata: { year: 1999 } },
    { id: 'train', text: 'A train leaves the station.', metadata: { year: 1980 } },
  ];
  assert.equal((await akin.indexAdd({ collection: 'things', documents })).added, 2);
  const ids = async (query, options) => (await akin.search(query, { collection: 'things', ...options })).map(({ id }) => id);
  assert.deepEqual(await ids('kitten'), ['cat', 'train']);
  assert.deepEqual(await ids('kitten', { filter: { year: { lt: 1990 } } }), ['train']);
  assert.deepEqual(await ids(null, { similarTo: { id: 'cat' } }), ['train']);
  assert.equal((await akin.indexDocuments('things', { count: 1 })).total, 2);
  assert.equal(await akin.indexRemove('things', { ids: ['cat', 'no such id'] }), 1);
  assert.ok((await akin.indexList()).some(({ name }) => name === 'things'));
  await akin.indexDrop('things');
  await assert.rejects(akin.search('kitten', { collection: 'things' }), { kind: 'collectionUnknown' });
});
