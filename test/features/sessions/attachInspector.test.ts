import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { lineOf, stdioClient } from '../../support/programs.js';
import { InspectedProgram } from '../support/inspectedProgram.js';
import { SessionTree } from '../support/sessionTree.js';
import { nextStop, stackOf } from '../support/stops.js';
import type { Stopped } from '../support/stops.js';

const file = fileURLToPath(new URL('../fixtures/inspector/serves.cjs', import.meta.url));
const line = lineOf(file, 'step');
const isLinux = process.platform === 'linux';

interface Variable {
  readonly name: string;
  readonly value: string;
  readonly variablesReference: number;
}

async function attached(configuration: object, breakpoints = {}): Promise<DapClient> {
  const { client } = stdioClient();
  await client.start(configuration, breakpoints, { request: 'attach' });
  return client;
}

/** Fails with the answer to an `attach` that must fail. */
async function refusal(configuration: object): Promise<string> {
  const { client } = stdioClient();
  await client.request('initialize', { adapterID: 'test' });
  const response = await client.ask('attach', configuration);
  expect(response.success).toBe(false);
  return response.message ?? '';
}

function valueOf(client: DapClient, expression: string, frameId: number): Promise<{ result: string }> {
  return client.request('evaluate', { expression, frameId });
}

async function variables(client: DapClient, variablesReference: number): Promise<Variable[]> {
  return (await client.request<{ variables: Variable[] }>('variables', { variablesReference })).variables;
}

