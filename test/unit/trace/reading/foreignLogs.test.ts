import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../../../src/trace/format/traceFormat.js';
import { readTrace } from '../../../../src/trace/reading/readTrace.js';
import { checkEntries } from '../../../../src/trace/semantics/checkSession.js';
import { newTracePath } from '../../../support/traces.js';

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

function ofClient(path: string): TraceEntry[] {
  return [...readTrace(path)].filter(({ link }) => link === 'client');
}

/** The commands of a session, in their order: what a client asked for. */
function commands(entries: readonly TraceEntry[]): (string | undefined)[] {
  return entries.filter(({ kind }) => kind === 'request').map(({ name }) => name);
}

const SESSION = [
  ...[
    'initialize',
    'launch',
    'setBreakpoints',
    'configurationDone',
    'stackTrace',
    'scopes',
    'variables',
    'evaluate',
  ],
  ...['continue', 'disconnect'],
];

/** Each written by the program itself, in a session with one stop and one expression that fails. */
describe.each([
  ['dlv', 'dlv.txt', SESSION, false],
  // Its errors are the values of expressions.
  ['debugpy', 'debugpy.txt', SESSION, true],
  [
    'LoggingDebugSession',
    'loggingSession.txt',
    [...SESSION.slice(0, 4), 'threads', ...SESSION.slice(4, 9), 'variables', 'disconnect'],
    false,
  ],
])('the log of %s', (_, name, session, isEvaluated) => {
  const entries = ofClient(fixture(name));

  it('has every message, with its time', () => {
    expect(commands(entries)).toEqual(session);
    const responses = entries.filter(({ kind }) => kind === 'response');
    expect(responses).toHaveLength(session.length);
    expect(entries.some(({ kind, name: event }) => kind === 'event' && event === 'stopped')).toBe(true);
    expect(responses.find(({ name: command }) => command === 'evaluate')?.ok).toBe(isEvaluated);
    const times = entries.map(({ mono }) => mono);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('has responses that belong to their requests', () => {
    const problems = checkEntries(entries).map(({ rule }) => rule);
    expect(problems).not.toContain('unknown-request');
    expect(problems).not.toContain('wrong-command');
  });
});

/** A launch by js-debug, in VS Code: the session of the launch, and that of the program, which stops once. */
describe('the log of js-debug', () => {
  const entries = [...readTrace(fixture('jsDebug.txt'))];

  it('has each session by itself, and what is said to V8', () => {
    const ofSession = (session: string) =>
      commands(entries.filter((entry) => entry.link === 'client' && entry.session === session));
    expect(ofSession('1')).toEqual([
      ...['initialize', 'launch', 'setExceptionBreakpoints', 'configurationDone', 'threads'],
      ...['enableNetworking', 'disconnect'],
    ]);
    expect(ofSession('2').slice(-3)).toEqual(['stackTrace', 'continue', 'disconnect']);
    const ofProgram = entries.filter(({ link }) => link === 'program');
    expect(ofProgram.find(({ name }) => name === 'Debugger.enable')?.kind).toBe('request');
    expect(ofProgram.find(({ name }) => name === 'Debugger.resumed')?.kind).toBe('event');
    expect(ofProgram.some(({ kind, ok }) => kind === 'response' && ok === true)).toBe(true);
  });

  it('has responses that belong to their requests', () => {
    const rules = checkEntries(entries.filter(({ link }) => link === 'client')).map(({ rule }) => rule);
    for (const rule of ['unknown-request', 'second-response', 'wrong-command', 'initialize-twice']) {
      expect(rules).not.toContain(rule);
    }
  });
});

/** What the tracker of VS Code's documentation wrote in VS Code, of the session of such a program. */
it('the log of VS Code’s tracker has every message', () => {
  const entries = [...readTrace(fixture('tracker.txt'))];
  expect(commands(entries).slice(0, 2)).toEqual(['initialize', 'launch']);
  expect(commands(entries).slice(-3)).toEqual(['stackTrace', 'continue', 'disconnect']);
  const responses = entries.filter(({ kind }) => kind === 'response');
  expect(responses).toHaveLength(commands(entries).length);
  expect(entries.some(({ kind, name }) => kind === 'event' && name === 'stopped')).toBe(true);
  expect(checkEntries(entries).map(({ rule }) => rule)).not.toContain('unknown-request');
});

describe('the check of other adapters', () => {
  const rules = (name: string): string[] =>
    checkEntries(ofClient(fixture(name))).map(({ rule, text }) => `${rule}: ${text}`);

  it('finds what debugpy says before it may', () => {
    expect(rules('debugpy.txt')).toContain(
      'before-initialize: the event output before the response to initialize',
    );
  });

  it('finds that dlv does not number its messages', () => {
    expect(rules('dlv.txt')).toContain(
      'sequence: seq 0 after 0: numbers grow with each message (reported once)',
    );
  });

  it('finds a reference that was used after the program ran on', () => {
    expect(rules('loggingSession.txt')).toContain(
      'stale-reference: variables uses variablesReference 7, which ended when the program ran on',
    );
  });
});

describe('other logs', () => {
  const messages = [
    { seq: 1, type: 'request', command: 'initialize', arguments: { text: 'a "}" and \\ {' } },
    { seq: 1, type: 'response', request_seq: 1, command: 'initialize', success: true, body: {} },
  ];

  function read(text: string | Buffer): unknown[] {
    const path = newTracePath();
    writeFileSync(path, text);
    return [...readTrace(path)].map(({ direction, message }) => [direction, message]);
  }
  const expected = [
    ['received', messages[0]],
    ['sent', messages[1]],
  ];
  const printed = messages.map((message) => JSON.stringify(message, undefined, 2));

  it('of VS Code’s tracker are read, printed over several lines, also where others print between', () => {
    expect(read(`> ${printed[0]}\n< ${printed[1]}\n`)).toEqual(expected);
    expect(read(`something\n> ${printed[0]}\nother text\n{\n< ${printed[1]}`)).toEqual(expected);
    expect(read(`> ${printed[0]?.slice(0, 30)}\n> ${printed[0]}\n< ${printed[1]}\r\n`)).toEqual(expected);
  });

  it('of js-debug are read, packed or not', () => {
    const lines = [
      { tag: 'runtime', timestamp: 1, message: 'x', level: 1 },
      { tag: 'dap.receive', timestamp: 2, metadata: { connectionId: 0, message: messages[0] }, level: 0 },
      { tag: 'dap.send', timestamp: 3, metadata: { connectionId: 0, message: messages[1] }, level: 0 },
    ].map((line) => JSON.stringify(line));
    expect(read(lines.join('\n'))).toEqual(expected);
    expect(read(gzipSync(lines.join('\n')))).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello\n> world\n'],
    ['other JSON', '{"a":1}\n'],
  ])('with %s in them are refused, with what is read', (_, text) => {
    expect(() => read(text)).toThrow(
      /no message in it that is known: give a trace, or a log of VS Code's tracker/,
    );
  });

  it('that are no files are refused', () => {
    expect(() => [...readTrace('.')]).toThrow(/is a directory/);
    expect(() => [...readTrace('nowhere.jsonl')]).toThrow(/nowhere\.jsonl/);
  });
});

describe('a trace', () => {
  const header = '{"trace":"debug-adapter-ipc","version":1,"started":"","pid":1,"redacted":true}\n';
  const entry = (name: string): string =>
    `{"time":1,"mono":1,"session":"1","side":"adapter","link":"client","kind":"event","direction":"sent","name":"${name}","bytes":2,"message":{}}\n`;
  const names = (path: string) => [...readTrace(path)].map(({ name }) => name);

  it('is read with its older half first, and without what was cut off', () => {
    const path = newTracePath();
    writeFileSync(path, `${header}${entry('b')}not JSON\n{"kind":17}\n${entry('c').slice(0, 40)}`);
    expect(names(path)).toEqual(['b']);
    writeFileSync(`${path}.1`, `${header}${entry('a')}`);
    expect(names(path)).toEqual(['a', 'b']);
  });

  it('of a newer version is refused', () => {
    const path = newTracePath();
    writeFileSync(path, header.replace('"version":1', '"version":2'));
    expect(() => names(path)).toThrow(/version 2, and this program reads versions up to 1: update it/);
  });
});
