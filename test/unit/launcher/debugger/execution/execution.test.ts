import { describe, expect, it } from 'vitest';
import {
  DebuggerError,
  DetachedError,
} from '../../../../../src/launcher/debugger/inspector/debuggerError.js';
import { Execution } from '../../../../../src/launcher/debugger/execution/execution.js';

type Parts = ConstructorParameters<typeof Execution>;

/** A program that stands still, and whose inspector answers every command with this error. */
async function stoppedUnder(error: Error): Promise<Execution> {
  const listeners = new Map<string, (params: unknown) => void>();
  const client = {
    on: (name: string, listener: (params: unknown) => void) => listeners.set(name, listener),
    post: () => Promise.reject(error),
  };
  const dependencies = {
    scriptStarts: () => Promise.resolve(),
    resolveHits: () => Promise.resolve({ ids: [1], autoContinue: false }),
    matchingFilters: () => Promise.resolve([]),
    entryStop: { isHit: () => Promise.resolve(false) } as unknown as Parts[1]['entryStop'],
    codeKindOf: () => 'own',
  } satisfies Parts[1];
  return new Promise((resolve) => {
    const execution: Execution = new Execution(client as unknown as Parts[0], dependencies, {
      stopped: () => resolve(execution),
      resumed: () => undefined,
    });
    listeners.get('Debugger.paused')?.({ callFrames: [], hitBreakpoints: ['1'], reason: 'other' });
  });
}

describe('going on', () => {
  it('is done where the program ends, and so detaches the debugger, before the inspector answers', async () => {
    await expect((await stoppedUnder(new DetachedError())).resume()).resolves.toBeUndefined();
    await expect((await stoppedUnder(new DetachedError())).step('stepOver')).resolves.toBeUndefined();
  });

  it('fails with the reason of an inspector that refuses', async () => {
    const execution = await stoppedUnder(new DebuggerError('no such thing'));
    await expect(execution.resume()).rejects.toThrow('no such thing');
  });
});
