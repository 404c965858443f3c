import { describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../../../src/trace/format/traceFormat.js';
import { classify } from '../../../../src/trace/format/classify.js';
import { checkEntries } from '../../../../src/trace/semantics/checkSession.js';

type Line = readonly ['>' | '<', Readonly<Record<string, unknown>>] | 'closed';

const ENTRY = { time: 0, mono: 0, session: '1', side: 'adapter', link: 'client' } as const;

/** Entries of a session: `>` from the client, `<` from the adapter. */
function entriesOf(lines: readonly Line[]): TraceEntry[] {
  return lines.map((line) => {
    if (line === 'closed') return { ...ENTRY, kind: 'state', note: { state: 'closed' } };
    const [arrow, message] = line;
    const facts = classify(message) as Pick<TraceEntry, 'kind'>;
    return { ...ENTRY, ...facts, direction: arrow === '>' ? 'received' : 'sent', bytes: 0, message };
  });
}

function rulesOf(lines: readonly Line[]): string[] {
  return checkEntries(entriesOf(lines)).map(({ entry, rule, text }) => `${entry} ${rule}: ${text}`);
}

let seq = 0;
function request(command: string, args?: object): Line {
  return ['>', { seq: ++seq, type: 'request', command, ...(args && { arguments: args }) }];
}
let sent = 0;
function answer(to: number, command: string, body?: object): Line {
  const response = { seq: ++sent, type: 'response', request_seq: to, command, success: true };
  return ['<', { ...response, ...(body && { body }) }];
}
function event(name: string, body?: object): Line {
  return ['<', { seq: ++sent, type: 'event', event: name, ...(body && { body }) }];
}

/** A session up to its first stop, which breaks no rule: 9 entries, 4 requests. */
function begun(): Line[] {
  [seq, sent] = [0, 0];
  return [
    request('initialize', { adapterID: 'x' }),
    answer(1, 'initialize', { supportsConfigurationDoneRequest: true }),
    request('launch', {}),
    event('initialized'),
    request('configurationDone'),
    answer(3, 'configurationDone'),
    answer(2, 'launch'),
    event('stopped', { reason: 'entry', threadId: 1 }),
  ];
}

describe('the rules of a session', () => {
  it('are kept by a session that is as DAP says', () => {
    const lines: Line[] = [...begun(), request('stackTrace', { threadId: 1 })];
    const frames = [{ id: 5, name: 'main', line: 1, column: 1 }];
    lines.push(answer(4, 'stackTrace', { stackFrames: frames }), request('scopes', { frameId: 5 }));
    lines.push(answer(5, 'scopes', { scopes: [{ name: 'Local', variablesReference: 7, expensive: false }] }));
    lines.push(request('disconnect'), event('terminated'), answer(6, 'disconnect'), 'closed');
    expect(rulesOf(lines)).toEqual([]);
  });

  it.each<[string, () => Line[], RegExp]>([
    [
      'no response',
      () => [...begun(), request('threads'), 'closed'],
      /^8 unanswered: threads got no response/,
    ],
    ['two', () => [...begun(), answer(2, 'launch')], /^8 second-response: .* request 2 \(launch\)/],
    [
      'one to nothing',
      () => [...begun(), answer(99, 'threads', { threads: [] })],
      /^8 unknown-request: .*99/,
    ],
    [
      'another command in a response',
      () => [...begun(), request('threads'), answer(4, 'thread')],
      /^9 wrong-command: a response to thread, and request 4 is threads/,
    ],
    [
      'numbers that do not grow',
      () => [...begun(), ['<', { seq: 2, type: 'event', event: 'x' }]],
      /^8 sequence: seq 2 after 5/,
    ],
    ['a request before', () => [request('threads')].concat(begun()), /^0 before-initialize|^1 /],
    [
      'an event before',
      () => [begun()[0] as Line, event('process', { name: 'x' })],
      /before-initialize: the event process/,
    ],
    [
      'breakpoints before initialized',
      () => [...begun().slice(0, 3), request('setBreakpoints', { source: {} })],
      /before-initialized: setBreakpoints/,
    ],
    [
      'a stop before initialized',
      () => [...begun().slice(0, 3), event('stopped', { reason: 'entry' })],
      /before-initialized: the event stopped/,
    ],
    ['initialize twice', () => [...begun(), request('initialize', { adapterID: 'x' })], /initialize-twice/],
    ['initialized twice', () => [...begun(), event('initialized')], /event-twice: the event initialized/],
    [
      'a request that the adapter does not offer',
      () => [...begun(), request('stepBack', { threadId: 1 })],
      /capability: stepBack without the adapter's supportsStepBack/,
    ],
    [
      'a stop after the end',
      () => [...begun(), event('terminated'), event('stopped', { reason: 'step' })],
      /after-end: the event stopped after terminated/,
    ],
    [
      'a failure without a reason',
      () => [
        ...begun(),
        request('threads'),
        ['<', { seq: 9, type: 'response', request_seq: 4, command: 'threads', success: false, body: {} }],
      ],
      /no-reason: threads failed/,
    ],
    [
      'a wrong shape',
      () => [...begun(), event('stopped', { threadId: '1' })],
      /shape: body.reason is missing[\s\S]*shape: body.threadId is "1" and not a number/,
    ],
  ])('are broken by %s', (_, lines, expected) => {
    expect(rulesOf(lines()).join('\n')).toMatch(expected);
  });

  it.each<[string, Line[]]>([
    ['its response', [request('continue'), answer(5, 'continue', { allThreadsContinued: true })]],
    ['an event', [event('continued', { threadId: 1, allThreadsContinued: true })]],
  ])('know that references end when the program runs on, by %s', (_, [first, second]) => {
    const lines = begun();
    lines.push(
      request('evaluate', { expression: 'x' }),
      answer(4, 'evaluate', { result: '', variablesReference: 7 }),
    );
    if (second !== undefined)
      lines.push(request('continue', { threadId: 1 }), answer(5, 'continue', { allThreadsContinued: true }));
    else lines.push(first as Line);
    lines.push(request('variables', { variablesReference: 7 }));
    const stale = rulesOf(lines).filter((text) => text.includes('stale-reference'));
    expect(stale).toEqual([expect.stringContaining('variables uses variablesReference 7')]);
  });

  it('say nothing of a recording whose beginning or end is missing', () => {
    const lines = [...begun().slice(5), request('threads')];
    expect(rulesOf(lines)).toEqual([]);
  });

  it('hold for the link to a launcher, too', () => {
    const launcher = (
      direction: 'sent' | 'received',
      message: Readonly<Record<string, unknown>>,
    ): TraceEntry => ({
      ...{ ...ENTRY, link: 'launcher', direction, bytes: 0, message },
      ...(classify(message) as Pick<TraceEntry, 'kind'>),
    });
    const entries = [
      launcher('sent', { command: 'initialize', id: 1 }),
      launcher('received', { event: 'response', id: 1, success: true }),
      launcher('received', { event: 'response', id: 1, success: true }),
      launcher('sent', { command: 'pause', id: 2 }),
      { ...ENTRY, link: 'launcher', kind: 'state', note: { state: 'closed' } } as TraceEntry,
    ];
    expect(checkEntries(entries).map(({ entry, rule }) => [entry, rule])).toEqual([[2, 'second-response']]);
  });
});
