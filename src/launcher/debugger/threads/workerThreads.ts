import { threadId } from 'node:worker_threads';
import type { NodeWorker } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { WorkerChannel } from './workerChannel.js';

/** What node says of a worker. */
export type WorkerInfo = NodeWorker.WorkerInfo;

/** Learns of the program's workers, those that workers start included. */
export interface WorkerListener {
  /**
   * There is a worker. One that waits does nothing until its inspector is told `Runtime.runIfWaitingForDebugger`;
   * others have run since before anybody looked.
   */
  started(channel: WorkerChannel, info: WorkerInfo, isWaiting: boolean): void;
  /** It has ended, or is let go. */
  ended(channel: WorkerChannel): void;
}

/** The program's worker threads, as the main thread's inspector announces them. */
export class WorkerThreads {
  private readonly channels = new Map<string, WorkerChannel>();

  constructor(
    private readonly main: InspectorClient,
    private readonly listener: WorkerListener,
  ) {
    main.on('NodeWorker.attachedToWorker', (attached) => this.attached(attached));
    main.on('NodeWorker.receivedMessageFromWorker', ({ sessionId, message }) => {
      this.channels.get(sessionId)?.receive(message);
    });
    main.on('NodeWorker.detachedFromWorker', ({ sessionId }) => this.detached(sessionId));
  }

  /** Every worker is announced from here on, and waits to be let go on. */
  async enable(): Promise<void> {
    await this.main.post('NodeWorker.enable', { waitForDebuggerOnStart: true });
  }

  /** Lets all workers run free, and those to come. */
  async release(): Promise<void> {
    // No worker is announced behind the answer. One that were would wait for ever: to disconnect from the main
    // thread does not set its workers free.
    await this.main.post('NodeWorker.disable').catch(() => undefined);
    await Promise.all([...this.channels.values()].map((channel) => channel.release()));
  }

  private attached(attached: NodeWorker.AttachedToWorkerEventDataType): void {
    const { sessionId, workerInfo, waitingForDebugger } = attached;
    const channel = new WorkerChannel(this.main, sessionId);
    // This very thread is a worker of the program's process, too.
    if (workerInfo.workerId === String(threadId)) {
      void channel.release();
      return;
    }
    this.channels.set(sessionId, channel);
    this.listener.started(channel, workerInfo, waitingForDebugger);
  }

  private detached(sessionId: string): void {
    const channel = this.channels.get(sessionId);
    if (channel === undefined) return;
    this.channels.delete(sessionId);
    this.listener.ended(channel);
  }
}
