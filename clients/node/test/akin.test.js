// The client against the real server, which the environment variable AKIN names.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Akin, ServerError } from '../src/index.js';

const AWKWARD = ['naïve café', '日本語のテキスト', '\u{1f469}\u200d\u{1f467} family', 'line\nbreak\u2028 and\r\0', 'lone \ud800', '  '];

const akin = new Akin();
after(() => akin.close());

const numbers = (count, last = count) => Array.from({ length: count }, (_, i) => `number ${i % last}`);
const failure = (kind, path) => (error) => error instanceof ServerError && error.kind === kind && error.data.path === path;

describe('vectors', () => {
  test('one for a string, an array for an array', async () => {
    const one = await akin.embed('a cat');
    const two = await akin.embed(['a cat', 'a dog']);
    assert.ok(one instanceof Float32Array);
    assert.deepEqual([one.length, two.length], [384, 2]);
    assert.deepEqual(two[0], one);
  });

  test('are those of the number form, bit for bit', async () => {
    const texts = ['a cat', ...AWKWARD];
    const { embeddings } = await akin.call('embed', { input: texts });
    assert.deepEqual(await akin.embed(texts), embeddings.map((row) => Float32Array.from(row)));
  });

  test('follow the options', async () => {
    const options = { prompt: 'query: ', pooling: 'max', dimensions: 8, normalize: true };
    const { embeddings } = await akin.call('embed', { input: 'a cat', ...options });
    assert.deepEqual(await akin.embed('a cat', options), Float32Array.from(embeddings[0]));
  });

  test('in int8 are restored by their scale', async () => {
    const exact = await akin.embed('a cat');
    const { vectors, scales } = await akin.embedDetailed('a cat', { dtype: 'int8' });
    assert.ok(vectors[0] instanceof Int8Array);
    exact.forEach((component, i) => assert.ok(Math.abs(component - vectors[0][i] * scales[0]) <= scales[0] * 0.51));
  });

  test('in bits are the signs', async () => {
    const exact = await akin.embed('a cat');
    const packed = await akin.embed('a cat', { dtype: 'ubinary' });
    const bits = Array.from(packed, (byte) => byte.toString(2).padStart(8, '0')).join('');
    assert.equal(bits, Array.from(exact, (component) => (component > 0 ? '1' : '0')).join(''));
  });

  test('come with counts and cuts', async () => {
    const { tokenCounts, truncated, dimensions } = await akin.embedDetailed(['short', 'word '.repeat(400)]);
    assert.deepEqual({ tokenCounts, truncated, dimensions }, { tokenCounts: [3, 402], truncated: [false, true], dimensions: 384 });
  });

  test('of tokens belong to the tokens', async () => {
    const { vectors, encoding } = await akin.embedTokens('naïve café');
    assert.equal(vectors.length, encoding.tokens.length);
    const many = await akin.embedTokens(['naïve café', 'x'], { dtype: 'int8' });
    assert.deepEqual(many.map(({ scales }) => scales.length), [vectors.length, 3]);
  });

  test('of tokens in a large answer', async () => {
    const found = await akin.embedTokens(Array(48).fill('word '.repeat(200)));
    assert.deepEqual(new Set(found.map(({ vectors }) => vectors.length)), new Set([202]));
  });

  test('of many texts go in several requests and come in order', async () => {
    const steps = [];
    const all = await akin.embed(numbers(700), { onProgress: ({ done, total }) => steps.push([done, total]) });
    assert.deepEqual(steps, [[256, 700], [512, 700], [700, 700]]);
    for (const i of [0, 255, 256, 699]) assert.deepEqual(all[i], await akin.embed(`number ${i}`));
  });
});

test('texts are grouped by meaning', async () => {
  const documents = ['The cat sleeps.', 'A kitten sleeps.', 'Cats sleep a lot.', 'The train is late.', 'A late train.', 'Trains run late.'];
  const found = await akin.clusters({ documents, count: 2, layout: true });
  assert.deepEqual(found.clusters.map((cluster) => cluster.size), [3, 3]);
  assert.deepEqual(found.points.map((point) => point.cluster), [0, 0, 0, 1, 1, 1]);
  await assert.rejects(akin.clusters({ documents, glob: '*.md' }), failure('invalidParams', 'params.glob'));
});

describe('streams', () => {
  test('read no further ahead than they say', async () => {
    let pulled = 0;
    function* texts() {
      for (const text of numbers(2000, 7)) {
        pulled += 1;
        yield text;
      }
    }
    const seven = await akin.embed(numbers(7));
    let count = 0;
    for await (const vector of akin.embedStream(texts(), { batchSize: 50, inFlight: 3 })) {
      assert.deepEqual(vector, seven[count % 7]);
      count += 1;
      assert.ok(pulled <= count + 150);
    }
    assert.equal(count, 2000);
  });

  test('take what comes asynchronously', async () => {
    async function* texts() {
      yield* numbers(100);
    }
    let count = 0;
    for await (const vector of akin.embedStream(texts(), { dtype: 'int8' })) count += vector.length / 384;
    assert.equal(count, 100);
  });

  test('may be left early', async () => {
    for await (const vector of akin.embedStream(numbers(5000), { batchSize: 8 })) {
      assert.equal(vector.length, 384);
      break;
    }
    assert.equal((await akin.embed('x')).length, 384);
  });

  test('refuse what is no text', async () => {
    await assert.rejects(akin.embed(['text', 7]), TypeError);
    await assert.rejects(akin.embedStream(['text'], { batchSize: 0 }).next(), RangeError);
  });
});

