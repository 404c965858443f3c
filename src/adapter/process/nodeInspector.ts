import { execFile } from 'node:child_process';
import { readlinkSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { toError } from '../../ipc/index.js';
import { attachFailed } from '../dap/dapErrors.js';
import {
  hasProcFiles,
  readProcess,
  readProcFile,
  socketsOf,
  userOf,
} from '../../processes/listing/procFiles.js';

/** The port at which Node.js opens its inspector, unless the program was started with another. */
const DEFAULT_PORT = 9229;
/** The interval at which the inspector is looked for, in milliseconds. */
const POLL_MS = 50;
/** The time in which an inspector answers a question, in milliseconds. */
const ANSWER_MS = 1_000;
/** The state of a listening socket in /proc/PID/net/tcp. */
const LISTENING = '0A';
/** The bit of SIGUSR1, whose number is 10, in the masks of /proc/PID/status. */
const SIGUSR1_MASK = 1n << 9n;
const NODE_NAME = /^(?:node|nodejs|iojs)(?:[-.\d].*)?$/i;

/** The command that prints the name of a process, where there is no /proc. */
const PS_ARGUMENTS = ['-o', 'comm=', '-p'] as const;

/**
 * Opens the inspector of a Node.js process of this user, unless it is open already.
 *
 * @param timeoutMs the time in which the process must open it, in milliseconds
 * @returns the inspector's address on this machine
 * @throws DapError with the reason: there is no such process, it is another user's, or not Node.js, or refuses
 */
export async function openInspector(pid: number, timeoutMs: number, signal: AbortSignal): Promise<string> {
  await requireNode(pid);
  const open = await findPort(pid);
  if (open !== undefined) return addressOf(open);
  askForInspector(pid);
  const endsAtMs = performance.now() + timeoutMs;
  while (performance.now() < endsAtMs && !signal.aborted) {
    const port = hasProcFiles ? await findPort(pid) : DEFAULT_PORT;
    if (port !== undefined) return addressOf(port);
    await delay(POLL_MS);
  }
  throw attachFailed(
    `process ${pid} was asked to open its inspector (SIGUSR1) and has not in ${timeoutMs} ms. It may be stopped or ` +
      'busy, or its inspector has no room: start it with "node --inspect", and attach by "port".',
  );
}

function addressOf(port: number): string {
  return `127.0.0.1:${port}`;
}

/** Refuses other programs: SIGUSR1 ends a process that does not expect it. */
async function requireNode(pid: number): Promise<void> {
  if (process.platform === 'win32') return;
  const name = hasProcFiles ? nameInProc(pid) : await nameByPs(pid);
  if (name === undefined) throw attachFailed(`there is no process ${pid} that this user may debug.`);
  if (!NODE_NAME.test(name) && name !== basename(realpathSync(process.execPath))) {
    throw attachFailed(`process ${pid} is "${name}", not Node.js.`);
  }
}

function nameInProc(pid: number): string | undefined {
  const own = process.geteuid?.();
  if (readProcess(pid)?.isZombie !== false || (own !== 0 && userOf(pid) !== own)) return undefined;
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''));
  } catch {
    return undefined;
  }
}

async function nameByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', [...PS_ARGUMENTS, String(pid)], { windowsHide: true });
    return basename(stdout.trim());
  } catch {
    return undefined;
  }
}

function askForInspector(pid: number): void {
  if (hasProcFiles) requireHandler(pid);
  try {
    if (process.platform === 'win32') debugProcess(pid);
    else process.kill(pid, 'SIGUSR1');
  } catch (error) {
    throw attachFailed(
      `process ${pid} cannot be asked to open its inspector: ${toError(error).message}`,
      error,
    );
  }
}

/** Opens the inspector as Node.js does it itself where there are no signals. */
function debugProcess(pid: number): void {
  (process as unknown as { _debugProcess(pid: number): void })._debugProcess(pid);
}

function requireHandler(pid: number): void {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readProcFile(`${pid}/status`) ?? '')?.[1];
  if (caught !== undefined && (BigInt(`0x${caught}`) & SIGUSR1_MASK) !== 0n) return;
  throw attachFailed(
    `process ${pid} does not open its inspector when it is asked (it was started with "--disable-sigusr1", or is only ` +
      'starting): start it with "node --inspect", and attach by "port".',
  );
}

/** Finds the port of the process's inspector among those that it listens at. Undefined if it has no inspector. */
async function findPort(pid: number): Promise<number | undefined> {
  for (const port of listeningPorts(pid)) if (await isInspector(port)) return port;
  return undefined;
}

/** The ports at which a process listens, those of the inspector's usual numbers first. */
function listeningPorts(pid: number): number[] {
  const sockets = socketsOf(pid);
  const tables = ['tcp', 'tcp6'].map((name) => readProcFile(`${pid}/net/${name}`) ?? '');
  const ports = tables
    .flatMap((table) => table.split('\n'))
    .flatMap((row) => {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
      const isOwn = state === LISTENING && sockets.has(inode);
      return isOwn ? [Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16)] : [];
    });
  return [...new Set(ports)].sort((a, b) => Math.abs(a - DEFAULT_PORT) - Math.abs(b - DEFAULT_PORT));
}

async function isInspector(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${addressOf(port)}/json/version`, {
      signal: AbortSignal.timeout(ANSWER_MS),
      redirect: 'error',
    });
    const version = (await answer.json()) as { Browser?: unknown } | null;
    return typeof version?.Browser === 'string' && version.Browser.startsWith('node.js/');
  } catch {
    return false;
  }
}
