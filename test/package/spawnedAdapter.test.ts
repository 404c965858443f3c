import { fileURLToPath } from 'node:url';
import type { DebugAdapterInlineImplementation, DebugSession } from 'vscode';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AdapterFactory } from '../../src/vscode/adapterFactory.js';
import type { EditorApi } from '../../src/vscode/adapterFactory.js';
import { AdapterWatch } from '../../src/vscode/adapterWatch.js';
import { SpawnedAdapter } from '../../src/vscode/spawnedAdapter.js';
import { isRunning } from '../support/programs.js';
import { eventually } from '../support/within.js';

const ADAPTER = fileURLToPath(new URL('../../dist/bin.cjs', import.meta.url));
const LONG_MS = 20_000;

interface Message {
  readonly type?: string;
  readonly event?: string;
  readonly command?: string;
  readonly success?: boolean;
}

/** The adapter that a factory starts on Windows, with what it sends. */
async function startedOnWindows(configuration: object = {}) {
  const api = {
    DebugAdapterExecutable: class {},
    DebugAdapterInlineImplementation: class {
      constructor(readonly implementation: SpawnedAdapter) {}
    },
  } as unknown as EditorApi;
  const factory = new AdapterFactory(api, { adapter: ADAPTER, oldestNode: '20.19', platform: 'win32' });
  const session = { name: 'x', configuration: { request: 'attach', ...configuration } };
  const made = (await factory.createDebugAdapterDescriptor(session as unknown as DebugSession)) as unknown;
  const adapter = (made as DebugAdapterInlineImplementation & { implementation: SpawnedAdapter })
    .implementation;
  onTestFinished(() => adapter.dispose());
  const sent: Message[] = [];
  adapter.onDidSendMessage((message) => sent.push(message));
  return { adapter, sent, session: session as unknown as DebugSession, pid: adapter.pid ?? 0 };
}

const INITIALIZE = { seq: 1, type: 'request', command: 'initialize', arguments: { adapterID: 'x' } };

describe('the adapter in VS Code on Windows, which is ended by its input alone', () => {
  it('takes and sends whole messages, and ends with its session', async () => {
    const { adapter, sent, pid } = await startedOnWindows();
    adapter.handleMessage(INITIALIZE);
    await eventually(() => sent.some(({ command }) => command === 'initialize'), 'the answer', LONG_MS);
    expect(sent.find(({ type }) => type === 'response')).toMatchObject({
      command: 'initialize',
      success: true,
    });
    adapter.dispose();
    await eventually(() => !isRunning(pid), 'the end', LONG_MS);
    expect(sent.filter(({ event }) => event === 'terminated' || event?.includes('Ended'))).toEqual([]);
  });

  it('is reported, with the way back, if it ends in the middle of its session', async () => {
    const { adapter, sent, session, pid } = await startedOnWindows();
    const shown: string[] = [];
    const window = { showErrorMessage: (text: string) => Promise.resolve(void shown.push(text)) };
    const debug = { startDebugging: () => Promise.resolve(true) };
    const watch = new AdapterWatch({ window, debug });
    const tracker = watch.createDebugAdapterTracker(session);
    adapter.onDidSendMessage((message) => tracker.onDidSendMessage?.(message));
    adapter.handleMessage(INITIALIZE);
    await eventually(() => sent.length > 0, 'the answer', LONG_MS);
    process.kill(pid, 'SIGKILL');
    await eventually(() => sent.at(-1)?.event === 'terminated', 'the end of the session', LONG_MS);
    expect(shown).toEqual([expect.stringContaining('has ended in the middle of the session')]);
  });

  it('ends its session if it cannot be started', async () => {
    const adapter = new SpawnedAdapter('/no/such/node', [], {});
    const sent: Message[] = [];
    adapter.onDidSendMessage((message) => sent.push(message));
    await eventually(() => sent.length > 1, 'the end of the session', LONG_MS);
    expect(sent[0]).toMatchObject({ body: { how: expect.stringContaining('ENOENT') as string } });
    expect(sent[1]).toMatchObject({ event: 'terminated' });
  });
});
