import { Session } from 'node:inspector';
import type { InspectorNotification } from 'node:inspector';
import { NODE_MAJOR } from './nodeMajor.js';

/** A line to the inspector of one thread: commands there, their answers and notifications back. */
export interface InspectorChannel {
  /** Calls `done` once, unless the channel is closed before: then never. */
  post(
    method: string,
    params: object | undefined,
    done: (error: Error | null, result: unknown) => void,
  ): void;
  /** Has one listener take every notification from now on. */
  listen(listener: (method: string, params: unknown) => void): void;
  /** Ends it, and with it every breakpoint and pause that came by it. */
  close(): void;
}

type Post = (...args: Parameters<InspectorChannel['post']>) => void;

/**
 * From Node 25 or 26 on (24 does not, 26 does) a thread that waits may sleep on what the inspector of another has
 * answered, until something else wakes it. So it is woken, this often. In milliseconds; undefined: there is no need.
 */
const WAKE_MS = NODE_MAJOR > 24 ? 20 : undefined;

/** The inspector of the main thread, reached from this worker without any port. */
export class MainThreadChannel implements InspectorChannel {
  private readonly session = new Session();
  private readonly waker = WAKE_MS === undefined ? undefined : setInterval(() => undefined, WAKE_MS);

  constructor() {
    this.session.connectToMainThread();
  }

  post(...args: Parameters<Post>): void {
    // One signature for the overloads that the types have for every method.
    (this.session.post.bind(this.session) as unknown as Post)(...args);
  }

  listen(listener: (method: string, params: unknown) => void): void {
    this.session.on('inspectorNotification', (notification: InspectorNotification<object>) => {
      listener(notification.method, notification.params);
    });
  }

  close(): void {
    clearInterval(this.waker);
    this.session.disconnect();
  }
}
