import { describe, expect, it } from 'vitest';
import {
  eventEnvelope,
  isRecord,
  isResponse,
  readCommand,
  readLauncherMessage,
  responseEnvelope,
} from '../../../../src/ipc/core/messages.js';
import { thrownBy } from '../../../support/rejection.js';

describe('readCommand', () => {
  it('reads name, arguments and id', () => {
    const message = { command: 'setBreakpoints', arguments: { source: { path: '/x.js' } }, id: 7 };
    expect(readCommand(message)).toEqual(message);
  });

  it('takes an id that is text', () => {
    expect(readCommand({ command: 'x', id: 'seven' }).id).toBe('seven');
  });

  it.each([undefined, null, {}, [1], true])('takes an id of %j for none', (id) => {
    expect(readCommand({ command: 'x', id }).id).toBeNull();
  });

  it.each([undefined, null, 5, 'text', [1]])('takes arguments of %j for none', (args) => {
    expect(readCommand({ command: 'x', arguments: args }).arguments).toEqual({});
  });

  it.each([
    [5, '5'],
    [undefined, 'null'],
    [{ a: 1 }, '{"a":1}'],
  ])('keeps a name of %j as text, so that it can be answered as unknown', (command, text) => {
    expect(readCommand({ command }).command).toBe(text);
  });
});

describe('readLauncherMessage', () => {
  it('reads a response', () => {
    const response = { event: 'response', id: 3, success: true, body: { threads: [] } };
    const read = readLauncherMessage({ ...response, more: 'is let go' });
    expect(read).toEqual(response);
    expect(isResponse(read)).toBe(true);
  });

  it('reads a failure', () => {
    expect(readLauncherMessage({ event: 'response', id: 'a', success: false, message: 'no' })).toEqual({
      event: 'response',
      id: 'a',
      success: false,
      message: 'no',
    });
  });

  it.each([undefined, 'true', 1, null])('takes a success of %j for a failure', (success) => {
    expect(readLauncherMessage({ event: 'response', id: 1, success })).toMatchObject({ success: false });
  });

  it('lets go a message and a body of the wrong type', () => {
    expect(readLauncherMessage({ event: 'response', id: null, success: true, message: 5, body: [] })).toEqual(
      {
        event: 'response',
        id: null,
        success: true,
      },
    );
  });

  it.each([undefined, null, 'text', [1]])(
    'gives an event a body that is an object where it was %j',
    (body) => {
      const read = readLauncherMessage({ event: 'terminated', body });
      expect(read).toEqual({ event: 'terminated', body: {} });
      expect(isResponse(read)).toBe(false);
    },
  );

  it.each([{}, { command: 'x' }, { event: 5 }, { event: null }])(
    'refuses %j, which names no event',
    (message) => {
      expect(thrownBy(() => readLauncherMessage(message)).code).toBe('ERR_IPC_BAD_MESSAGE');
    },
  );
});

describe('what is written', () => {
  it('is an event without a body where there are no fields', () => {
    expect(eventEnvelope('initialized')).toEqual({ event: 'initialized' });
    expect(Object.keys(eventEnvelope('initialized'))).toEqual(['event']);
    expect(eventEnvelope('exited', { exitCode: 3 })).toEqual({ event: 'exited', body: { exitCode: 3 } });
  });

  it('is a flat response, which reads back as it was', () => {
    const response = responseEnvelope(4, { success: true, body: { a: 1 } });
    expect(response).toEqual({ event: 'response', id: 4, success: true, body: { a: 1 } });
    expect(readLauncherMessage(response)).toEqual(response);
    expect(responseEnvelope(null, { success: false, message: 'no' })).toEqual({
      event: 'response',
      id: null,
      success: false,
      message: 'no',
    });
  });

  it.each([
    [{}, true],
    [Object.create(null), true],
    [[], false],
    [null, false],
    ['text', false],
    [undefined, false],
  ])('has to be an object: %j', (value, expected) => {
    expect(isRecord(value)).toBe(expected);
  });
});
