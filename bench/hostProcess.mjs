import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { within } from './within.mjs';

const HOST = fileURLToPath(new URL('host.mjs', import.meta.url));
/**
 * Longest time for a measurement. A quadratic contender takes most of a minute for work that others do at
 * once.
 */
const MEASUREMENT_MS = 240_000;

/**
 * Runs one measurement in a new process with a new peer: fresh heaps, fresh compilers, and a separate
 * directory for sockets, in which forgotten files are detected.
 *
 * @throws Error with the end of the host's stderr if there is no result
 */
export async function measure(contender, job, { hostOptions = [], hostEnv = {} } = {}) {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const env = { ...process.env, ...hostEnv, TMPDIR: scratch, XDG_RUNTIME_DIR: '' };
    return await runHost(hostCommand(contender, job, hostOptions), env);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function hostCommand(contender, job, nodeOptions) {
  const { command, args } = contender.host ?? { command: process.execPath, args: [...nodeOptions, HOST] };
  return { command, args: [...args, JSON.stringify(job)] };
}

async function runHost({ command, args }, env) {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const output = collect(child.stdout);
  const errors = collect(child.stderr);
  const closed = once(child, 'close');
  try {
    await within(closed, MEASUREMENT_MS, 'a measurement');
  } catch (error) {
    // A host ends its peer when it ends, or when its stdin ends because this process has died.
    child.kill('SIGKILL');
    await closed.catch(() => undefined);
    throw error;
  }
  const line = output().trim();
  if (child.exitCode !== 0 || line === '')
    throw new Error(lastLines(errors()) || `exit code ${child.exitCode}`);
  return JSON.parse(line);
}

function collect(stream) {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  return () => text;
}

function lastLines(text) {
  const lines = text.trim().split('\n');
  return lines.find((line) => /Error/.test(line))?.trim() ?? lines.at(-1);
}
