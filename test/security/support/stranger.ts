import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { within } from '../../support/within.js';

const NOBODY = 65_534;

/** The reason why no process of another user can be started here. Undefined if it can. */
export const noOtherUser =
  process.getuid?.() === 0 ? undefined : 'only root can start a process as another user';

/**
 * Tries to listen at an endpoint without a pause, until stdin ends. Then it prints the number of attempts and of
 * successes. It goes on at once after a success, so that one does not hide the next.
 */
const BIND_LOOP = `
  const net = require('node:net');
  const at = JSON.parse(process.argv[1]);
  let attempts = 0, successes = 0, over = false;
  process.stdin.once('end', () => (over = true)).resume();
  function attempt() {
    if (over) return console.log(JSON.stringify({ attempts, successes }));
    attempts += 1;
    const server = net.createServer();
    server.once('error', () => setImmediate(attempt));
    server.listen(at, () => { successes += 1; server.close(() => setImmediate(attempt)); });
    if (attempts === 1) console.log('began');
  }
  attempt();
`;

export interface BindAttempts {
  readonly attempts: number;
  readonly successes: number;
}

/**
 * Starts a process of another user that tries to listen at the endpoint all the time.
 *
 * @returns a function that ends the attempts and gives their numbers
 */
export async function bindingStranger(
  endpoint: { readonly host: string; readonly port: number } | { readonly path: string },
): Promise<() => Promise<BindAttempts>> {
  const child = spawn(process.execPath, ['-e', BIND_LOOP, JSON.stringify(endpoint)], {
    uid: NOBODY,
    gid: NOBODY,
    cwd: '/',
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await within(once(child.stdout, 'data'), 'the stranger has begun');
  return async () => {
    child.stdin.end();
    await within(closed, 'the stranger is done');
    return JSON.parse(said.replace('began\n', '')) as BindAttempts;
  };
}
