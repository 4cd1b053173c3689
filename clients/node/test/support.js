import { fileURLToPath } from 'node:url';
import { Akin } from '../src/index.js';

/** A client of a server that misbehaves, see fake-server.js. */
export function fake(kind, ...args) {
  const server = fileURLToPath(new URL('fake-server.js', import.meta.url));
  return new Akin({ command: [process.execPath, server, kind, ...args] });
}

/** Whether a process runs. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
