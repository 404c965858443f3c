import { IdMap } from '../../trace/replay/idMap.js';
import { compareAnswers, compareEvents } from '../../trace/replay/compareAnswers.js';
import { AWAITED_EVENTS } from '../../trace/replay/recordedClient.js';
import type { RecordedClient, Step } from '../../trace/replay/recordedClient.js';
import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { AdapterProcess } from '../debug/adapterProcess.js';
import type { AdapterCommand } from '../debug/adapterProcess.js';

/** Options of a replay. */
export interface ReplayOptions {
  /** Fields that replace those of the recorded launch or attach. */
  readonly launch: Message;
  /** The longest wait for what the recording waited for, in milliseconds. */
  readonly timeoutMs: number;
}

/** A text that a redaction left in place of a value. */
const LEFT_OUT = /^<(?:secret|redacted|(?:redacted|source text): \d{1,12} characters)>$/;

/**
 * Plays a recorded client against an adapter. Each request is sent when the answers and events that the recorded client had
 * by then have come, or after the deadline.
 *
 * @returns where the adapter's answers differ in kind, a line each
 */
export async function replay(
  recorded: RecordedClient,
  adapter: AdapterCommand,
  options: ReplayOptions,
): Promise<string[]> {
  const live = new LiveSession(adapter, options);
  try {
    for (const [at, step] of recorded.steps.entries()) await live.perform(recorded, step, at);
    await live.settled(recorded);
  } finally {
    await live.close();
  }
  return [...live.differences, ...compareEvents(recorded.events, live.events)];
}

/** The adapter that is played against. */
class LiveSession {
  readonly differences: string[] = [];
  readonly events: Message[] = [];
  private readonly ids = new IdMap();
  private readonly process: AdapterProcess;
  private readonly answers: Promise<void>[] = [];
  private readonly watchers = new Set<() => void>();
  private recorded: RecordedClient | undefined;

  constructor(
    adapter: AdapterCommand,
    private readonly options: ReplayOptions,
  ) {
    this.process = AdapterProcess.start(adapter, (direction, message) => {
      if (direction === 'received') this.receive(message);
    });
  }

  /** Sends the request of a step, when its time has come. */
  async perform(recorded: RecordedClient, step: Step, at: number): Promise<void> {
    this.recorded = recorded;
    const due = [
      ...step.answered.flatMap((answer) => this.answers[answer] ?? []),
      this.eventsLike(step.events),
    ];
    await this.within(Promise.all(due));
    this.answers[at] = this.send(recorded, step, at);
  }

  /** Waits for the answers and events that the recording ends with. */
  async settled({ responses, events }: RecordedClient): Promise<void> {
    const answered = this.answers.filter((_, at) => responses[at] !== undefined);
    const counts: Record<string, number> = {};
    for (const { event } of events) counts[String(event)] = (counts[String(event)] ?? 0) + 1;
    await this.within(Promise.all([...answered, this.eventsLike(counts)]));
  }

  async close(): Promise<void> {
    await this.process.close();
  }

  private async send(recorded: RecordedClient, step: Step, at: number): Promise<void> {
    const response = recorded.responses[at];
    const isStart = step.command === 'launch' || step.command === 'attach';
    const given = this.ids.translate(step.arguments ?? {});
    const args = isStart ? { ...withoutRedacted(given), trace: undefined, ...this.options.launch } : given;
    const answer = await this.process.connection.exchange(step.command, args, this.options.timeoutMs);
    if (response === undefined) return;
    if (answer === undefined) {
      this.differences.push(`${step.command} (request ${step.seq}) got no answer, and one in the recording`);
      return;
    }
    this.ids.learn(response.body, answer.body);
    const different = compareAnswers(response, answer);
    this.differences.push(...different.map((text) => `${step.command} (request ${step.seq}): ${text}`));
  }

  private receive(message: Message): void {
    if (message.type !== 'event' || !AWAITED_EVENTS.has(String(message.event))) return;
    const like = this.recorded?.events[this.events.length];
    if (like?.event === message.event) this.ids.learn(like?.body, message.body);
    this.events.push(message);
    for (const watcher of this.watchers) watcher();
  }

  /** Resolves when there are at least as many events of each name. */
  private eventsLike(counts: Readonly<Record<string, number>>): Promise<void> {
    const hasCome = (): boolean =>
      Object.entries(counts).every(([name, count]) => {
        return this.events.filter(({ event }) => event === name).length >= count;
      });
    if (hasCome()) return Promise.resolve();
    return new Promise((resolve) => {
      const watcher = (): void => {
        if (!hasCome()) return;
        this.watchers.delete(watcher);
        resolve();
      };
      this.watchers.add(watcher);
    });
  }

  /** Waits up to the deadline, or to the end of the adapter. What did not come by then is a difference of its own. */
  private async within(promise: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise((resolve) => (timer = setTimeout(resolve, this.options.timeoutMs)));
    await Promise.race([promise, deadline, this.process.exited]);
    clearTimeout(timer);
  }
}

/** The arguments without what a redaction has left out: the adapter would take it for a value. */
function withoutRedacted(value: Message): Message {
  const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    if (typeof inner === 'string') return LEFT_OUT.test(inner) ? [] : [[name, inner]];
    if (Array.isArray(inner)) {
      return [[name, inner.filter((item: unknown) => typeof item !== 'string' || !LEFT_OUT.test(item))]];
    }
    return [[name, isRecord(inner) ? withoutRedacted(inner) : inner]];
  });
  return Object.fromEntries(entries);
}
