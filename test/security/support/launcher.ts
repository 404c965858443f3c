import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { IPCManager, Message } from '../../../src/ipc/index.js';
import { killAndWait } from '../../support/fixtureProcess.js';
import { eventually, within } from '../../support/within.js';

const LAUNCHER = fileURLToPath(new URL('../fixtures/launcher.mjs', import.meta.url));

/** A real launcher process and what the adapter heard from it. */
export interface StartedLauncher {
  readonly child: ChildProcess;
  /** All that it wrote to stderr, where it logs. */
  stderr(): string;
  /** Sends a command, and gives the body of the event that answers it. */
  ask(command: string, args?: object): Promise<Message>;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Descriptors after stdin, stdout and stderr. */
  readonly moreStdio?: readonly ('pipe' | 'ignore')[];
}

/** Starts the launcher of the fixtures for a manager that listens. The launcher is killed when the test ends. */
export function startLauncher(
  manager: IPCManager,
  { args, env, moreStdio = [] }: StartOptions = {},
): StartedLauncher {
  const heard: Message[] = [];
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe', ...moreStdio];
  const child = spawn(process.execPath, [LAUNCHER, ...(args ?? manager.listening?.launcherArgs ?? [])], {
    stdio,
    env: { ...process.env, ...manager.launcherEnv, ...env },
  });
  onTestFinished(() => killAndWait(child));
  let stderr = '';
  child.stderr?.on('data', (text) => (stderr += String(text)));
  manager.startReader((message) => heard.push(message), { accept: true, launcher: child });
  return {
    child,
    stderr: () => stderr,
    ask: async (command, args = {}) => {
      const before = heard.length;
      await within(manager.sendMessage({ command, arguments: args }), `${command} is sent`);
      await eventually(() => heard.length > before, `an answer to ${command}`);
      return heard[before]?.body as Message;
    },
  };
}

/** The exit code of a launcher, when it has ended by itself. */
export async function exitCodeOf({ child }: StartedLauncher): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    await within(once(child, 'exit'), 'the launcher ends by itself');
  }
  return child.exitCode;
}

/** A file of `/proc/PID`, its zero bytes as line ends. */
export function procFile(pid: unknown, name: string): string {
  return readFileSync(`/proc/${String(pid)}/${name}`, 'latin1').replaceAll('\0', '\n');
}
