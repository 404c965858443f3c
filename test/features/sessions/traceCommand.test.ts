import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CliProcess, followedAt, projectPath, runCli } from '../../support/cliProcess.js';
import { TraceFile } from '../../../src/trace/recording/traceFile.js';
import { DapClient } from '../../support/dapClient.js';
import { program, stdioClient } from '../../support/programs.js';
import { entriesOf, newTracePath, shortly } from '../../support/traces.js';

const steps = program('steps.cjs');
const DLV_LOG = projectPath('test/unit/trace/fixtures/dlv.txt');
/** The program's argument is not in the recording. */
const AGAIN = ['--launch', JSON.stringify({ args: ['0'] })];
const ADAPTER = ['--', process.execPath, projectPath('dist/bin.cjs'), 'adapter'];

let recording: { readonly path: string; readonly text: string } | undefined;

/** A recorded session with a stop, in which an expression fails. Recorded once. */
async function recorded(): Promise<string> {
  const path = newTracePath();
  if (recording === undefined) {
    const { client } = stdioClient();
    await client.start({
      program: steps,
      cwd: dirname(steps),
      stopOnEntry: true,
      args: ['0'],
      trace: path,
    });
    const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
    const { stackFrames } = await client.request<{ stackFrames: { id: number }[] }>('stackTrace', {
      threadId,
    });
    const frameId = stackFrames[0]?.id;
    const { scopes } = await client.request<{ scopes: { variablesReference: number }[] }>('scopes', {
      frameId,
    });
    await client.request('variables', { variablesReference: scopes[0]?.variablesReference });
    await client.ask('evaluate', { expression: 'nothingOfThisName', frameId });
    await client.request('continue', { threadId });
    await client.waitForEvent('terminated');
    await client.request('disconnect');
    await client.closed;
    recording = { path, text: readFileSync(path, 'utf8') };
  }
  writeFileSync(path, recording.text);
  return path;
}

async function trace(...args: string[]): Promise<{ code: number | null; lines: string[]; stderr: string }> {
  const { code, stdout, stderr } = await runCli(['trace', ...args]);
  return { code, lines: stdout.split('\n').slice(0, -1), stderr };
}

describe('trace show', () => {
  it('prints a line for each message, with who sent it, how long it took and what it says', async () => {
    const path = await recorded();
    const { code, lines } = await trace('show', path);
    expect(code).toBe(0);
    expect(lines.length).toBe(entriesOf(path).length);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^ +0\.0 {2}client → adapter +initialize #1 {2}.*clientID|^ +0\.0 {2}client → adapter +initialize #1/,
        ),
        expect.stringMatching(
          /client ← adapter +└ evaluate #\d+ [\d.]+ ms {2}.*nothingOfThisName is not defined/,
        ),
        expect.stringMatching(/adapter ← launcher +└ stackTrace #\d+ [\d.]+ ms {2}stackFrames=\[\d+\]/),
        expect.stringMatching(/launcher +state {2}state="open"/),
      ]),
    );
  });

  it('prints failures alone, or what is slow, or JSON', async () => {
    const path = await recorded();
    const errors = await trace('show', '--errors', path);
    expect(errors.lines.filter((line) => line.includes('client'))).toEqual([
      expect.stringContaining('└ evaluate'),
    ]);
    const slow = await trace('show', '--slow', '60000', path);
    expect(slow.lines).toEqual([]);
    const json = (await trace('show', '--json', path)).lines.map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    expect(json).toHaveLength(entriesOf(path).length);
    const response = json.find(({ kind, link }) => kind === 'response' && link === 'launcher');
    expect(response).toMatchObject({ name: 'initialize', answerMs: expect.any(Number) as number });
  });

  it('prints what it comes to', async () => {
    const path = await recorded();
    const { lines } = await trace('show', '--stats', path);
    const text = lines.join('\n');
    expect(text).toMatch(
      /^\d+ entries, 1 session, [\d.]+ s\n\nLaunch\n {2}initialize +[\d.]+ ms\n {2}until the launch/,
    );
    expect(text).toMatch(/Slowest requests\n.*median.*p95.*max/);
    expect(text).toMatch(/evaluate \(client\) +1 \(1 failed\)/);
    const [json = ''] = (await trace('show', '--stats', '--json', path)).lines;
    expect(JSON.parse(json)).toMatchObject({ entries: entriesOf(path).length, sessions: 1 });
  });

  it('prints the log of another debug adapter, with its violations', async () => {
    const { lines } = await trace('show', DLV_LOG);
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/! sequence: seq 0 after 0/)]));
  });

  it.each<[string[], RegExp]>([
    [['show', 'nowhere'], /nowhere/],
    [['show', steps], /no message in it that is known/],
    [['show', '--slow', 'much', DLV_LOG], /A number of milliseconds/],
    [['dance'], /unknown command 'dance'/],
    [['redact', DLV_LOG], /required option '-o/],
    [['replay', DLV_LOG], /missing required argument 'adapter'/],
    [['replay', '--launch', '[]', DLV_LOG, '--', 'x'], /--launch: give a JSON object/],
  ])('%j is a mistake that is told', async (args, expected) => {
    const { code, stderr } = await trace(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(expected)]);
  });
});

