import { performance } from 'node:perf_hooks';
import type { DapMessage } from '../debug/dapMessages.js';

/** How adapter and launcher are connected, as the adapter tells it in an event of its own. */
export interface ConnectionFacts {
  transport: string;
  reason: string;
  launcherArgs: string[];
}

/** What the messages tell beside the answers: how they travel, what was printed, how long it took. */
export class SessionRecord {
  connection: ConnectionFacts | undefined;
  readonly output = { stdout: '', stderr: '' };
  private launchSentAt = Number.NaN;
  private firstStopAt = Number.NaN;

  /** From the launch request to the first stop, in milliseconds; NaN before there is one. */
  get launchToFirstStopMs(): number {
    return this.firstStopAt - this.launchSentAt;
  }

  /** Sees each message, as {@link MessageObserver} of a connection. */
  observe(direction: 'sent' | 'received', message: DapMessage): void {
    if (direction === 'sent' && message['command'] === 'launch') this.launchSentAt = performance.now();
    if (direction === 'received' && message.type === 'event')
      this.note(String(message['event']), message['body']);
  }

  private note(event: string, body: unknown): void {
    if (event === 'debug-adapter-ipc/connection') this.connection = body as ConnectionFacts;
    else if (event === 'stopped' && Number.isNaN(this.firstStopAt)) this.firstStopAt = performance.now();
    else if (event === 'output') this.noteOutput(body as { category?: string; output: string });
  }

  private noteOutput({ category, output }: { category?: string; output: string }): void {
    if (category === 'stdout' || category === 'stderr') this.output[category] += output;
  }
}
