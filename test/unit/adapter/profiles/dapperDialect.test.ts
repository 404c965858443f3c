import { describe, expect, it } from 'vitest';
import { DapperDialect } from '../../../../src/adapter/profiles/dapperDialect.js';

const PAUSED = { event: 'stopped', body: { reason: 'pause', threadId: 7 } };

function asked(...commands: string[]): DapperDialect {
  const dialect = new DapperDialect();
  commands.forEach((command, index) => dialect.write({ command, args: {}, id: index + 1 }));
  return dialect;
}

describe('DapperDialect', () => {
  it('sends what dapper reads, and leaves out what it does not', () => {
    const args = {
      source: { path: '/a.py', name: 'a.py', sourceReference: 0 },
      breakpoints: [{ line: 1, column: 2, condition: 'x', mode: 'm' }, null],
      lines: [1],
    };
    expect(new DapperDialect().write({ command: 'setBreakpoints', args, id: 1 })).toEqual({
      command: 'setBreakpoints',
      arguments: { source: { path: '/a.py' }, breakpoints: [{ line: 1, condition: 'x' }, null] },
      id: 1,
    });
    expect(new DapperDialect().write({ command: 'toString', args, id: 2 })).toMatchObject({ arguments: {} });
  });

  it('holds a stop back until the pause that led to it is answered', () => {
    const dialect = asked('pause');
    const response = { event: 'response', id: 1, success: true };
    expect(dialect.read(PAUSED)).toEqual([]);
    expect(dialect.read(response)).toEqual([response, PAUSED]);
    expect(dialect.forget(1)).toEqual([]);
  });

  it('lets a stop go where the answer to the pause is not waited for any more', () => {
    const dialect = asked('pause', 'threads');
    dialect.read(PAUSED);
    expect(dialect.forget(2)).toEqual([]);
    expect(dialect.forget(1)).toEqual([PAUSED]);
  });

  it.each([
    ['of a breakpoint, while a pause waits', { ...PAUSED, body: { reason: 'breakpoint' } }, 'pause'],
    ['of a pause that nobody waits for', PAUSED, 'threads'],
  ])('passes a stop on at once: %s', (_what, stopped, command) => {
    expect(asked(command).read(stopped)).toEqual([stopped]);
  });

  it('has nothing for an event in place of an answer that nobody waits for', () => {
    const dialect = asked('threads');
    expect(dialect.read({ event: 'exceptionInfo', body: { exceptionId: 'E' } })).toEqual([]);
    const error = { event: 'error', body: { message: 'no' } };
    expect(dialect.read(error)).toEqual([error]);
  });

  it('gives an error without words to the command that waits', () => {
    const dialect = asked('threads', 'exceptionInfo', 'loadedSources');
    expect(dialect.read({ event: 'error' })).toEqual([{ event: 'response', id: 2, success: false }]);
    expect(dialect.read({ event: 'error', body: { message: 'no' } })).toEqual([
      { event: 'response', id: 3, success: false, message: 'no' },
    ]);
  });

  it.each([
    ...['threads', 'stackTrace', 'scopes', 'variables', 'setVariable', 'evaluate', 'exceptionInfo', 'source'],
  ])('has nothing for %s, which only mirrors a response', (event) => {
    expect(asked(event === 'exceptionInfo' ? 'threads' : event).read({ event, body: { a: 1 } })).toEqual([]);
  });

  it.each([
    [{ event: 'response', id: null, success: true }],
    [{ event: 'response', id: 99, success: true }],
    [{ event: 'response', id: 1, success: true, body: { stackFrames: 5 } }],
    [{ event: 'response', id: 1, success: false, message: 'No active debugger' }],
  ])('passes on as it is: %j', (response) => {
    expect(asked('stackTrace').read(response)).toEqual([response]);
  });

  it.each([[{}], [{ event: 5 }]])('refuses %j', (message) => {
    expect(() => new DapperDialect().read(message)).toThrow(/no "event" name/);
  });
});
