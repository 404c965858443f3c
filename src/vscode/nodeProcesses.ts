import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The time in which the system lists its processes, in milliseconds. */
const LIST_TIMEOUT_MS = 10_000;
const MAX_LIST_BYTES = 16 * 1024 * 1024;
/** Lists the Node.js processes of this user under Windows, a line each. */
const WINDOWS_LIST =
  'Get-CimInstance Win32_Process -Filter "Name = \'node.exe\'" | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }';
/** Matches a command line whose executable is Node.js. */
const NODE = /^"?(?:\S*[/\\])?node(?:\.exe)?"?(?:\s|$)/i;

/** A process of this user that runs Node.js. */
export interface NodeProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** Lists the Node.js processes of this user, the newest first. Never rejects: what cannot be read is left out. */
export async function nodeProcesses(): Promise<NodeProcess[]> {
  const all = await listProcesses().catch(() => []);
  const others = all.filter(({ pid, commandLine }) => pid !== process.pid && NODE.test(commandLine));
  return others.sort((one, other) => other.pid - one.pid);
}

async function listProcesses(): Promise<NodeProcess[]> {
  if (process.platform === 'linux') return fromProc();
  const options = { timeout: LIST_TIMEOUT_MS, maxBuffer: MAX_LIST_BYTES, windowsHide: true };
  const { stdout } =
    process.platform === 'win32'
      ? await run('powershell.exe', ['-NoProfile', '-Command', WINDOWS_LIST], options)
      : await run('ps', ['-xo', 'pid=,args='], options);
  return parseList(stdout);
}

/** Reads lines of a number and a command line. */
export function parseList(text: string): NodeProcess[] {
  return text.split('\n').flatMap((line) => {
    const [, pid = '', commandLine = ''] = /^\s*(\d+)\s(.*)$/.exec(line.trimEnd()) ?? [];
    return pid === '' ? [] : [{ pid: Number(pid), commandLine: commandLine.trim() }];
  });
}

async function fromProc(): Promise<NodeProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => readProc(Number(pid)).catch(() => undefined)));
  return found.filter((one) => one !== undefined);
}

async function readProc(pid: number): Promise<NodeProcess | undefined> {
  const { uid } = await stat(`/proc/${pid}`);
  if (uid !== process.getuid?.()) return undefined;
  const commandLine = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').join(' ').trim();
  return { pid, commandLine };
}
