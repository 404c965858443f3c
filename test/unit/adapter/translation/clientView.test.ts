import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/ipc/index.js';
import { ClientView } from '../../../../src/adapter/translation/clientView.js';
import type { DapEvent } from '../../../../src/adapter/translation/clientView.js';
import { ONE_BASED } from '../../../../src/adapter/translation/positions.js';
import type { ClientPositions } from '../../../../src/adapter/translation/positions.js';

const ZERO_BASED = { linesStartAt1: false, columnsStartAt1: false };

function eventToClient(event: string, body: Message, positions: ClientPositions): DapEvent | undefined {
  return new ClientView({ positions }).eventToClient({ event, body });
}

describe('ClientView.eventToClient', () => {
  it.each([
    ['initialized', {}, { event: 'initialized' }],
    [
      'stopped',
      { reason: 'breakpoint', threadId: 1, hitBreakpointIds: [3] },
      {
        event: 'stopped',
        body: { reason: 'breakpoint', threadId: 1, allThreadsStopped: true, hitBreakpointIds: [3] },
      },
    ],
    ['stopped', {}, { event: 'stopped', body: { reason: 'pause', threadId: 1, allThreadsStopped: true } }],
    ['continued', {}, { event: 'continued', body: { threadId: 1, allThreadsContinued: true } }],
    [
      'thread',
      { reason: 'started', threadId: 1 },
      { event: 'thread', body: { reason: 'started', threadId: 1 } },
    ],
    ['process', { name: 'a.js' }, { event: 'process', body: { name: 'a.js' } }],
    [
      'output',
      { category: 'important', output: 'x' },
      { event: 'output', body: { category: 'important', output: 'x' } },
    ],
    [
      'error',
      { message: 'no' },
      { event: 'output', body: { category: 'important', output: 'Launcher: no\n' } },
    ],
  ])('maps %s %j', (event, body, expected) => {
    expect(eventToClient(event, body, ONE_BASED)).toEqual(expected);
  });

  it.each([
    ['exited', { exitCode: 0 }],
    ['terminated', {}],
    ['stackTrace', { stackFrames: [] }],
    ['output', { category: 'stdout' }],
    ['toString', {}],
  ])('has nothing for the client in %s %j', (event, body) => {
    expect(eventToClient(event, body, ONE_BASED)).toBeUndefined();
  });

  it("gives a breakpoint's position in the client's counting", () => {
    const body = { reason: 'changed', breakpoint: { id: 1, verified: true, line: 5, column: 3 } };
    expect(eventToClient('breakpoint', body, ZERO_BASED)).toEqual({
      event: 'breakpoint',
      body: { reason: 'changed', breakpoint: { id: 1, verified: true, line: 4, column: 2 } },
    });
  });
});

describe('positions', () => {
  it('leaves a client that counts from 1 alone', () => {
    const body = { stackFrames: [{ line: 3, column: 1, endLine: 4 }] };
    expect(new ClientView({ positions: ONE_BASED }).toClient('stackTrace', body)).toEqual(body);
  });

  it('shifts there and back for a client that counts from 0', () => {
    const args = { source: { path: '/a' }, breakpoints: [{ line: 0, column: 0, condition: 'x' }] };
    const shifted = new ClientView({ positions: ZERO_BASED }).toLauncher('setBreakpoints', args);
    expect(shifted).toEqual({
      source: { path: '/a' },
      breakpoints: [{ line: 1, column: 1, condition: 'x' }],
    });
    expect(new ClientView({ positions: ZERO_BASED }).toClient('setBreakpoints', shifted)).toEqual(args);
  });

  it('shifts lines alone where only they are counted from 0', () => {
    const body = { stackFrames: [{ line: 3, column: 1 }] };
    expect(
      new ClientView({ positions: { linesStartAt1: false, columnsStartAt1: true } }).toClient(
        'stackTrace',
        body,
      ),
    ).toEqual({
      stackFrames: [{ line: 2, column: 1 }],
    });
  });

  it('leaves bodies of another shape as they are', () => {
    for (const body of [{}, { stackFrames: 5 }, { stackFrames: [null, 1] }]) {
      expect(new ClientView({ positions: ZERO_BASED }).toClient('stackTrace', body)).toEqual(body);
    }
  });
});
