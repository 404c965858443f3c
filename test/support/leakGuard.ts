import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The pace of looking again.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';

/*
 * Runs around every test file. A socket, a child, a timer or a file that a test leaves behind makes its own
 * test file fail, with a message that names it, and not a later one.
 */

const SETTLE_MS = 2_000;
const LOOK_AGAIN_MS = 20;
/** Name of timers. The runner's own timers are short or unref'd, so no timer may be left at the end. */
const TIMER = 'Timeout';

/** Resources of this process: the number of each kind. */
type Holdings = ReadonlyMap<string, number>;

// The path is short, so that socket paths fit. Children inherit it, so that their files are found too.
const scratch = mkdtempSync(process.platform === 'win32' ? join(tmpdir(), 't-') : '/tmp/t-');
/** The variables of the temporary directory. */
const TEMPORARY = process.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR'];
const outerTemporary = TEMPORARY.map((name) => [name, process.env[name]] as const);
const outerRuntimeDir = process.env.XDG_RUNTIME_DIR;
let before: Holdings = new Map();

beforeAll(() => {
  for (const name of TEMPORARY) process.env[name] = scratch;
  delete process.env.XDG_RUNTIME_DIR;
  before = holdings();
});

afterAll(async () => {
  try {
    const leaks = await leaksAfterSettling();
    if (leaks.length > 0) throw new Error(`this test file left behind: ${leaks.join('; ')}`);
  } finally {
    for (const [name, value] of outerTemporary) restore(name, value);
    restore('XDG_RUNTIME_DIR', outerRuntimeDir);
    rmSync(scratch, { recursive: true, force: true });
  }
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

async function leaksAfterSettling(): Promise<string[]> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const leaks = [...leakedFiles(), ...leakedHoldings(), ...livingChildren()];
    if (leaks.length === 0 || performance.now() > deadline) return leaks;
    await delay(LOOK_AGAIN_MS);
  }
}

function leakedFiles(): string[] {
  return readdirSync(scratch)
    .filter((name) => name.startsWith('dai-'))
    .map((name) => `the directory ${join(scratch, name)}`);
}

function leakedHoldings(): string[] {
  const leaks: string[] = [];
  for (const [kind, count] of holdings()) {
    const more = count - (kind === TIMER ? 0 : (before.get(kind) ?? 0));
    if (more > 0) leaks.push(`${more} x ${kind}`);
  }
  return leaks;
}

function holdings(): Holdings {
  const counts = new Map<string, number>();
  const add = (kind: string): void => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  };
  for (const resource of process.getActiveResourcesInfo()) add(resource);
  for (const kind of openDescriptors()) add(kind);
  return counts;
}

/** Kinds of the open sockets and pipes: `socket descriptor`, `pipe descriptor`. Empty unless on Linux. */
function openDescriptors(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    const kind = /^(socket|pipe):/.exec(linkTarget(`/proc/self/fd/${fd}`))?.[1];
    return kind === undefined ? [] : [`${kind} descriptor`];
  });
}

/** Reads a link. Empty if the link no longer exists, as for the descriptor that listed the directory. */
function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Children that run, also children that were unref'd or whose handle was dropped. Empty unless on Linux. */
function livingChildren(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/task').flatMap((thread) =>
    textOf(`/proc/self/task/${thread}/children`)
      .split(' ')
      .filter((pid) => pid !== '')
      .map((pid) => `the child ${pid} (${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()})`),
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