describe('methods', () => {
  test('tokenize and detokenize', async () => {
    const { offsets, wordIds } = await akin.tokenize('hé 😀 x');
    assert.deepEqual(offsets, [[0, 0], [0, 2], [3, 5], [6, 7], [0, 0]]);
    assert.equal(wordIds[0], null);
    const pairs = await akin.tokenize(['one', 'two'], { pair: ['three', 'four'] });
    assert.deepEqual(pairs.map(({ typeIds }) => typeIds), Array(2).fill([0, 0, 0, 1, 1]));
    assert.equal(await akin.detokenize([101, 7592, 102]), 'hello');
    assert.deepEqual(await akin.detokenize([[7592], []]), ['hello', '']);
  });

  test('similarity of texts and vectors', async () => {
    const cat = await akin.embed('a cat');
    const [[one, two]] = await akin.similarity(cat, ['a cat', Array.from(await akin.embed('a dog'))]);
    assert.ok(Math.abs(one - 1) < 1e-5);
    const [, [other]] = await akin.similarity(['a cat', 'a dog']);
    assert.ok(Math.abs(two - other) < 1e-5);
  });

  test('documents are scored by a model that compares tokens', async () => {
    const model = fileURLToPath(new URL('../../../Tests/Fixtures/heads/tokens-plain', import.meta.url));
    const scorer = new Akin({ model });
    try {
      const documents = ['The embeddings of sentences', 'hello', 'world world', 'hello'];
      const found = await scorer.rerank('hello world', documents);
      assert.deepEqual(found.map(({ index }) => index).sort(), [0, 1, 2, 3]);
      assert.ok(found.every(({ logit }, i) => i === 0 || found[i - 1].logit >= logit));
      assert.deepEqual(await scorer.rerank('hello world', documents, { topK: 2 }), found.slice(0, 2));
      const [first] = await scorer.rerank('hello world', Array.from({ length: 3000 }, (_, i) => (i === 2500 ? found[0].index : 0)).map((i) => documents[i]), { topK: 1, returnDocuments: true });
      assert.equal(first.document, documents[found[0].index]);
    } finally {
      await scorer.close();
    }
    await assert.rejects(akin.rerank('a', ['b']), failure('invalidParams', 'params.model'));
  });

  test('search', async () => {
    const documents = ['a train', { text: 'a cat', id: 'c', metadata: { year: 1999 } }, { text: 'a dog', metadata: { year: 1980 } }];
    const hits = await akin.search('a kitten', { documents, topK: 2 });
    assert.deepEqual(hits.map(({ index, id }) => [index, id]), [[1, 'c'], [2, undefined]]);
    const old = await akin.search('a kitten', { documents, filter: { year: { lt: 1990 } } });
    assert.deepEqual(old.map(({ text }) => text), ['a dog']);
    const both = await akin.search(['cats', await akin.embed('rails')], { documents, topK: 1 });
    assert.deepEqual(both.map(([{ index }]) => index), [1, 0]);
  });

  test('the notebook', async () => {
    const fixture = new URL('../../../Tests/Fixtures/notebook.json', import.meta.url);
    const { documents, queries, cosine, best } = JSON.parse(readFileSync(fixture, 'utf8'));
    const scores = await akin.similarity(queries, documents);
    scores.forEach((row, i) => {
      assert.equal(row.indexOf(Math.max(...row)), best[i]);
      row.forEach((score, j) => assert.ok(Math.abs(score - cosine[i][j]) < 0.02));
    });
    const found = await akin.search(queries, { documents, topK: 1 });
    assert.deepEqual(found.map(([{ index }]) => index), best);
  });

  test('the server tells about itself', async () => {
    assert.equal((await akin.modelInfo()).dimensions, 384);
    assert.ok((await akin.modelList()).models.length > 0);
    assert.ok((await akin.serverStatus()).methods.embed);
  });

  test('errors say what is wrong', async () => {
    await assert.rejects(akin.embed('x', { dimensions: 9999 }), failure('invalidParams', 'params.dimensions'));
    await assert.rejects(akin.embed('word '.repeat(400), { overflow: 'error' }), { kind: 'textTooLong', name: 'ServerError' });
    await assert.rejects(akin.embed([]), { code: -32602 });
    await assert.rejects(akin.call('no/such'), { kind: 'methodNotFound' });
    const other = new Akin({ model: 'no-such-model' });
    await assert.rejects(other.embed('x'), /no-such-model/);
    await other.close();
  });

  test('300 mixed calls at once', async () => {
    const kinds = [
      async (i) => assert.equal((await akin.embed([`é${i}`, 'x'])).length, 2),
      async (i) => assert.equal(await akin.detokenize((await akin.tokenize(`${i}`)).ids), `${i}`),
      async (i) => assert.ok((await akin.similarity(`${i}`, [`${i}`]))[0][0] > 0.999),
      async (i) => assert.equal((await akin.search(`${i}`, { documents: [`${i}`, 'a cat'], topK: 1 }))[0].index, 0),
      async (i) => assert.rejects(akin.embed('x', { dimensions: 1000 + i }), ServerError),
    ];
    await Promise.all(Array.from({ length: 300 }, (_, i) => kinds[i % kinds.length](i)));
  });
});
