import { readCommand, responseEnvelope, toError, type Command, type Message } from '../ipc/index.js';
import { CommandQueue } from './commandQueue.js';
import { COMMANDS } from './commandTable.js';
import type { CommandContext, CommandHandler, Outcome } from './commands/commandHandler.js';

/** Takes the adapter's commands and gives each exactly one response, whatever its handler throws. */
export class CommandLoop {
  readonly queue = new CommandQueue();

  /** `send` resolves when the message is on its way, or cannot be sent any more; it never rejects. */
  constructor(
    private readonly context: CommandContext,
    private readonly send: (message: Message) => Promise<void>,
  ) {}

  /** Takes a message off the wire. */
  take(message: Message): void {
    const command = readCommand(message);
    const entry = COMMANDS.get(command.command);
    const work = (): Promise<void> => this.answer(command, entry?.handle ?? unknownCommand(command.command));
    if (entry?.ordered === true) this.queue.inOrder(work);
    else this.queue.atOnce(work);
  }

  private async answer(command: Command, handle: CommandHandler): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await handle(this.context, command.arguments);
    } catch (error) {
      await this.send(responseEnvelope(command.id, { success: false, message: toError(error).message }));
      return;
    }
    const { body, afterwards } = outcome;
    await this.send(responseEnvelope(command.id, { success: true, ...(body !== undefined && { body }) }));
    afterwards?.();
  }
}

function unknownCommand(name: string): CommandHandler {
  return () => {
    throw new Error(`Unknown command: ${name}`);
  };
}
