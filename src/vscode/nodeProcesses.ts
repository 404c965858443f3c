import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { privateFilesOf, readKeyFileInBackground } from '../ipc/index.js';
import {
  hasProcFiles,
  listProcesses as processRows,
  readProcFile,
  userOf,
} from '../processes/listing/procFiles.js';

const run = promisify(execFile);

/** The time in which the system lists its processes, in milliseconds. */
const LIST_TIMEOUT_MS = 10_000;
const MAX_LIST_BYTES = 16 * 1024 * 1024;
/** Lists the Node.js processes of this user under Windows, a line each. */
const WINDOWS_LIST =
  'Get-CimInstance Win32_Process -Filter "Name = \'node.exe\'" | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }';
/** Matches a command line whose executable is Node.js. */
const NODE = /^"?(?:\S*[/\\])?node(?:\.exe)?"?(?:\s|$)/i;

/** Matches the command line of a program to attach to, and the key file that it may name. */
const LISTENS = /\slaunch\s(?:.*\s)?--listen(?:\s|=)/;
const KEY_FILE = /\s--key-file[\s=](\S+)/;

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
  if (hasProcFiles) return fromProc();
  const options = { timeout: LIST_TIMEOUT_MS, maxBuffer: MAX_LIST_BYTES, windowsHide: true };
  const { stdout } =
    process.platform === 'win32'
      ? await run('powershell.exe', ['-NoProfile', '-Command', WINDOWS_LIST], options)
      : await run('ps', ['-xo', 'pid=,args='], options);
  return parseList(stdout);
}

/**
 * Finds the key file by which a program is attached to that waits for a debugger: one that was started with
 * `debug-adapter-ipc launch --listen`.
 *
 * @returns undefined for any other program; never rejects
 */
export async function keyFileOf({ pid, commandLine }: NodeProcess): Promise<string | undefined> {
  if (!LISTENS.test(commandLine)) return undefined;
  const given = KEY_FILE.exec(commandLine)?.[1];
  for (const path of given === undefined ? await privateFilesOf(pid) : [given]) {
    const endpoint = await readKeyFileInBackground(path).then(
      (file) => file.endpoint,
      () => undefined,
    );
    if (endpoint !== undefined) return path;
  }
  return undefined;
}

/** Reads lines of a number and a command line. */
export function parseList(text: string): NodeProcess[] {
  return text.split('\n').flatMap((line) => {
    const [, pid = '', commandLine = ''] = /^\s*(\d+)\s(.*)$/.exec(line.trimEnd()) ?? [];
    return pid === '' ? [] : [{ pid: Number(pid), commandLine: commandLine.trim() }];
  });
}

function fromProc(): NodeProcess[] {
  const user = process.getuid?.();
  const own = processRows().filter(({ pid }) => userOf(pid) === user);
  return own.map(({ pid }) => {
    const bytes = Buffer.from(readProcFile(`${pid}/cmdline`) ?? '', 'latin1');
    return { pid, commandLine: bytes.toString().split('\0').join(' ').trim() };
  });
}
