#!/usr/bin/env node
// Starts the program of the package for this platform, in place of this process as far as Node can: its streams are the
// program's, signals are passed on, and it ends as the program does.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { findProgram } from '../src/command.js';

let program;
try {
  program = findProgram();
} catch (error) {
  console.error(`akin: ${error.message}`);
  process.exit(69);
}
const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`akin: ${program} cannot be started: ${error.message}`);
  process.exit(69);
});
child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
