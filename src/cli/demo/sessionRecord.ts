import { performance } from 'node:perf_hooks';
import type { DapMessage } from '../debug/dapMessages.js';

/**
 * Describes the connection between adapter and launcher, from the adapter's event
 * `debug-adapter-ipc/connection`.
 */
export interface ConnectionFacts {
  transport: string;
  reason: string;
  launcherArgs: string[];
}

/** Records the connection, the output and the timing of a session from its messages. */
export class SessionRecord {
  connection: ConnectionFacts | undefined;
  readonly output = { stdout: '', stderr: '' };
  private launchSentAt = Number.NaN;
  private firstStopAt = Number.NaN;

  /**
   * Returns the time from the launch request to the first stop, in milliseconds; NaN before the first stop.
   */
  get launchToFirstStopMs(): number {
    return this.firstStopAt - this.launchSentAt;
  }

  /** Records a message. Used as the {@link MessageObserver} of a connection. */
  observe(direction: 'sent' | 'received', message: DapMessage): void {
    if (direction === 'sent' && message['command'] === 'launch') this.launchSentAt = performance.now();
    if (direction === 'received' && message.type === 'event')
      this.recordEvent(String(message['event']), message['body']);
  }

  private recordEvent(event: string, body: unknown): void {
    if (event === 'debug-adapter-ipc/connection') this.connection = body as ConnectionFacts;
    else if (event === 'stopped' && Number.isNaN(this.firstStopAt)) this.firstStopAt = performance.now();
    else if (event === 'output') this.recordOutput(body as { category?: string; output: string });
  }

  private recordOutput({ category, output }: { category?: string; output: string }): void {
    if (category === 'stdout' || category === 'stderr') this.output[category] += output;
  }
}
