// What goes wrong: servers that die, talk nonsense or are missing; calls that end early.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Akin, AkinNotFoundError, ClosedError, ServerDiedError, UnexpectedAnswerError } from '../src/index.js';
import { fake, isAlive } from './support.js';

/** Runs a test with a client that is closed after it. */
const using = (akin, body) => async () => {
  try {
    await body(akin);
  } finally {
    await akin.close();
  }
};

describe('a server that dies', () => {
  test('is replaced', using(new Akin(), async (akin) => {
    const before = await akin.embed('a cat');
    const pid = akin.serverPid;
    process.kill(pid, 'SIGKILL');
    assert.deepEqual(await akin.embed('a cat'), before);
    assert.notEqual(akin.serverPid, pid);
  }));

  test('has its calls sent again', using(new Akin(), async (akin) => {
    await akin.tokenize('x');
    const calls = Array.from({ length: 64 }, (_, i) => akin.embed(Array(4).fill(`${i} ${'word '.repeat(50)}`)));
    await sleep(100);
    process.kill(akin.serverPid, 'SIGKILL');
    assert.deepEqual(new Set((await Promise.all(calls)).map(({ length }) => length)), new Set([4]));
  }));

  test('in the middle of an answer has not answered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'akin-'));
    const akin = fake('dieOnce', join(folder, 'died'));
    assert.equal(await akin.call('x'), 'survived');
    await akin.close();
    rmSync(folder, { recursive: true });
  });

  test('twice is told with its last words', using(fake('die'), async (akin) => {
    for (const _ of [1, 2]) {
      await assert.rejects(akin.call('x'), (error) => error instanceof ServerDiedError && /status 3[^]*out of luck/.test(error.message));
    }
  }));

  test('that others share is asked once more', using(fake('lose'), async (akin) => {
    assert.equal(await akin.call('x'), 'found');
    await assert.rejects(akin.call('lost'), { kind: 'modelProcessEnded' });
  }));

  test('that repeats what it is sent is told', using(new Akin({ command: ['/bin/cat'] }), async (akin) => {
    await assert.rejects(akin.embed('x'), (error) => error instanceof UnexpectedAnswerError && /no Akin server/.test(error.message));
  }));

  test('of a wrong option is told', using(new Akin({ args: ['--no-such-option'] }), async (akin) => {
    await assert.rejects(akin.embed('x'), /no-such-option/);
  }));
});

describe('a program', () => {
  test('that is no server', using(fake('nonsense'), async (akin) => {
    await assert.rejects(akin.call('x'), (error) => error instanceof UnexpectedAnswerError && /another program/.test(error.message));
  }));

  test('that is nowhere', async () => {
    const { AKIN, PATH } = process.env;
    try {
      process.env.AKIN = '/nowhere/akin';
      const akin = new Akin();
      assert.equal(akin.serverPid, undefined);
      await assert.rejects(akin.embed('x'), /AKIN is set to '\/nowhere\/akin'/);
      delete process.env.AKIN;
      process.env.PATH = '/nowhere';
      await assert.rejects(akin.embed('x'), (error) => error instanceof AkinNotFoundError && /PATH.*make install/.test(error.message));
      await assert.rejects(new Akin({ command: '/elsewhere/akin' }).embed('x'), /elsewhere/);
      await assert.rejects(new Akin({ command: ['/elsewhere/akin', 'serve'] }).embed('x'), AkinNotFoundError);
    } finally {
      Object.assign(process.env, { AKIN, PATH });
    }
  });

  test('that fills standard error', using(fake('noise'), async (akin) => {
    for (const i of [1, 2, 3, 4, 5]) assert.deepEqual(await akin.call('x', { i }), { i });
  }));
});

describe('cancelling', () => {
  test('tells the server', using(fake('echo'), async (akin) => {
    const reason = new Error('no longer wanted');
    const controller = new AbortController();
    const held = akin.call('hold', {}, { signal: controller.signal });
    await akin.call('x');
    controller.abort(reason);
    await assert.rejects(held, (error) => error === reason);
    await assert.rejects(akin.call('hold', {}, { signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' });
    await assert.rejects(akin.call('hold', {}, { signal: AbortSignal.abort() }), { name: 'AbortError' });
    const seen = await akin.call('seen');
    const holds = seen.filter(({ method }) => method === 'hold').map(({ id }) => id);
    const cancelled = seen.filter(({ method }) => method === '$/cancelRequest').map(({ params }) => params.id);
    assert.equal(holds.length, 2);
    assert.deepEqual(cancelled, holds);
  }));

  test('many requests of one call', using(new Akin(), async (akin) => {
    await akin.embed('x');
    const texts = Array(600).fill('word '.repeat(100));
    await assert.rejects(akin.embed(texts, { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' });
    assert.equal((await akin.embed('x')).length, 384);
  }));
});

describe('progress', () => {
  test('comes before the answer', using(fake('progress'), async (akin) => {
    const steps = [];
    assert.equal(await akin.indexAdd({ folder: '.', onProgress: (step) => steps.push(step) }), 'done');
    assert.deepEqual(steps, [
      { done: 0, total: 100, message: 'Indexing' },
      { done: 50, total: 100, message: 'half' },
      { done: 100, total: 100, message: '' },
    ]);
  }));

  test('of a listener that fails ends the call', using(fake('progress'), async (akin) => {
    const fail = () => {
      throw new Error('enough');
    };
    await assert.rejects(akin.call('x', {}, { onProgress: fail }), /enough/);
  }));
});

describe('life', () => {
  test('a closed client refuses', async () => {
    const akin = new Akin();
    await akin.embed('x');
    await akin.close();
    await akin.close();
    await assert.rejects(akin.embed('x'), ClosedError);
  });

  test('closing ends what is under way and the server', async () => {
    const akin = fake('echo');
    await akin.call('x');
    const pid = akin.serverPid;
    const held = assert.rejects(akin.call('hold'), ClosedError);
    await akin.close();
    await held;
    assert.equal(isAlive(pid), false);
  });

  test('a program that ends leaves no server', async () => {
    const script = `
      import { Akin } from ${JSON.stringify(new URL('../src/index.js', import.meta.url).href)};
      const akin = new Akin();
      await akin.tokenize('x');
      console.log(akin.serverPid);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 30_000 });
    for (let i = 0; isAlive(Number(stdout)) && i < 500; i++) await sleep(10);
    assert.equal(isAlive(Number(stdout)), false);
  });
});
