/** The holder's program: runs a command, and ends with its exit code. */
import { spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import type { HeldCommand } from './heldProcess.js';

const FIRST_FREE_FD = 3;
const STDERR_FD = 2;
/** Exit code for a command that cannot be started, as in a shell. */
const CANNOT_START = 127;

function run({ file, words, cwd, env, verbatim, fds }: HeldCommand): void {
  const others = Array.from({ length: fds }, (_, index) => FIRST_FREE_FD + index);
  const child = spawn(file, [...words], {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit', ...others],
    windowsHide: true,
    windowsVerbatimArguments: verbatim,
  });
  child.once('error', (error) => {
    writeSync(STDERR_FD, `${file} cannot be started: ${error.message}\n`);
    process.exit(CANNOT_START);
  });
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? CANNOT_START);
    process.kill(process.pid, signal);
  });
  // The command alone holds them now, so that their other ends see when it closes them.
  for (const fd of others) closeSync(fd);
}

let order = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => (order += text));
// Without an order, the process that started this one has ended.
process.stdin.once('end', () => order !== '' && run(JSON.parse(order) as HeldCommand));
