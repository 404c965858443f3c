import { onTestFinished } from 'vitest';
import {
  IPCManager,
  isResponse,
  readAddress,
  readKeyFile,
  readLauncherMessage,
} from '../../../src/ipc/index.js';
import type { ResponseEnvelope } from '../../../src/ipc/index.js';
import { within } from '../../support/within.js';

/** Time for a step of an adapter, in milliseconds: a stranger takes a core meanwhile. */
const STEP_MS = 20_000;

/** An adapter that attaches to `launch --listen`, without a process of its own. */
export class AttachedAdapter {
  private readonly responses = new Map<unknown, (response: ResponseEnvelope) => void>();
  private lastId = 0;

  private constructor(private readonly manager: IPCManager) {}

  /** Connects and authenticates itself with the key file that the program has printed. */
  static async connect(keyFile: string): Promise<AttachedAdapter> {
    const { key, endpoint = '' } = readKeyFile(keyFile);
    const address = endpoint.slice(endpoint.indexOf(' ') + 1);
    const manager = new IPCManager();
    onTestFinished(() => manager.cleanup());
    await within(manager.connect({ ...readAddress(address), key }), 'the adapter is in', STEP_MS);
    const adapter = new AttachedAdapter(manager);
    manager.startReader((message) => {
      const read = readLauncherMessage(message);
      if (isResponse(read)) adapter.responses.get(read.id)?.(read);
    });
    return adapter;
  }

  /** Sends a command, and gives its response, also if that is a refusal. */
  async ask(command: string, args: object = {}): Promise<ResponseEnvelope> {
    const id = ++this.lastId;
    const response = new Promise<ResponseEnvelope>((resolve) => this.responses.set(id, resolve));
    await this.manager.sendMessage({ command, arguments: args, id });
    const gone = this.manager.closed.then(({ reason }) => {
      throw new Error(`${command} has no response: ${reason}`);
    });
    return within(Promise.race([response, gone]), `the response to ${command}`, STEP_MS);
  }

  /** Leaves the program running, and waits for the end of the connection. */
  async detach(): Promise<void> {
    await this.ask('disconnect', { terminateDebuggee: false });
    await this.closed();
  }

  /** Waits for the end of the connection. */
  async closed(): Promise<void> {
    await within(this.manager.closed, 'the connection ends', STEP_MS);
  }
}
