import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Message } from '../../../../src/ipc/core/messages.js';
import {
  readCommand,
  readLauncherMessage,
  responseEnvelope,
  isResponse,
} from '../../../../src/ipc/core/messages.js';
import { IPCManager } from '../../../../src/ipc/session/ipcManager.js';
import { parseLauncherArgs } from '../../../../src/ipc/session/launcherArgs.js';
import { RequestTracker } from '../../../../src/ipc/session/requestTracker.js';
import { within } from '../../../support/within.js';
import { localTransport } from '../../../support/platform.js';

const COUNT = 100;
const LARGEST = 300_000;

/** A reproducible source of numbers from 0 to below 1 (a linear congruence). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Text of a random length, most often short, with characters of one to four bytes. */
function randomText(random: () => number): string {
  const length = Math.floor(LARGEST ** random());
  return 'aé✓😀'.repeat(length / 4) + 'x'.repeat(length % 4);
}

/** One end: sends requests and events, answers requests after a random number of turns, in any order. */
function endOf(manager: IPCManager, seed: number) {
  const random = randomFrom(seed);
  const tracker = new RequestTracker<Message>();
  const events: Message[] = [];
  const sent: Message[] = [];
  const answer = async (message: Message): Promise<void> => {
    const { id, arguments: args } = readCommand(message);
    for (let turns = random() * 10; turns > 0; turns -= 1)
      await new Promise((resolve) => setImmediate(resolve));
    await manager.sendMessage(responseEnvelope(id, { success: true, body: { echo: args.text } }));
  };
  return {
    events,
    sent,
    handle: (message: Message): void => {
      if ('command' in message) {
        void answer(message);
        return;
      }
      const read = readLauncherMessage(message);
      if (isResponse(read)) tracker.settle(read.id, read.body ?? {});
      else events.push(message);
    },
    run: async (): Promise<void> => {
      const exchanges = Array.from({ length: COUNT }, async (_, number) => {
        const text = randomText(random);
        const { id, result } = tracker.begin({ what: `request ${number}`, timeoutMs: 20_000 });
        void manager.sendMessage({ command: 'echo', id, arguments: { text } });
        const event = { event: 'numbered', body: { number, text: randomText(random) } };
        sent.push(event);
        void manager.sendMessage(event);
        expect((await result).echo).toBe(text);
      });
      await Promise.all(exchanges);
    },
  };
}

describe('two managers', () => {
  it.each([
    [localTransport, {}],
    ['tcp', {}],
    [localTransport, { maxBufferedBytes: 50_000 }],
  ])(
    `over %s with %j serve ${COUNT} requests and events of random sizes each way at the same time`,
    async (transport, limits) => {
      const [adapter, launcher] = [new IPCManager(), new IPCManager()];
      onTestFinished(() => Promise.all([adapter.cleanup(), launcher.cleanup()]).then(() => undefined));
      const key = randomBytes(32);
      const args = await adapter.createListener({ transport, key, ...limits });
      const [left, right] = [endOf(adapter, 1), endOf(launcher, 2)];
      adapter.startReader(left.handle, { accept: true });
      await launcher.connect({ ...parseLauncherArgs(args).config, key, ...limits });
      launcher.startReader(right.handle);
      await within(Promise.all([left.run(), right.run()]), 'every answer', 20_000);
      await within(Promise.all([adapter.cleanup(), launcher.cleanup()]), 'the end');
      expect(left.events).toEqual(right.sent);
      expect(right.events).toEqual(left.sent);
    },
  );
});
