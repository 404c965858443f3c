import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { killAndWait } from '../../support/fixtureProcess.js';

/** The user id of `nobody`, an other user that every Linux has. */
export const OTHER_UID = 65_534;

const AS_OTHER = ['--reuid=65534', '--regid=65534', '--clear-groups'];

/** True if this process can start processes of another user, who can run Node.js and read this project. */
export const hasOtherUser =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
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
