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
