import { Session } from 'node:inspector';
import type { InspectorNotification } from 'node:inspector';
import { NODE_MAJOR } from './nodeMajor.js';

/** The connection to the inspector of one thread. Sends commands; receives responses and notifications. */
export interface InspectorChannel {
  /** Calls `done` once with the response. Never calls `done` after the channel is closed. */
  post(
    method: string,
    params: object | undefined,
    done: (error: Error | null, result: unknown) => void,
  ): void;
  /** Passes every later notification to `listener`. There is one listener per channel. */
  listen(listener: (method: string, params: unknown) => void): void;
  /** Closes the channel. This removes its breakpoints and ends its pauses. */
  close(): void;
}

type Post = (...args: Parameters<InspectorChannel['post']>) => void;

/**
 * The interval at which the waiting thread is woken, in milliseconds. Undefined if waking is not necessary.
 *
 * From Node 25 or 26 on (24 does not, 26 does), a waiting thread may not notice a response from another
 * thread's inspector until another event wakes it.
 */
const WAKE_MS = NODE_MAJOR > 24 ? 20 : undefined;

/** The inspector of the main thread, reached from this worker without a port. */
export class MainThreadChannel implements InspectorChannel {
  private readonly session = new Session();
  private readonly wakeTimer = WAKE_MS === undefined ? undefined : setInterval(() => undefined, WAKE_MS);

  constructor() {
    this.session.connectToMainThread();
  }

  post(...args: Parameters<Post>): void {
    // The types have one overload per method; this cast gives them one signature.
    (this.session.post.bind(this.session) as unknown as Post)(...args);
  }

  listen(listener: (method: string, params: unknown) => void): void {
    this.session.on('inspectorNotification', (notification: InspectorNotification<object>) => {
      listener(notification.method, notification.params);
    });
  }

  close(): void {
    clearInterval(this.wakeTimer);
    this.session.disconnect();
  }
}