describe('trace redact', () => {
  it('writes a copy without private words, and replaces paths and names by the same stand-ins', async () => {
    const path = await recorded();
    const output = `${path}.redacted`;
    expect(await trace('redact', '-o', output, '--paths', '--names', path)).toMatchObject({ code: 0 });
    const text = readFileSync(output, 'utf8');
    expect(text).not.toContain('steps');
    expect(text).not.toContain('nothingOfThisName');
    expect(entriesOf(output).map(shortly)).toEqual(entriesOf(path).map(shortly));
    const paths = new Set([...text.matchAll(/"path":"([^"]*\.cjs)"/g)].map(([, found]) => found));
    expect(paths.size).toBe(1);
    if (process.platform !== 'win32') expect(statSync(output).mode & 0o777).toBe(0o600);
    expect((await trace('redact', '-o', output, path)).stderr).toMatch(/there is a file at .* already/);
  });

  it('redacts the log of another debug adapter', async () => {
    const output = newTracePath();
    const log = projectPath('test/unit/trace/fixtures/loggingSession.txt');
    expect(readFileSync(log, 'utf8')).toContain('abcdefgh');
    await trace('redact', '-o', output, log);
    expect(readFileSync(output, 'utf8')).not.toContain('abcdefgh');
    expect(entriesOf(output).length).toBeGreaterThan(10);
  });
});

describe('trace replay', () => {
  it('gets the same answers in kind from the same adapter', async () => {
    const { code, lines, stderr } = await trace('replay', ...AGAIN, await recorded(), ...ADAPTER);
    expect([code, lines, stderr]).toEqual([
      0,
      [expect.stringMatching(/^\d+ requests: the same answers in kind$/)],
      '',
    ]);
  });

  it('tells where another adapter answers differently', async () => {
    const path = await recorded();
    const launch = JSON.stringify({ program: 'nowhere.cjs' });
    const { code, lines } = await trace('replay', '--launch', launch, '--timeout', '2000', path, ...ADAPTER);
    expect(code).toBe(1);
    expect(lines[0]).toMatch(
      /^launch \(request 2\): it succeeds in the recording, and it fails \(.*nowhere\.cjs.*\) now$/,
    );
  });

  it('tells that an adapter is none', async () => {
    const { code, lines } = await trace(
      'replay',
      '--timeout',
      '5000',
      await recorded(),
      '--',
      process.execPath,
      '-e',
      '',
    );
    expect([code, lines[0]]).toEqual([1, expect.stringMatching(/initialize \(request 1\) got no answer/)]);
  });
});

describe('trace minimise', () => {
  const LOOKS = `process.exit(require('fs').readFileSync(process.argv[1], 'utf8').includes('nothingOfThisName') ? 0 : 1)`;

  it('finds the shortest part for which the command succeeds', async () => {
    const path = await recorded();
    const output = `${path}.least`;
    const { code, lines } = await trace(
      'minimise',
      '-o',
      output,
      path,
      '--',
      process.execPath,
      '-e',
      LOOKS,
      '{}',
    );
    expect([code, lines]).toEqual([0, [expect.stringMatching(/^\d+ of \d+ entries are in /)]]);
    const requests = entriesOf(output).filter(({ kind, link }) => kind === 'request' && link === 'client');
    expect(requests.map(({ name }) => name)).toEqual(['initialize', 'launch', 'evaluate']);
  });

  it('tells if the command does not succeed for the whole', async () => {
    const output = newTracePath();
    const { code, stderr } = await trace(
      'minimise',
      '-o',
      output,
      DLV_LOG,
      '--',
      process.execPath,
      '-e',
      'process.exit(1)',
    );
    expect([code, stderr]).toEqual([2, expect.stringMatching(/does not succeed for .*dlv\.txt itself/)]);
    expect(existsSync(output)).toBe(false);
  });
});

describe('an adapter with a fault, that is recorded without it', () => {
  const faulty = program('faultyAdapter.cjs');

  /** Records a session with the adapter, from the client's side. */
  async function recordedClient(): Promise<string> {
    const path = newTracePath();
    const child = spawn(process.execPath, [faulty], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const client = new DapClient(child.stdin, child.stdout);
    await client.start({ program: 'pretended.js' });
    await client.waitForEvent('stopped');
    await client.request('threads');
    await client.request('evaluate', { expression: 'spoil' });
    await client.request('variables', { variablesReference: 1 });
    child.stdin.end();
    await client.closed;
    const file = TraceFile.open(path);
    const sink = file.link({ session: '1', side: 'client', link: 'client' });
    for (const { direction, message } of client.transcript) sink.message(direction, message);
    file.close();
    return path;
  }

  it('answers a replay in the same kind, and with its fault differently', async () => {
    const path = await recordedClient();
    const adapter = ['--', process.execPath, faulty];
    expect(await trace('replay', path, ...adapter)).toMatchObject({
      code: 0,
      lines: [expect.stringMatching(/^\d+ requests: the same answers in kind$/)],
    });
    const [asked] = entriesOf(path)
      .filter(({ kind, name }) => kind === 'request' && name === 'variables')
      .slice(-1);
    expect(await trace('replay', path, ...adapter, '--faulty')).toMatchObject({
      code: 1,
      lines: [
        `variables (request ${asked?.seq}): body.variables is a list in the recording, and missing now`,
      ],
    });
  });

  it('shows its fault by the two requests that minimise finds', async () => {
    const output = newTracePath();
    const shows = ['--', process.execPath, program('showsFault.cjs'), '{}'];
    expect(await trace('minimise', '-o', output, await recordedClient(), ...shows)).toMatchObject({
      code: 0,
    });
    const entries = entriesOf(output).map(({ kind, message }) => [
      kind,
      message?.command,
      message?.arguments,
    ]);
    expect(entries.filter(([kind]) => kind === 'request').slice(2)).toEqual([
      ['request', 'evaluate', { expression: 'spoil' }],
      ['request', 'variables', { variablesReference: 1 }],
    ]);
  });
});

/** The status of a request that names another host, as a page has it whose name leads to this machine. */
async function statusWithHost(address: string, host: string): Promise<number | undefined> {
  const [response] = (await once(get(address, { headers: { host } }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

function fail(received: string): never {
  throw new Error(`the events ended after ${received}`);
}

describe('trace follow', () => {
  it('prints what is recorded, as it comes, with the file that takes its place', async () => {
    const text = readFileSync(await recorded(), 'utf8');
    const path = newTracePath();
    const follow = new CliProcess('dist/bin.cjs', ['trace', 'follow', '--text', path]);
    onTestFinished(() => void follow.child.kill('SIGKILL'));
    const [header = '', first = '', ...rest] = text.split('\n');
    writeFileSync(path, `${header}\n${first}\n`);
    await follow.seen(/initialize #1/);
    writeFileSync(path, `${rest.slice(0, 5).join('\n')}\n`, { flag: 'a' });
    await follow.seen(/launch #2/);
  });

  it('serves a page with what is recorded, as it comes, to those who know its address', async () => {
    const [header = '', first = '', second = ''] = readFileSync(await recorded(), 'utf8').split('\n');
    const path = newTracePath();
    writeFileSync(path, `${header}\n${first}\n`);
    const address = await followedAt(path);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    const page = await fetch(address);
    expect(await page.text()).toContain("content=\"default-src 'none'; connect-src 'self'; style-src");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    const events = await fetch(new URL('events', address));
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    onTestFinished(() => reader?.cancel());
    let received = '';
    const receive = async (text: string): Promise<void> => {
      while (!received.includes(text)) received += (await reader?.read())?.value ?? fail(received);
    };
    await receive('"entries":1,');
    expect(received).toMatch(/^data: \{"lines":\["\{.*initialize/);
    writeFileSync(path, `${second}\n`, { flag: 'a' });
    await receive('"entries":2,');
    expect((await fetch(new URL('/another/', address))).status).toBe(404);
    expect((await fetch(address, { method: 'POST' })).status).toBe(404);
    expect(await statusWithHost(address, 'somewhere.example')).toBe(404);
  });
});
