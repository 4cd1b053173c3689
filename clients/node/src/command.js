import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { AkinNotFoundError } from './errors.js';

/** How to get the program. */
export const ADVICE =
  'Build and install it with `make install` in Akin\'s repository, set AKIN to the program\'s path, ' +
  'or give it as `command`.';

/**
 * The words that start a server. `command` is the program's path, or the words of a whole command to which nothing is
 * added. Without it the environment variable AKIN names the program, else it is that of the npm package for this platform,
 * or one on the PATH.
 *
 * @param {{command?: string | string[], model?: string, precision?: string, args?: string[]}} options
 * @returns {string[]}
 */
export function serverCommand({ command, model, precision, args = [] }) {
  if (Array.isArray(command)) return command;
  const words = [findProgram(command), 'serve'];
  if (model !== undefined) words.push('--model', model);
  if (precision !== undefined) words.push('--precision', precision);
  return [...words, ...args];
}

/**
 * Where the program is.
 *
 * @param {string} [path] that of the caller, before all others
 * @returns {string}
 */
export function findProgram(path) {
  const asked = path ?? process.env.AKIN;
  if (asked) {
    if (isProgram(asked)) return asked;
    const where = path === undefined ? `AKIN is set to '${asked}', which` : `'${asked}'`;
    throw new AkinNotFoundError(`${where} is not a program. ${ADVICE}`);
  }
  const installed = platformProgram();
  if (installed) return installed;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const found = folders.map((folder) => join(folder, 'akin')).find(isProgram);
  if (!found) throw new AkinNotFoundError(`there is no program 'akin' on the PATH. ${ADVICE}`);
  return found;
}

/** The program of the npm package for this platform, which npm installs beside this one. */
function platformProgram() {
  try {
    const name = `akin-${process.platform}-${process.arch}/bin/akin`;
    const path = createRequire(import.meta.url).resolve(name);
    return isProgram(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
