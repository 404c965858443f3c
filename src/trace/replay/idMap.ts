import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/** Members that are ids of an adapter's own making. In a list of frames or threads, `id` is one, too. */
const IDS: ReadonlySet<string> = new Set([
  'dataId',
  'frameId',
  'memoryReference',
  'sourceReference',
  'targetId',
  'threadId',
  'variablesReference',
]);
/** The name under which the ids of a list are used. */
const OF_LISTS: Readonly<Record<string, string>> = {
  stackFrames: 'frameId',
  threads: 'threadId',
  targets: 'targetId',
};

/** Knows which id of a live adapter stands for which of the recording. */
export class IdMap {
  private readonly ids = new Map<string, unknown>();

  /** Learns from two answers to the same question. */
  learn(recorded: unknown, live: unknown, list = ''): void {
    if (Array.isArray(recorded) && Array.isArray(live)) {
      recorded.forEach((item, at) => this.learn(item, live[at], list));
      return;
    }
    if (!isRecord(recorded) || !isRecord(live)) return;
    for (const [name, value] of Object.entries(recorded)) {
      const kind = name === 'id' ? OF_LISTS[list] : IDS.has(name) ? name : undefined;
      if (kind !== undefined && live[name] !== undefined)
        this.ids.set(`${kind} ${String(value)}`, live[name]);
      this.learn(value, live[name], name);
    }
  }

  /** The arguments of a request, with the ids of the live adapter. */
  translate(args: Message): Message {
    const entries = Object.entries(args).map(([name, value]) => {
      const live = IDS.has(name) ? this.ids.get(`${name} ${String(value)}`) : undefined;
      return [name, live ?? value] as const;
    });
    return Object.fromEntries(entries);
  }
}
