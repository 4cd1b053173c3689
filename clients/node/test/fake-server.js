// A server that misbehaves in the way its argument names, one JSON value a line.
import { existsSync, writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [kind, mark] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin });
const seen = [];

const write = (message) => writeSync(1, `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

// What each kind does with a request; `initialize` is answered by all.
const kinds = {
  /** Answers every request but `hold`; `seen` answers the messages so far, but itself. */
  echo({ id, method, params }) {
    if (method === 'seen') write({ id, result: seen });
    else if (id !== undefined && method !== 'hold') write({ id, result: params });
  },
  /** Complains and ends. */
  die() {
    writeSync(2, 'out of luck\n');
    process.exit(3);
  },
  /** Leaves the first request of the first process in the middle of its answer. */
  dieOnce({ id }) {
    if (existsSync(mark)) return write({ id, result: 'survived' });
    writeFileSync(mark, '');
    writeSync(1, '{"jsonrpc": "2.0", "id": 1, "resu');
    process.exit(1);
  },
  /** Says of each request once that the shared process which worked on it has ended. */
  lose({ id, method }) {
    if (method !== 'lost' && seen.some((message) => message.id === id)) write({ id, result: 'found' });
    else write({ id, error: { code: -32019, message: 'ended', data: { kind: 'modelProcessEnded' } } });
  },
  nonsense() {
    writeSync(1, 'Welcome to another program!\n');
  },
  /** Fills standard error between the answers. */
  noise({ id, params }) {
    for (let i = 0; i < 300; i++) writeSync(2, `${'noise '.repeat(200)}\n`);
    write({ id, result: params });
  },
  progress({ id, params: { workDoneToken: token } }) {
    const values = [
      { kind: 'begin', title: 'Indexing' },
      { kind: 'report', message: 'half', percentage: 50 },
      { kind: 'end' },
    ];
    for (const value of values) write({ method: '$/progress', params: { token, value } });
    write({ id, result: 'done' });
  },
};

lines.on('line', (line) => {
  const message = JSON.parse(line);
  if (message.method === 'initialize') return write({ id: message.id, result: {} });
  kinds[kind](message);
  seen.push(message);
});
