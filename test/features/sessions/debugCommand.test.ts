import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { markedLine } from '../../../src/cli/demo/markedLines.js';
import { CliProcess, projectPath, runCli } from '../../support/cliProcess.js';
import { goneSoon } from '../../support/programs.js';

// The whole path: the front-end, a real adapter, a real launcher, and the example program.
const PROGRAM = projectPath('examples/inventory/main.js');

function at(name: string, mark: string): string {
  const { file, line } = markedLine(name, mark);
  return `${file}:${String(line)}`;
}

describe('debugging the example program', () => {
  it('stops at a breakpoint, looks around, steps, goes on and carries the exit code', async () => {
    const commands = 'bt\nlocals\np receipts.length\np receipts[0]\np nope\nn\nc\n';
    const { code, stdout, stderr } = await runCli(
      ['debug', '--break', at('main.js', 'end'), PROGRAM],
      commands,
    );
    const { line } = markedLine('main.js', 'end');
    expect(stdout).toContain(`Stopped (breakpoint) at examples/inventory/main.js:${String(line)}`);
    expect(stdout).toContain(`> ${String(line)} | console.log(`);
    expect(stdout).toMatch(/#0 \S+ {2}examples\/inventory\/main\.js/);
    expect(stdout).toContain('receipts = ');
    expect(stdout).toContain('(debug) p receipts.length\n  3\n');
    expect(stdout).toMatch(/customer = '?"?Ada/);
    expect(stdout).toMatch(/Error: .*nope is not defined/);
    expect(stdout).toContain('Stopped (step) at examples/inventory/main.js');
    expect(stdout).toContain('left       101.60 EUR\n');
    expect(stderr).toContain('Grace lacks 20 x Lock nut\n');
    expect(stdout).toContain('The program ended with exit code 0.');
    expect(stdout).not.toContain('was never active');
    expect(code).toBe(0);
  });

  it("passes the program's arguments on, and its exit code back", async () => {
    const args = ['debug', '--no-stop-on-entry', PROGRAM, '--', '--fail'];
    const { code, stdout } = await runCli(args);
    expect(stdout).not.toContain('Stopped');
    expect(code).toBe(3);
  });

  it('stops at the first line if there is no breakpoint, where one can be set', async () => {
    const { code, stdout } = await runCli(['debug', PROGRAM], `b ${at('warehouse.js', 'take')}\nc\no\nq\n`);
    expect(stdout).toMatch(/Stopped \(entry\) at examples\/inventory\/\S+:\d+/);
    expect(stdout).toContain('in Warehouse.take\n');
    expect(stdout).toContain('in fulfil\n');
    expect(stdout).not.toContain('left');
    expect(code).toBe(0);
  });

  it('tells which breakpoint was never active, for its file was not loaded', async () => {
    const elsewhere = `${projectPath('scripts/demo.mjs')}:4`;
    const { code, stdout } = await runCli(['debug', '--break', elsewhere, PROGRAM]);
    expect(stdout).toMatch(/Breakpoint scripts.demo\.mjs:4 was never active: \S/);
    expect(code).toBe(0);
  });

  it('shows the entries of a Map, without its prototype', async () => {
    const commands = 'p warehouse.items\nq\n';
    const { stdout } = await runCli(['debug', '--break', at('main.js', 'end'), PROGRAM], commands);
    expect(stdout).toMatch(
      /\n {2}Map\(3\).*\n {4}0 = .*A-100.*\n {4}1 = .*A-200.*\n {4}2 = .*B-100.*\n\(debug\) q/,
    );
  });

  it('steps into a function and out of it', async () => {
    const { stdout } = await runCli(['debug', '--break', at('main.js', 'end'), PROGRAM], 's\no\nq\n');
    expect(stdout).toContain('in Warehouse.worthCents\n');
    expect(stdout.match(/Stopped \(step\)/g)).toHaveLength(2);
  });

  it('prints the DAP messages with --json, and uses the transport asked for', async () => {
    const args = ['debug', '--json', '--transport', 'tcp', '--break', at('main.js', 'end'), PROGRAM];
    const { code, stdout } = await runCli(args, 'c\n');
    const messages = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { message: { event?: string } });
    const connection = messages.find(({ message }) => message.event === 'debug-adapter-ipc/connection');
    expect(connection).toMatchObject({ message: { body: { transport: 'tcp' } } });
    expect(messages.filter(({ message }) => message.event === 'terminated')).toHaveLength(1);
    expect(code).toBe(0);
  });

  it('says that there is no such program', async () => {
    const { code, stderr } = await runCli(['debug', 'no-such-program.js']);
    expect(stderr).toContain('no-such-program.js');
    expect(code).toBe(1);
  });
});

describe.skipIf(process.platform === 'win32')('signals (Windows has none)', () => {
  it('pause a program in a busy loop, which can then be looked at and left', async () => {
    const program = projectPath('test/unit/cli/fixtures/busyLoop.mjs');
    const cli = new CliProcess('dist/bin.cjs', ['debug', '--no-stop-on-entry', program]);
    await cli.seen(/looping\n/);
    cli.child.kill('SIGINT');
    await cli.seen(/Stopped \(pause\) at test\/unit\/cli\/fixtures\/busyLoop\.mjs:4/);
    // On a busy machine it may not have turned once since it was seen to loop.
    cli.type('p turns >= 0\nq\n');
    expect(await cli.result()).toMatchObject({ code: 0, signal: null });
    expect(cli.stdout).toContain('\n  true\n');
  });

  it('that end the program are carried in the exit code, as shells do', async () => {
    const program = projectPath('test/unit/cli/fixtures/killsItself.mjs');
    const { code, stderr } = await runCli(['debug', '--no-stop-on-entry', program]);
    expect(stderr).toContain('SIGKILL');
    expect(code).toBe(137);
  });
});

describe.skipIf(process.platform === 'win32')(
  'an adapter that is killed (by signal, which Windows has not)',
  () => {
    it('ends the front-end with a clear error, and the program with it', async () => {
      const cli = new CliProcess('dist/bin.cjs', ['debug', '--json', PROGRAM]);
      await cli.seen(/"event":"stopped"/);
      const debuggee = Number(/"systemProcessId":(\d+)/.exec(cli.stdout)?.[1]);
      process.kill(childOf(cli.child.pid), 'SIGKILL');
      expect(await cli.result()).toMatchObject({ code: 1, signal: null });
      expect(cli.stderr).toContain('The adapter ended unexpectedly (killed by SIGKILL)');
      await goneSoon([debuggee], 10_000);
    });
  },
);

function childOf(parent: number | undefined): number {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = table.map((row) => row.trim().split(/\s+/).map(Number));
  return pairs.find(([, parentPid]) => parentPid === parent)?.[0] ?? Number.NaN;
}
