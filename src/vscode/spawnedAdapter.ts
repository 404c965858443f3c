import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type * as vscode from 'vscode';
import { contentLengthFraming, encodeContentLength, FrameDecoder, toError } from '../ipc/index.js';

/** The longest message of an adapter, in bytes: more than an adapter sends. */
const MAX_MESSAGE_BYTES = 512 * 1024 * 1024;
/** The event by which the extension learns that an adapter has ended. */
const ENDED_EVENT = 'debugAdapterIpc.adapterEnded';

type Listener = (message: vscode.DebugProtocolMessage) => unknown;

/**
 * A debug adapter that the extension starts, for Windows: there the editor ends an adapter that it has started together
 * with everything that this has started, also a program that is to run on. This adapter ends when its input ends.
 */
export class SpawnedAdapter implements vscode.DebugAdapter {
  private readonly child: ChildProcess;
  private readonly listeners = new Set<Listener>();
  private isOver = false;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(command, [...args], { env, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
    const decoder = new FrameDecoder(contentLengthFraming, MAX_MESSAGE_BYTES, (source, start, end) =>
      this.send(JSON.parse(source.toString('utf8', start, end)) as object),
    );
    this.child.stdout?.on('data', (chunk: Buffer) => {
      try {
        decoder.push(chunk);
      } catch (error) {
        this.end(toError(error).message);
        this.child.kill();
      }
    });
    this.child.stdin?.on('error', () => undefined); // The adapter has ended, which its exit reports.
    this.child.once('error', (error) => this.end(error.message));
    // After its last message.
    this.child.once('close', (code, signal) => this.end(signal ?? `exit code ${code}`));
  }

  /** The adapter's process id. Undefined if it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  onDidSendMessage(listener: Listener): vscode.Disposable {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    this.child.stdin?.write(encodeContentLength(JSON.stringify(message)));
  }

  /** The session is over. The adapter ends by itself. Repeatable. */
  dispose(): void {
    this.isOver = true;
    this.child.stdin?.end();
  }

  private end(how: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.send({ type: 'event', seq: 0, event: ENDED_EVENT, body: { how } });
    this.send({ type: 'event', seq: 0, event: 'terminated' });
  }

  private send(message: vscode.DebugProtocolMessage): void {
    for (const listener of this.listeners) listener(message);
  }
}

/** Returns how the adapter has ended, if a message is the event for that. */
export function adapterEnd(message: unknown): string | undefined {
  const { event, body } = message as { event?: unknown; body?: { how?: unknown } };
  return event === ENDED_EVENT ? String(body?.how) : undefined;
}
