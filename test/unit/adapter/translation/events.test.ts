import { describe, expect, it } from 'vitest';
import { mapLauncherEvent } from '../../../../src/adapter/debuggee/eventMapping.js';
import {
  ONE_BASED,
  toClientPositions,
  toLauncherPositions,
} from '../../../../src/adapter/translation/positions.js';

const ZERO_BASED = { linesStartAt1: false, columnsStartAt1: false };

describe('mapLauncherEvent', () => {
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
    expect(mapLauncherEvent(event, body, ONE_BASED)).toEqual(expected);
  });

  it.each([
    ['exited', { exitCode: 0 }],
    ['terminated', {}],
    ['stackTrace', { stackFrames: [] }],
    ['output', { category: 'stdout' }],
    ['toString', {}],
  ])('has nothing for the client in %s %j', (event, body) => {
    expect(mapLauncherEvent(event, body, ONE_BASED)).toBeUndefined();
  });

  it("gives a breakpoint's position in the client's counting", () => {
    const body = { reason: 'changed', breakpoint: { id: 1, verified: true, line: 5, column: 3 } };
    expect(mapLauncherEvent('breakpoint', body, ZERO_BASED)).toEqual({
      event: 'breakpoint',
      body: { reason: 'changed', breakpoint: { id: 1, verified: true, line: 4, column: 2 } },
    });
  });
});

describe('positions', () => {
  it('leaves a client that counts from 1 alone', () => {
    const body = { stackFrames: [{ line: 3, column: 1, endLine: 4 }] };
    expect(toClientPositions(body, 'stackFrames', ONE_BASED)).toEqual(body);
  });

  it('shifts there and back for a client that counts from 0', () => {
    const args = { source: { path: '/a' }, breakpoints: [{ line: 0, column: 0, condition: 'x' }] };
    const shifted = toLauncherPositions(args, 'breakpoints', ZERO_BASED);
    expect(shifted).toEqual({
      source: { path: '/a' },
      breakpoints: [{ line: 1, column: 1, condition: 'x' }],
    });
    expect(toClientPositions(shifted, 'breakpoints', ZERO_BASED)).toEqual(args);
  });

  it('shifts lines alone where only they are counted from 0', () => {
    const body = { stackFrames: [{ line: 3, column: 1 }] };
    expect(toClientPositions(body, 'stackFrames', { linesStartAt1: false, columnsStartAt1: true })).toEqual({
      stackFrames: [{ line: 2, column: 1 }],
    });
  });

  it('leaves bodies of another shape as they are', () => {
    for (const body of [{}, { stackFrames: 5 }, { stackFrames: [null, 1] }]) {
      expect(toClientPositions(body, 'stackFrames', ZERO_BASED)).toEqual(body);
    }
  });
});
