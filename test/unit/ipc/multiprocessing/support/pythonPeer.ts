import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Address } from '../../../../../src/ipc/multiprocessing/index.js';
import { defer } from '../../../../../src/ipc/core/deferred.js';
import type { Deferred } from '../../../../../src/ipc/core/deferred.js';
import { killAndWait } from '../../../../support/fixtureProcess.js';
import type { Python } from '../../../../support/pythons.js';
import { within } from '../../../../support/within.js';

const FILE = fileURLToPath(new URL('../fixtures/peer.py', import.meta.url));
const ANSWER_MS = 20_000;

/** An operation of fixtures/peer.py with its arguments. */
export interface Command {
  readonly op: string;
  readonly address?: Address;
  readonly key?: string | undefined;
  readonly [more: string]: unknown;
}

export interface Answer {
  /** The class of what was raised. */
  readonly error?: string;
  readonly message?: string;
  readonly [more: string]: unknown;
}

/** A process of Python that does with `multiprocessing.connection` what it is asked for. */
export interface PythonPeer {
  /** Does one thing, and gives what came of it, an exception included. Several may be asked for at once. */
  ask(command: Command): Promise<Answer>;
}

/** Starts one; it is killed when the test ends. */
export function startPython({ path, label }: Python): PythonPeer {
  const child = spawn(path, [FILE], { stdio: 'pipe' });
  onTestFinished(() => killAndWait(child));
  child.stdin.on('error', () => undefined);
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += String(text)));
  const waiting: Deferred<Answer>[] = [];
  createInterface(child.stdout)
    .on('line', (line) => waiting.shift()?.resolve(JSON.parse(line) as Answer))
    .once('close', () => {
      for (const one of waiting) one.reject(new Error(`${label} ended: ${stderr}`));
    });
  return {
    ask: ({ key, ...command }) => {
      const answer = defer<Answer>();
      waiting.push(answer);
      const hex = key === undefined ? {} : { key: Buffer.from(key).toString('hex') };
      child.stdin.write(`${JSON.stringify({ ...command, ...hex })}\n`);
      return within(answer.promise, `${label} answers ${command.op}`, ANSWER_MS);
    },
  };
}
