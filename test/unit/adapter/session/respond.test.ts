import { describe, expect, it } from 'vitest';
import { DAP_ERROR_IDS, refusedByLauncher } from '../../../../src/adapter/dap/dapErrors.js';
import { respond } from '../../../../src/adapter/session/respond.js';
import type { RequestTable } from '../../../../src/adapter/session/respond.js';

const table: RequestTable<string> = {
  echo: (context, args) => Promise.resolve({ context, args }),
  nothing: () => Promise.resolve(undefined),
  refuses: () => Promise.reject(refusedByLauncher('not paused')),
  rejects: () => Promise.reject(new Error('boom {0}')),
  throws: () => {
    throw new TypeError('at once');
  },
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever a handler throws
  rejectsWithText: () => Promise.reject('just text'),
};

function ask(command: string, args?: unknown) {
  return respond(
    { seq: 7, type: 'request', command, arguments: args },
    table,
    'here',
    new AbortController().signal,
  );
}

describe('respond', () => {
  it("answers with the handler's body, seq and command", async () => {
    expect(await ask('echo', { a: 1 })).toMatchObject({
      type: 'response',
      request_seq: 7,
      command: 'echo',
      success: true,
      body: { context: 'here', args: { a: 1 } },
    });
  });

  it('answers without a body where the handler has none, and takes missing arguments for empty ones', async () => {
    expect(await ask('nothing')).not.toHaveProperty('body');
    expect(await ask('echo')).toMatchObject({ body: { args: {} } });
    expect(await ask('echo', null)).toMatchObject({ body: { args: {} } });
  });

  it.each([
    ['refuses', undefined, DAP_ERROR_IDS.refusedByLauncher, 'not paused'],
    ['rejects', undefined, DAP_ERROR_IDS.internal, 'boom {0}'],
    ['throws', undefined, DAP_ERROR_IDS.internal, 'at once'],
    ['rejectsWithText', undefined, DAP_ERROR_IDS.internal, 'just text'],
    ['noSuchRequest', undefined, DAP_ERROR_IDS.unknownRequest, 'noSuchRequest'],
    ['toString', undefined, DAP_ERROR_IDS.unknownRequest, 'toString'],
    ['__proto__', undefined, DAP_ERROR_IDS.unknownRequest, '__proto__'],
    ['echo', [1], DAP_ERROR_IDS.badRequestArguments, 'must be an object'],
    ['echo', 'text', DAP_ERROR_IDS.badRequestArguments, 'must be an object'],
  ])('answers %s (%j) with error %i', async (command, args, id, text) => {
    const response = await ask(command, args);
    expect(response).toMatchObject({ request_seq: 7, command, success: false, body: { error: { id } } });
    expect(response.message).toContain(text);
  });

  it('marks what the user should see and what not', async () => {
    expect(await ask('rejects')).toMatchObject({ body: { error: { showUser: true } } });
    expect(await ask('refuses')).toMatchObject({ body: { error: { showUser: false } } });
  });
});

describe('DAP_ERROR_IDS', () => {
  it('has no number twice', () => {
    const ids = Object.values(DAP_ERROR_IDS);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
