import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Akin } from '../src/index.js';
import { blocks, documentParts, searchParts, split, tiled } from '../src/split.js';

const akin = new Akin();
after(() => akin.close());

test('items go into arrays that are neither too long nor too heavy', () => {
  assert.deepEqual(split([], 2, 10), []);
  assert.deepEqual(split(['a', 'b', 'c'], 2, 10), [['a', 'b'], ['c']]);
  assert.deepEqual(split(['aaaa', 'bbbb', 'c'.repeat(20), 'd'], 9, 8), [['aaaa', 'bbbb'], ['c'.repeat(20)], ['d']]);
  assert.deepEqual(documentParts([]), [[]]);
});

test('a stream takes no single text for its characters', async () => {
  await assert.rejects(akin.embedStream('a cat').next(), TypeError);
});

test('more texts than a request takes', async () => {
  const count = 17_000;
  assert.equal((await akin.tokenize(Array(count).fill('a'))).length, count);
  assert.equal((await akin.detokenize(Array(count).fill([7592, 2088]))).length, count);
  assert.equal((await akin.tokenize(Array(300).fill('word '.repeat(250)))).at(-1).ids.length, 252);
  assert.equal((await akin.embedTokens(Array(300).fill('word '.repeat(250)))).length, 300);
});

test('more documents and queries than a request takes', async () => {
  const documents = [...Array(17_000).fill('a'), 'a cat'];
  const [hit] = await akin.search('kitten', { documents, topK: 1 });
  assert.equal(hit.index, 17_000);
  const page = await akin.search('kitten', { documents, topK: 1, offset: 1 });
  assert.equal(page[0].index, 0);
  assert.equal((await akin.search(Array(2000).fill('a'), { documents: ['a cat'] })).length, 2000);
  await assert.rejects(akin.search('a', { documents, mode: 'keyword' }), { kind: 'limitExceeded' });
});

test('a matrix in blocks is that of one request', async () => {
  const { params } = searchParts(['a', 'b'], { documents: ['x'] });
  assert.equal(params.length, 1);
  assert.equal(blocks(['a'], ['b']), undefined);
  assert.deepEqual(tiled([[[1], [2]], [[3], [4]], [[5]], [[6]]], 2), [[1, 3], [2, 4], [5, 6]]);
  const texts = Array.from({ length: 5000 }, (_, i) => `number ${i % 7}`);
  const scores = await akin.similarity(texts, ['number 3', 'a cat']);
  const small = await akin.similarity(texts.slice(0, 7), ['number 3', 'a cat']);
  assert.equal(scores.length, 5000);
  for (const [i, row] of small.entries()) {
    for (const [j, score] of row.entries()) assert.ok(Math.abs(scores[i + 4900][j] - score) < 1e-5);
  }
});

test('documents are stored in parts with one progress', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'akin-'));
  t.after(() => rmSync(data, { recursive: true }));
  process.env.AKIN_DATA = data;
  const own = new Akin();
  t.after(() => own.close());
  const documents = Array.from({ length: 9000 }, (_, i) => ({ id: `${i}`, text: `number ${i % 5}` }));
  const steps = [];
  const change = await own.indexAdd({ collection: 'x', documents, onProgress: ({ done }) => steps.push(done) });
  assert.deepEqual([change.added, change.chunks], [9000, 9000]);
  assert.equal(steps.at(-1), 100);
  assert.deepEqual(steps, steps.toSorted?.((a, b) => a - b) ?? steps);
});
