import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { killAndWait } from '../../support/fixtureProcess.js';
import { eventually } from '../../support/within.js';

/** The user id of `nobody`, another user that every Linux has, and who owns nothing. */
export const OTHER_UID = 65_534;

const AS_OTHER = [`--reuid=${OTHER_UID}`, `--regid=${OTHER_UID}`, '--clear-groups'];

/** The reason why no process of another user can be started here. Undefined: it can. */
export function whyNoOtherUser(): string | undefined {
  if (process.platform !== 'linux') return 'setpriv exists on Linux only';
  if (process.geteuid?.() !== 0) return 'only root can start processes of another user';
  const { status } = spawnSync('setpriv', [...AS_OTHER, process.execPath, '-e', ''], { cwd: '/' });
  return status === 0 ? undefined : 'setpriv cannot start node as another user';
}

/** True if another user can run Node.js here, and can read this project. */
export const hasOtherUser =
  whyNoOtherUser() === undefined &&
  spawnSync('setpriv', [
    ...AS_OTHER,
    process.execPath,
    fileURLToPath(new URL('../fixtures/swaps.mjs', import.meta.url)),
  ]).status === 0;

/** Appended to the name of a group that is left out without another user. */
export const otherUserNote = hasOtherUser
  ? ''
  : ' (left out: needs root, setpriv and a project that all can read)';

/** Starts a program of test/security/fixtures as another user. It is killed when the test ends. */
export function startAsOther(name: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  const file = fileURLToPath(new URL(`../fixtures/${name}.mjs`, import.meta.url));
  const child = spawn('setpriv', [...AS_OTHER, process.execPath, file, ...args], { stdio: 'pipe' });
  onTestFinished(() => killAndWait(child));
  return child;
}

/** Runs a command as another user. @throws if it fails */
export function runAsOther(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync('setpriv', [...AS_OTHER, command, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} as another user: ${stderr}`);
}

/** A process of another user. */
export interface OtherUserProcess {
  /** Waits until its stdout contains this text. */
  printed(text: string): Promise<void>;
  /** Its stdout, when it has ended. */
  result(): Promise<string>;
}

/** Runs JavaScript as another user. The process is killed when the test ends. */
export function asOtherUser(code: string): OtherUserProcess {
  const child = spawn('setpriv', [...AS_OTHER, process.execPath, '-e', code], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  });
  onTestFinished(() => killAndWait(child));
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const ended = once(child, 'close');
  return {
    printed: (text) => eventually(() => stdout.includes(text), `${text} in its stdout: ${stdout}`, 20_000),
    result: async () => {
      await ended;
      return stdout;
    },
  };
}
