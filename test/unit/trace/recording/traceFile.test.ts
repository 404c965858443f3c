import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TraceFile } from '../../../../src/trace/recording/traceFile.js';
import type { TraceOptions } from '../../../../src/trace/recording/traceFile.js';
import { projectPath } from '../../../support/cliProcess.js';
import { entriesOf, linesOf, newTracePath, shortly } from '../../../support/traces.js';
import { eventually } from '../../../support/within.js';

const ORIGIN = { session: '1', side: 'adapter', link: 'client' };
const isWindows = process.platform === 'win32';

function open(path: string, options?: TraceOptions): TraceFile {
  const file = TraceFile.open(path, options);
  onTestFinished(() => file.close());
  return file;
}

describe('a trace file', () => {
  it('has a header and an entry for each message and note, as the schema says', () => {
    const path = newTracePath();
    const file = open(path);
    const sink = file.link(ORIGIN);
    sink.message('received', {
      seq: 1,
      type: 'request',
      command: 'launch',
      arguments: { env: { A: 'value' } },
    });
    sink.message('sent', { seq: 9, type: 'response', request_seq: 1, command: 'launch', success: false });
    sink.message('sent', { event: 'stopped', body: {} });
    sink.message('sent', { command: 'pause', id: 3 });
    sink.message('received', { event: 'response', id: 3, success: true });
    sink.message('received', { jsonrpc: '2.0' });
    sink.note('state', { state: 'closed' });
    file.close();
    expect(entriesOf(path).map(shortly)).toEqual([
      'received launch',
      'sent response 1',
      'sent stopped',
      'sent pause',
      'received response 3',
      'received undefined',
      'state closed',
    ]);
    const [request, response] = entriesOf(path);
    expect(request).toMatchObject({ ...ORIGIN, kind: 'request', seq: 1, bytes: 79 });
    expect(response).toMatchObject({ kind: 'response', name: 'launch', of: 1, ok: false, bytes: 78 });
    expect(Math.abs((request?.time ?? 0) - Date.now())).toBeLessThan(60_000);
    const schema = JSON.parse(readFileSync(projectPath('docs/trace.schema.json'), 'utf8')) as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    for (const line of linesOf(path)) expect(validate(line), JSON.stringify(line)).toBe(true);
  });

  it('takes messages as they are if it is told to', () => {
    const path = newTracePath();
    const file = open(path, { redact: false });
    file.link(ORIGIN).message('sent', { key: 'abc' });
    file.close();
    expect(linesOf(path)).toEqual([
      expect.objectContaining({ redacted: false }),
      expect.objectContaining({ message: { key: 'abc' } }),
    ]);
  });

  it('takes messages that have no JSON', () => {
    const path = newTracePath();
    const file = open(path);
    const circle: { self?: object } = {};
    circle.self = circle;
    file.link(ORIGIN).message('sent', circle);
    file.link(ORIGIN).note('log', { big: 1n });
    file.close();
    expect(entriesOf(path).map(({ message, note }) => message ?? note)).toEqual([{}, {}]);
  });

  it('is written soon, without a close', async () => {
    const path = newTracePath();
    const sink = open(path).link(ORIGIN);
    sink.message('sent', { event: 'one' });
    await eventually(() => entriesOf(path).length === 1, 'the entry is in the file', 10_000);
  });

  it('is appended to by several at once', () => {
    const path = newTracePath();
    const files = [open(path), open(path)];
    for (let round = 0; round < 50; round++) {
      for (const file of files) {
        file.link(ORIGIN).message('sent', { event: `of ${files.indexOf(file)}` });
        file.flush();
      }
    }
    for (const file of files) file.close();
    expect(linesOf(path).filter((line) => 'trace' in line)).toHaveLength(2);
    expect(entriesOf(path)).toHaveLength(100);
  });

  it('keeps within its size: the newest entries, in two files', () => {
    const path = newTracePath();
    const file = open(path, { maxBytes: 128 * 1024 });
    const sink = file.link(ORIGIN);
    for (let number = 0; number < 5_000; number++) {
      sink.message('sent', { event: 'output', body: { number, output: 'x'.repeat(100) } });
      if (number % 50 === 0) file.flush();
    }
    file.close();
    expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThanOrEqual(128 * 1024);
    const numbers = [...entriesOf(`${path}.1`), ...entriesOf(path)].map(
      ({ message }) => (message?.body as { number: number }).number,
    );
    expect(numbers.at(-1)).toBe(4_999);
    expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at));
    for (const part of [path, `${path}.1`]) expect(linesOf(part)[0]).toMatchObject({ version: 1 });
  });

  it('does not replace a file beside it that is no trace', () => {
    const path = newTracePath();
    writeFileSync(`${path}.1`, 'a list of mine\n');
    const errors: string[] = [];
    const file = open(path, { maxBytes: 64 * 1024, onError: ({ message }) => errors.push(message) });
    const sink = file.link(ORIGIN);
    for (let number = 0; number < 1_000; number++) sink.message('sent', { output: 'x'.repeat(100) });
    file.close();
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('a list of mine\n');
    expect(errors).toEqual([expect.stringContaining('something else in it than a trace')]);
  });

  it.skipIf(isWindows)('is for its user alone, also if it was there', () => {
    const path = newTracePath();
    open(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    open(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is no file with something else in it, and no directory', () => {
    const path = newTracePath();
    writeFileSync(path, 'console.log(1)\n');
    expect(() => open(path)).toThrow(/something else in it than a trace: choose another file/);
    expect(readFileSync(path, 'utf8')).toBe('console.log(1)\n');
    mkdirSync(`${path}.d`);
    expect(() => open(`${path}.d`)).toThrow();
  });

  it.skipIf(isWindows)('can be reached by a link of this user, and is moved there', () => {
    const path = newTracePath();
    symlinkSync(`${path}.real`, `${path}.link`);
    const file = open(`${path}.link`, { maxBytes: 64 * 1024 });
    const sink = file.link(ORIGIN);
    for (let number = 0; number < 1_000; number++) sink.message('sent', { output: 'x'.repeat(100) });
    file.close();
    expect(existsSync(`${path}.real.1`)).toBe(true);
    expect(existsSync(`${path}.link.1`)).toBe(false);
  });
});