describe('a program with an inspector', () => {
  it('is attached to by its port, stops at a breakpoint, and runs on when the client goes', async () => {
    const program = await InspectedProgram.withInspector('runs');
    const client = await attached({ port: program.port }, { [file]: [line] });
    expect(await nextStop(client)).toBe(`step:${line}`);
    const [top] = await stackOf(client);
    expect(Number((await valueOf(client, 'count', top?.id ?? 0)).result)).toBeGreaterThan(0);
    expect(client.output('console')).toContain(`127.0.0.1:${program.port}`);
    await client.request('setBreakpoints', { source: { path: file }, breakpoints: [] });
    await client.request('disconnect');
    await client.closed;
    // A second debugger finds the program running, with nothing of the first one left.
    const next = await attached({ port: program.port });
    const seen = await next.request<{ result: string }>('evaluate', { expression: 'process.uptime() > 0' });
    expect(seen.result).toBe('true');
    expect(program.isRunning).toBe(true);
  });

  it('is attached to by the address of its WebSocket', async () => {
    const program = await InspectedProgram.withInspector('runs');
    const client = await attached({ websocketAddress: program.websocketAddress }, { [file]: [line] });
    expect(await nextStop(client)).toBe(`step:${line}`);
  });

  it('is waited for, as long as "timeout" says', async () => {
    const probe = await InspectedProgram.withInspector('runs');
    const { port } = probe;
    probe.child.kill('SIGKILL');
    await probe.exited;
    const attaching = attached({ port }, { [file]: [line] });
    InspectedProgram.start('runs', [`--inspect=127.0.0.1:${port}`]);
    expect(await nextStop(await attaching)).toBe(`step:${line}`);
  });

  it('that waits at its start stops there if that is asked for, and tells its exit code', async () => {
    const program = await InspectedProgram.withInspector('ends', { option: '--inspect-brk' });
    const client = await attached({ port: program.port, stopOnEntry: true });
    const { reason, threadId } = await client.waitForEvent<Stopped>('stopped');
    expect(reason).toBe('entry');
    expect((await stackOf(client, threadId))[0]).toMatchObject({ line: 2, source: { path: file } });
    await client.request('continue', { threadId });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 7 });
    await client.waitForEvent('terminated');
    expect(await program.exited).toEqual({ code: 7, signal: null });
  });

  it('that waits at its start runs on at once by default, and its breakpoints are hit', async () => {
    const program = await InspectedProgram.withInspector('runs', { option: '--inspect-brk' });
    const client = await attached({ port: program.port }, { [file]: [line] });
    expect(await nextStop(client)).toBe(`step:${line}`);
    expect(client.events.filter(({ event }) => event === 'stopped')).toHaveLength(1);
  });

  it('has the children debugged that it starts from then on', { timeout: 60_000 }, async () => {
    const program = await InspectedProgram.withInspector('starts');
    const tree = new SessionTree(() => stdioClient().client, { [file]: [line] });
    const client = await tree.start({ port: program.port }, { request: 'attach' });
    await client.request('evaluate', { expression: 'startChild()' });
    const child = await tree.child(0);
    expect(await nextStop(child.client)).toBe(`step:${line}`);
    await child.client.request('disconnect', { terminateDebuggee: true });
    await client.request('disconnect');
    expect(program.isRunning).toBe(true);
  });

  it('starts its children as before if they are not to be debugged', async () => {
    const program = await InspectedProgram.withInspector('starts');
    const tree = new SessionTree(() => stdioClient().client);
    const settings = { port: program.port, autoAttachChildProcesses: false };
    const client = await tree.start(settings, { request: 'attach' });
    const expression =
      "require('child_process').spawnSync(process.execPath, ['-p', 'process.env.NODE_OPTIONS'], { encoding: 'utf8' }).stdout";
    const { result } = await client.request<{ result: string }>('evaluate', { expression });
    expect(result).not.toContain('debug-adapter-ipc');
    expect(tree.children).toEqual([]);
  });

  it('has its console calls shown with places, and values that can be expanded', async () => {
    const program = await InspectedProgram.withInspector('logs');
    const client = await attached({ port: program.port });
    const output = await client.waitForEvent<{ output: string; line: number; variablesReference: number }>(
      'output',
      // V8 has no previews for what was logged while the debugger connected.
      ({ output }) => output.includes('nested'),
    );
    expect(output.output).toMatch(/^count \d+ \{nested: \{…\}\} Error: told\n {4}at Timeout\.logs/);
    expect(output.line).toBe(lineOf(file, 'logs'));
    const [first, ...others] = await variables(client, output.variablesReference);
    expect(others).toHaveLength(1);
    expect(await variables(client, first?.variablesReference ?? 0)).toContainEqual(
      expect.objectContaining({ name: 'nested', value: '{list: Array(2)}' }) as Variable,
    );
  });

  it('has log points, which do not mix with its own console calls', async () => {
    const program = await InspectedProgram.withInspector('logs');
    const { client } = stdioClient();
    await client.start({ port: program.port }, {}, { request: 'attach' });
    const breakpoints = [{ line: lineOf(file, 'logs'), logMessage: 'now {count > 0}' }];
    await client.request('setBreakpoints', { source: { path: file }, breakpoints });
    await client.waitForEvent('output', (body) => (body as { output?: string }).output === 'now true\n');
    expect(client.output('stdout')).not.toContain('debugAdapterIpc');
  });

  it('has its workers debugged', async () => {
    const program = await InspectedProgram.withInspector('worker');
    const client = await attached({ port: program.port }, { [file]: [line] });
    const { threadId } = await client.waitForEvent<Stopped>('stopped');
    expect(threadId).toBeGreaterThan(1);
    expect((await stackOf(client, threadId))[0]).toMatchObject({ name: 'step', line });
  });

  it('has its breakpoints in the sources of a script that it loaded before', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'inspected-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    mkdirSync(join(directory, 'src'));
    const source = join(directory, 'src', 'counts.ts');
    const script = join(directory, 'counts.js');
    writeFileSync(source, 'let count: number = 0;\n\n\nsetInterval(() => {\n  count += 1;\n}, 10);\n');
    writeFileSync(
      script,
      'let count = 0;\nsetInterval(() => {\n  count += 1;\n}, 10);\n//# sourceMappingURL=counts.js.map\n',
    );
    // Line by line: 1 to 1, 2 to 4, 3 to 5, 4 to 6.
    writeFileSync(
      `${script}.map`,
      JSON.stringify({
        version: 3,
        sources: ['src/counts.ts'],
        names: [],
        mappings: 'AAAA;AAGA;EACE;AACF',
      }),
    );
    const program = await InspectedProgram.withInspector('', { file: script });
    const client = await attached({ port: program.port, cwd: directory }, { [source]: [5] });
    await client.waitForEvent('stopped');
    expect((await stackOf(client))[0]).toMatchObject({ line: 5, source: { path: source } });
  });

  it('ends when that is asked for, also if it does not heed SIGTERM', async () => {
    const program = await InspectedProgram.withInspector('ignores');
    const client = await attached({ port: program.port }, { [file]: [line] });
    await nextStop(client);
    await client.request('disconnect', { terminateDebuggee: true });
    expect(await program.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('that is killed is told as ended, without an exit code that nobody knows', async () => {
    const program = await InspectedProgram.withInspector('runs');
    const client = await attached({ port: program.port });
    program.child.kill('SIGKILL');
    await client.waitForEvent('terminated');
    expect(client.events.map(({ event }) => event)).not.toContain('exited');
  });

  it('runs on when the adapter is killed', async () => {
    const program = await InspectedProgram.withInspector('runs');
    const { client, child } = stdioClient();
    await client.start({ port: program.port }, { [file]: [line] }, { request: 'attach' });
    await nextStop(client);
    child.kill('SIGKILL');
    await client.closed;
    const next = await attached({ port: program.port }, { [file]: [line] });
    expect(await nextStop(next)).toBe(`step:${line}`);
  });
});

describe('a process of Node.js without an inspector', () => {
  it.runIf(isLinux)('opens one when it is attached to by its number', async () => {
    const program = InspectedProgram.start('runs');
    // Attaches once node handles the signal: before that it is refused.
    const { client } = stdioClient();
    const attach = { processId: String(program.pid) };
    await expect
      .poll(() => refusedFor(attach), { timeout: 8_000, interval: 50 })
      .not.toContain('only starting');
    await client.start(attach, { [file]: [line] }, { request: 'attach' });
    expect(await nextStop(client)).toBe(`step:${line}`);
  });

  it.runIf(isLinux)(
    'that takes the signal for itself is not attached to, and the reason is told',
    async () => {
      const program = InspectedProgram.start('takesSignal');
      await expect
        .poll(() => refusedFor({ processId: program.pid, timeout: 300 }), { timeout: 9_000, interval: 50 })
        .toMatch(/asked to open its inspector \(SIGUSR1\) and has not in 300 ms/);
      expect(program.isRunning).toBe(true);
    },
  );

  /** The reason for which an attach is refused. Empty if it succeeds. */
  async function refusedFor(configuration: object): Promise<string> {
    const { client } = stdioClient();
    await client.request('initialize', { adapterID: 'test' });
    const attaching = client.send('attach', configuration);
    const answered = client.responseTo(attaching);
    const isIn = client.waitForEvent('initialized').then(
      () => true,
      () => false,
    );
    const first = await Promise.race([answered, isIn.then((is) => (is ? undefined : answered))]);
    await client.request('disconnect');
    return first?.message ?? '';
  }
});

describe('an attach without keys is refused', () => {
  it.runIf(isLinux)('where the process is another program, which is left alone', async () => {
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void other.kill('SIGKILL'));
    await once(other, 'spawn');
    expect(await refusal({ processId: other.pid })).toContain(`process ${other.pid} is "sleep", not Node.js`);
    expect(other.exitCode ?? other.signalCode).toBeNull();
  });

  it.runIf(isLinux)('where there is no such process', async () => {
    expect(await refusal({ processId: 2 ** 22 + 7 })).toContain('there is no process');
  });

  it('where nothing listens', async () => {
    const message = await refusal({ port: 1, timeout: 300 });
    expect(message).toContain('no inspector listens at 127.0.0.1:1');
    expect(message).toContain('node --inspect=127.0.0.1:1');
  });

  it('where something else listens', async () => {
    const server = createServer((_, response) => response.end('[]')).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await refusal({ port })).toContain('is no inspector of Node.js or Deno');
  });

  it('where the machine is another', async () => {
    const message = await refusal({ address: '192.0.2.1', port: 9229 });
    expect(message).toContain('192.0.2.1 is another machine');
    expect(message).toContain('ssh -L');
  });

  it.each([
    [{ port: 9229, processId: 1234 }, 'give one of them'],
    [{ port: 0 }, '"port" is the port of an inspector'],
    [{ port: 'nine' }, '"port" is the port of an inspector'],
    [{ processId: 1 }, '"processId" is the number of the process'],
    [{ processId: -5 }, '"processId" is the number of the process'],
    [{ websocketAddress: 'http://127.0.0.1:9229' }, '127.0.0.1:9229'],
    [{ port: 9229, continueOnAttach: 'yes' }, '"continueOnAttach" must be true or false'],
    [{}, '"port" or "processId"'],
  ])('for %j', async (configuration, text) => {
    expect(await refusal(configuration)).toContain(text);
  });
});
