import { describe, expect, it } from 'vitest';
import { CliProcess, projectPath } from '../../../support/cliProcess.js';

// Tests the front-end with an adapter that plays a fixed session: two stops in program.txt, then exit code 7.
const PROGRAM = projectPath('test/unit/cli/fixtures/program.txt');

function start(...args: string[]): CliProcess {
  return new CliProcess('test/unit/cli/fixtures/debugWithStandIn.mjs', args);
}

function run(args: string[], input: string): ReturnType<CliProcess['result']> {
  const cli = start(...args);
  cli.child.stdin.end(input);
  return cli.result();
}

describe('the terminal front-end', () => {
  it('shows each stop with its place and the source around it', async () => {
    const { stdout } = await run([''], 'c\nc\n');
    expect(stdout).toContain('Stopped (breakpoint) at test/unit/cli/fixtures/program.txt:3 in inner');
    expect(stdout).toContain(
      '  1 | line one\n  2 | line two\n> 3 | line three\n  4 | line four\n  5 | line five\n',
    );
    expect(stdout).toContain('> 4 | line four');
  });

  it('ends with the exit code of the program', async () => {
    const { code, stdout } = await run([''], 'c\nc\n');
    expect(code).toBe(7);
    expect(stdout).toContain('The program ended with exit code 7.\n');
  });

  it('repeats the last step command on an empty line', async () => {
    const { code } = await run([''], 'n\n\n');
    expect(code).toBe(7);
  });

  it('does not take an empty line for a command before there was a step', async () => {
    const { code, stdout } = await run([''], '\nbt\n\nq\n');
    expect(code).toBe(0);
    expect(stdout.match(/Stopped/g)).toHaveLength(1);
  });

  it('shows the stack, the local variables and the value of an expression with what is in it', async () => {
    const { stdout } = await run([''], 'bt\nlocals\np 6 * 7\np object\nq\n');
    expect(stdout).toContain(
      '  #0 inner  test/unit/cli/fixtures/program.txt:3\n  #1 outer  test/unit/cli/fixtures/program.txt:1\n',
    );
    expect(stdout).toContain('  Local\n    answer = 42\n');
    expect(stdout).not.toContain('Global');
    expect(stdout).toContain('(debug) p 6 * 7\n  <6 * 7>\n(debug)');
    expect(stdout).toContain("  <object>\n    inside = 'deep'\n");
  });

  it('says what is wrong with a command, and takes the next one', async () => {
    const { code, stdout } = await run([''], 'jump\np\np boom\nb nowhere\nb missing.js:3\nh\nq\n');
    expect(stdout).toContain('Unknown command: jump (h shows the commands)');
    expect(stdout).toContain('Usage: p EXPR');
    expect(stdout).toContain('Error: ReferenceError: boom is not defined');
    expect(stdout).toContain('"nowhere" is not FILE:LINE');
    expect(stdout).toContain('"missing.js:3": there is no file');
    expect(stdout).toContain('b FILE:LINE     set a breakpoint');
    expect(code).toBe(0);
  });

  it('sets breakpoints, and tells at the end which were never active', async () => {
    const { stdout } = await run(['', `${PROGRAM}:99`], `b ${PROGRAM}:5\nc\nc\n`);
    expect(stdout).toContain('  Breakpoint at test/unit/cli/fixtures/program.txt:5\n');
    expect(stdout).toContain(
      'Breakpoint test/unit/cli/fixtures/program.txt:99 was never active: no code there',
    );
    expect(stdout).not.toContain('program.txt:5 was never active');
  });

  it('passes the output of the program on to the stream it was meant for, and keeps its own lines apart', async () => {
    const { stdout, stderr } = await run([''], 'q\n');
    expect(stdout).toMatch(/^half a line\nStopped/);
    expect(stderr).toBe('a warning\n');
  });

  it('takes the end of its input for q, and says so', async () => {
    const { code, stdout } = await run([''], '');
    expect(code).toBe(0);
    expect(stdout).toContain('End of input: ending the program, as q does.');
  });

  it('prints nothing but DAP messages on stdout with --json', async () => {
    const { code, stdout, stderr } = await run(['', '--json'], 'p object\nc\nc\n');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { direction: string; message: object });
    expect(lines[0]).toMatchObject({
      direction: 'sent',
      message: { type: 'request', command: 'initialize' },
    });
    expect(lines[1]).toMatchObject({
      direction: 'received',
      message: { type: 'response', command: 'initialize' },
    });
    expect(lines.map(({ direction }) => direction)).toContain('received');
    expect(stderr).toContain('Stopped (breakpoint)');
    expect(code).toBe(7);
  });
});

describe('an adapter that misbehaves', () => {
  it('ends the session with a clear error when it dies while the program runs', async () => {
    const { code, stderr } = await run(['die'], 'c\n');
    expect(stderr).toContain('The adapter ended unexpectedly (killed by SIGKILL)');
    expect(code).toBe(1);
  });

  it('ends the session with a clear error when it dies under a request', async () => {
    const { code, stderr } = await run(['dieAtStop'], 'locals\nc\n');
    expect(stderr).toContain('The adapter ended unexpectedly (killed by SIGKILL)');
    expect(code).toBe(1);
  });

  it('is told as such when what it sends is not DAP', async () => {
    const { code, stderr } = await run(['garbage'], '');
    expect(stderr).toContain(
      'The adapter sent what is not DAP: a malformed message header: "Who goes there?"',
    );
    expect(code).toBe(1);
  });

  it('passes on why it refused to launch', async () => {
    const { code, stderr } = await run(['refuse'], '');
    expect(stderr).toContain('no launch today');
    expect(code).toBe(1);
  });
});

describe.skipIf(process.platform === 'win32')('signals (Windows has none)', () => {
  it('pauses a running program on Ctrl-C, and leaves on a second one', async () => {
    const cli = start('forever', '--json');
    await cli.seen(/"command":"configurationDone","success":true/);
    cli.child.kill('SIGINT');
    await cli.seen(/"command":"stackTrace","success":true/);
    cli.child.kill('SIGINT');
    expect(await cli.result()).toMatchObject({ code: 0, signal: null });
    expect(cli.stderr).toContain('Stopped (pause)');
  });

  it('leaves on Ctrl-C while the launch goes on', async () => {
    const cli = start('mute', '--json');
    await cli.seen(/"command":"launch"/);
    cli.child.kill('SIGINT');
    expect(await cli.result()).toMatchObject({ code: 0, signal: null });
  });

  it('leaves when nobody reads its output any more', async () => {
    const cli = start('');
    await cli.seen(/\(debug\) /);
    cli.child.stdout.destroy();
    cli.type('bt\nbt\nbt\n');
    expect(await cli.result()).toMatchObject({ code: 0, signal: null });
  });

  it('ends the session on SIGTERM, and tells so by its exit code', async () => {
    const cli = start('forever', '--json');
    await cli.seen(/"command":"configurationDone","success":true/);
    cli.child.kill('SIGTERM');
    expect(await cli.result()).toMatchObject({ code: 143, signal: null });
    expect(cli.stdout).toContain('"command":"disconnect"');
  });
});
