import { spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { commandFile } from '../../processes/launcherFile.js';
import { settlesWithin } from '../../ipc/index.js';
import type { ClientSession } from './clientSession.js';
import { refusalMessage } from './uninitializedClients.js';

/** The parts of a session in a process of its own. */
export interface IsolatedSessionParts {
  /** The client, whose bytes are passed on unread. */
  readonly socket: Socket;
  /** The bytes that were read from the client already. */
  readonly head: Buffer;
  /** Arguments of the command `adapter`. */
  readonly args: readonly string[];
  /** Takes the reason if the process fails. */
  readonly onFailure: (reason: string) => void;
}

/** The time in which the client takes its last messages, in milliseconds. */
const LAST_MESSAGES_MS = 1_000;

const ignore = (): void => undefined;

/**
 * A client's session in a process of its own: an adapter over stdio, with this process between it and the client. Whatever
 * the session computes, however long, holds up no other one, and it shares no memory with them.
 */
export class IsolatedSession implements ClientSession {
  readonly ended: Promise<void>;
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;

  constructor({ socket, head, args, onFailure }: IsolatedSessionParts) {
    const command = [...process.execArgv, commandFile(), 'adapter', ...args];
    const child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'], windowsHide: true });
    this.child = child;
    // The end of the process is what counts: it is reported below.
    child.stdin.on('error', ignore);
    child.stdin.write(head);
    socket.pipe(child.stdin);
    child.stdout.pipe(socket, { end: false });
    socket.once('close', () => {
      child.stdin.end();
      // What the session still says has no reader.
      child.stdout.unpipe(socket).resume();
    });
    this.ended = failureOf(child).then(async (failure) => {
      if (failure !== undefined) onFailure(failure);
      const last = failure === undefined ? '' : refusalMessage(failure);
      if (socket.writable) {
        await settlesWithin(new Promise<void>((resolve) => socket.end(last, resolve)), LAST_MESSAGES_MS);
      }
      socket.destroy();
    });
  }

  /** The process ends its session when its client is gone, on every platform. */
  end(): Promise<void> {
    this.child.stdin.end();
    return this.ended;
  }
}

/** Waits for the end of the process. @returns the reason if it failed */
function failureOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(`no process for this session could be started: ${message}`));
    child.once('close', (code, signal) => {
      const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      resolve(code === 0 ? undefined : `the process of this session ${how}`);
    });
  });
}
