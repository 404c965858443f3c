/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Runs a command in place of a program, such as `npm run start`: with this process's streams, and until it ends.
 * The Node.js programs that it starts come to the rendezvous, as the children of any program.
 */
import childProcess = require('node:child_process');
import fs = require('node:fs');
import commandLine = require('./commandLine.cjs');

const STDERR_FD = 2;
/** Exit code for a command that cannot be started, as in a shell. */
const CANNOT_START = 127;
/** Signals that ask for the end. In a terminal, Ctrl+C reaches the command itself. */
const PASSED_ON = ['SIGTERM', 'SIGHUP'] as const;
const OF_THE_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;

function runCommand(command: string, args: readonly string[]): void {
  const { file, words, options } = commandLine.commandLine(command, args, process.platform, process.env);
  const child = childProcess.spawn(file, words, { stdio: 'inherit', windowsHide: true, ...options });
  for (const signal of PASSED_ON) process.on(signal, () => child.kill(signal));
  for (const signal of OF_THE_TERMINAL) process.on(signal, () => undefined);
  child.once('error', (error) => {
    fs.writeSync(STDERR_FD, `debug-adapter-ipc launch: ${command} cannot be started: ${error.message}\n`);
    process.exit(CANNOT_START);
  });
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? CANNOT_START);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

export = { runCommand };
