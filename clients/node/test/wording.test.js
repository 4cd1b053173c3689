// What the server refuses is told by the names and the rows of the one who called.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Akin } from '../src/index.js';

const akin = new Akin();
after(() => akin.close());

const long = 'a '.repeat(1000);
const overflow = 'error';

async function told(argument, call) {
  await assert.rejects(call(), (error) => {
    assert.equal(error.argument, argument);
    assert.ok(error.message.startsWith(`${argument}: `), error.message);
    assert.ok(error.data.path.startsWith('params.'));
    return true;
  });
}

test('names', async () => {
  await told('topK', () => akin.search('x', { documents: ['a'], topK: -1 }));
  await told('texts', () => akin.embed([]));
  await told('texts', () => akin.embed(long, { overflow }));
  await told('poling', () => akin.embed('a', { poling: 'cls' }));
  await told('folder', () => akin.log('x', { folder: '/' }));
  await told('collection', () => akin.indexStatus('no such collection'));
});

test('what is no text', async () => {
  const refused = (message, call) => assert.rejects(call, { name: 'TypeError', message });
  await refused('texts: expected a text or an array of texts, found null', () => akin.embed(null));
  await refused('texts: expected a text or an array of texts, found number 5', () => akin.embed(5));
  await refused('texts: expected a text or an array of texts, found an object (Buffer)', () => akin.embed(Buffer.from('a')));
  await refused('texts[1]: expected a text, found null', () => akin.embed(['a', null]));
  await refused('texts[1]: expected a text, found undefined', () => akin.tokenize(Object.assign(['a', 'b', 'c'], { 1: undefined })));
  await refused('texts[1]: expected a text, found number 7', async () => {
    for await (const _ of akin.embedStream(['a', 7]));
  });
  await refused('right[0]: expected a text or a vector, found null', () => akin.similarity(['a'], [null]));
  await refused('query: expected a text, a vector, or an array of them, found number 5', () => akin.search(5, { documents: ['a'] }));
  await refused(/^options: expected an object such as { documents }.*, found an array$/, () => akin.search('a', ['b']));
  await refused('documents: expected an array, found a text', () => akin.search('a', { documents: 'b' }));
  await refused('documents[0]: expected a text, found an object (Object)', () => akin.rerank('a', [{ text: 'b' }]));
});

test('rows of large lists', async () => {
  const texts = [...Array(300).fill('b'), long];
  await told('texts[300]', () => akin.embed(texts, { overflow }));
  await told('texts[1100]', () => akin.embedTokens([...Array(1100).fill('b'), long], { overflow }));
  await told('ids[1100][0]', () => akin.detokenize([...Array(1100).fill([101]), [-1]]));
  await told('ids[1]', () => akin.detokenize([101, -1]));
  await told('query[1100]', () => akin.search([...Array(1100).fill('a'), 'b'.repeat(1_000_001)], { documents: ['c'] }));
  const many = Array(4200).fill('b');
  await told('right[1]', () => akin.similarity(many, ['a', long], { overflow }));
  const documents = [...Array(8200).fill('a'), { id: 'no text' }];
  await told('documents[8200].text', () => akin.search('a', { documents }));
  await assert.rejects(async () => {
    for await (const vector of akin.embedStream(texts, { overflow })) void vector;
  }, /^ServerError: texts\[300\]: /);
});

test('the protocol\'s own names', async () => {
  await assert.rejects(akin.call('search', { query: 'a', documents: ['b'], topK: -1 }), /^ServerError: params\.topK: /);
});
