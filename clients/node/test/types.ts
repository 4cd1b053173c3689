// Compiled with --strict and never run: the declarations say what a user of TypeScript expects.
import { Akin, ServerError, type Commit, type Embeddings, type Hit } from '../index.js';

const akin: Akin = new Akin({ model: 'all-MiniLM-L6-v2', precision: 'f32', args: ['--threads', '1'] });

const one: Float32Array = await akin.embed('a cat', { signal: new AbortController().signal });
const many: Float32Array[] = await akin.embed(['a cat', 'a dog'], { dimensions: 8 });
const bytes: Int8Array = await akin.embed('a cat', { dtype: 'int8' });
const packed: Embeddings<Uint8Array> = await akin.embedDetailed(['a cat'], { dtype: 'ubinary' });
for await (const vector of akin.embedStream(['a', 'b'], { dtype: 'int8', batchSize: 1 })) {
  const length: number = vector.length;
  void length;
}
const scores: number[][] = await akin.similarity(one, ['a dog', many[0]!, [1, 2, 3]], { function: 'dot' });
const hits: Hit[] = await akin.search('pets', { documents: ['a cat', { text: 'a dog', metadata: { year: 1 } }] });
const lists: Hit[][] = await akin.search(['pets', one], { collection: 'notes', filter: { year: { gte: 1 } } });
const text: string = await akin.detokenize((await akin.tokenize('hello', { pair: 'you' })).ids);
const commits: Commit[] = (await akin.log('retries', { since: new Date(), path: ['src/**'], topK: 3 })).hits;
// @ts-expect-error: no words for a time
await akin.log('retries', { since: 'yesterday' });
try {
  await akin.indexAdd({ folder: '.', onProgress: ({ done, total }) => done / total });
} catch (error) {
  if (error instanceof ServerError && error.kind === 'modelMissing') void error.code.toFixed();
}
// @ts-expect-error: no such option
await akin.embed('a cat', { dimension: 8 });
// @ts-expect-error: a search scales no vectors
await akin.search('pets', { documents: ['a cat'], normalize: true });
await akin[Symbol.asyncDispose]();
// @ts-expect-error: one text has one vector
const wrong: Float32Array[] = await akin.embed('a cat');
void [bytes, packed, scores, hits, lists, text, commits, wrong];
