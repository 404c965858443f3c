import { threadId } from 'node:worker_threads';
import type { NodeWorker } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { WorkerChannel } from './workerChannel.js';

/** The description of a worker from node. */
export type WorkerInfo = NodeWorker.WorkerInfo;

/** Receives the start and end of the program's workers, including workers of workers. */
export interface WorkerListener {
  /**
   * A worker was found. If `isWaiting` is true, the worker has not run anything, and waits for the command
   * `Runtime.runIfWaitingForDebugger`. Otherwise it was already running.
   */
  started(channel: WorkerChannel, info: WorkerInfo, isWaiting: boolean): void;
  /** The worker has ended or was detached. */
  ended(channel: WorkerChannel): void;
}

/** The program's worker threads, as reported by the main thread's inspector. */
export class WorkerThreads {
  private readonly channels = new Map<string, WorkerChannel>();

  /** @param isThisProcess true if the threads are those of this process */
  constructor(
    private readonly main: InspectorClient,
    private readonly listener: WorkerListener,
    private readonly isThisProcess: boolean,
  ) {
    main.on('NodeWorker.attachedToWorker', (attached) => this.attached(attached));
    main.on('NodeWorker.receivedMessageFromWorker', ({ sessionId, message }) => {
      this.channels.get(sessionId)?.receive(message);
    });
    main.on('NodeWorker.detachedFromWorker', ({ sessionId }) => this.detached(sessionId));
  }

  /** Starts reporting workers. Each new worker waits until it is allowed to run. */
  async enable(): Promise<void> {
    const enabled = this.main.post('NodeWorker.enable', { waitForDebuggerOnStart: true });
    // Other runtimes than Node.js do not have this command: their main thread alone is debugged.
    await (this.isThisProcess ? enabled : enabled.catch(() => undefined));
  }

  /** Detaches from all workers, and lets current and future workers run. */
  async release(): Promise<void> {
    // After this response, no further worker is attached. A worker attached later would wait forever, because
    // disconnecting from the main thread does not resume its workers.
    await this.main.post('NodeWorker.disable').catch(() => undefined);
    await Promise.all([...this.channels.values()].map((channel) => channel.release()));
  }

  private attached(attached: NodeWorker.AttachedToWorkerEventDataType): void {
    const { sessionId, workerInfo, waitingForDebugger } = attached;
    const channel = new WorkerChannel(this.main, sessionId);
    // The launcher's own worker is also a worker of the program's process.
    if (this.isThisProcess && workerInfo.workerId === String(threadId)) {
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
