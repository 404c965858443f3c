import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PsTable } from '../../../../src/processes/listing/psTable.js';
import type { RunPs } from '../../../../src/processes/listing/psTable.js';
import { identifyReported, isStillThere, signalProcess } from '../../../../src/processes/processIdentity.js';
import { readProcess } from '../../../../src/processes/listing/procFiles.js';
import { ProcessTree } from '../../../../src/processes/processTree.js';
import { posix } from '../../../support/platform.js';

const USER = process.getuid?.() ?? 0;
const PID = 4_100_001;

/** A line of `ps -o pid= -o ppid= -o pgid= -o uid= -o ruid= -o svuid= -o stat= -o lstart=`, as macOS prints it. */
function line(
  pid: number,
  changes: Partial<Record<'parent' | 'users' | 'state' | 'start', string>> = {},
): string {
  const { parent = '1', users = `${USER}   ${USER}   ${USER}`, state = 'S+', start } = changes;
  return `${pid}     ${parent}  ${pid}   ${users} ${state}   ${start ?? 'Sat Nov  8 09:17:56 2026'}    `;
}

/** A `ps` of macOS that knows these lines. */
function ps(...lines: readonly string[]): RunPs {
  return (args) => {
    const asked = args[args.indexOf('-p') + 1] ?? '';
    const found = args.includes('-A') ? lines : lines.filter((one) => one.startsWith(`${asked} `));
    // As the real one, which ends with code 1.
    if (found.length === 0) throw new Error('Command failed: ps');
    return `${found.join('\n')}\n`;
  };
}

describe('processes on macOS', () => {
  it.runIf(posix)('are known by their number and the time of their start', () => {
    const table = new PsTable(ps(line(PID)));
    const identity = identifyReported(PID, table);
    expect(identity).toEqual({ pid: PID, startTime: Date.UTC(2026, 10, 8, 9, 17, 56) / 10, user: USER });
    if (identity === undefined) return;
    expect(isStillThere(identity, table)).toBe(true);
    const later = new PsTable(ps(line(PID, { start: 'Sat Nov  8 09:17:57 2026' })));
    expect(isStillThere(identity, later)).toBe(false);
    expect(signalProcess(identity, 'SIGKILL', later)).toBe(false);
    expect(new ProcessTree(identity, {}, later).signal('SIGKILL')).toBe(false);
  });

  it.each([
    ['belongs to another user', line(PID, { users: '4242 4242 4242' })],
    ['acts for another user', line(PID, { users: `0 ${USER + 1} 0` })],
    ['has ended', line(PID, { state: 'Z' })],
    ['is not there', line(PID + 1)],
    ['has a start that is no time', line(PID, { start: 'before the boot' })],
  ])('are not used if one %s', (_, shown) => {
    expect(identifyReported(PID, new PsTable(ps(shown)))).toBeUndefined();
  });

  it('are not used without ps', () => {
    const table = new PsTable(() => {
      throw new Error('spawnSync /bin/ps ENOENT');
    });
    expect(identifyReported(PID, table)).toBeUndefined();
    expect([table.listProcesses(), table.environmentHas(PID, 'x')]).toEqual([[], false]);
  });

  it('belong to the tree of the process that started them, also after its end', () => {
    const root = line(PID);
    const child = line(PID + 1, { parent: String(PID) });
    const grandchild = line(PID + 2, { parent: String(PID + 1) });
    let lines = [root, child, grandchild, line(PID + 3)];
    const table = new PsTable((args) => ps(...lines)(args));
    const startTime = table.readProcess(PID)?.startTime ?? 0;
    const tree = new ProcessTree({ pid: PID, startTime }, {}, table);
    tree.follow();
    lines = [line(PID + 2, { parent: '1' }), line(PID + 3)];
    expect(tree.isRunning()).toBe(true);
    expect(tree.snapshot().known.map(([pid]) => pid)).toEqual([PID, PID + 1, PID + 2]);
    lines = [line(PID + 3)];
    expect(tree.isRunning()).toBe(false);
  });

  it('are found by a text in their environment, which ps shows behind their arguments', () => {
    const asked: string[][] = [];
    const table = new PsTable((args) => {
      asked.push([...args]);
      return 'node /work/main.js PATH=/bin DEBUG_ADAPTER_IPC_SESSION=8e1f LANG=C\n';
    });
    expect(table.environmentHas(PID, '8e1f')).toBe(true);
    expect(table.environmentHas(PID, '8e2f')).toBe(false);
    expect(asked[0]).toEqual(['-E', '-ww', '-o', 'command=', '-p', String(PID)]);
  });
});

describe.runIf(posix && existsSync('/bin/ps'))(
  'the ps of this system (procps, as that of macOS for these columns)',
  () => {
    it('identifies a real process until it ends', async () => {
      const table = new PsTable();
      const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
      onTestFinished(() => void child.kill('SIGKILL'));
      const { pid = 0 } = child;
      const identity = identifyReported(pid, table);
      expect(identity).toMatchObject({ pid, user: USER });
      const shown = table.listProcesses().find((row) => row.pid === pid);
      expect(shown).toMatchObject({ parent: process.pid, group: pid, isZombie: false });
      if (process.platform === 'linux') expect(shown).toMatchObject({ group: readProcess(pid)?.group });
      expect(Math.abs((identity?.startTime ?? 0) - table.now())).toBeLessThan(60_000);
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(identity && isStillThere(identity, table)).toBe(false);
      expect(identifyReported(pid, table)).toBeUndefined();
    });
  },
);
