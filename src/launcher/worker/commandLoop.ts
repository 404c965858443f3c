import { CANCELLED, readCommand, responseEnvelope, toError } from '../../ipc/index.js';
import type { Command, CommandId, Message } from '../../ipc/index.js';
import { CommandQueue } from './commandQueue.js';
import { COMMANDS } from '../commands/commandTable.js';
import type { CommandContext, CommandEntry, Outcome } from '../commands/commandHandler.js';

/** One command, from the wire to its response. */
interface Job {
  readonly command: Command;
  readonly entry: CommandEntry;
  readonly aborter: AbortController;
  begun: boolean;
  answered: boolean;
}

/** Takes the adapter's commands and gives each exactly one response, whatever its handler throws. */
export class CommandLoop {
  readonly queue = new CommandQueue();
  /** The jobs that are not answered yet. */
  private readonly jobs = new Map<CommandId, Job>();

  /** `send` resolves when the message is on its way, or cannot be sent any more; it never rejects. */
  constructor(
    private readonly context: CommandContext,
    private readonly send: (message: Message) => Promise<void>,
  ) {}

  /** Takes a message off the wire. */
  take(message: Message): void {
    const command = readCommand(message);
    const entry = COMMANDS.get(command.command) ?? unknownCommand(command.command);
    const job: Job = { command, entry, aborter: new AbortController(), begun: false, answered: false };
    if (command.id !== null) this.jobs.set(command.id, job);
    const work = (): Promise<void> => this.run(job);
    if (entry.ordered) this.queue.inOrder(work);
    else this.queue.atOnce(work);
  }

  /** Answers a command that it was cancelled, where it waits or can be stopped. */
  cancel(id: CommandId): void {
    const job = this.jobs.get(id);
    if (job === undefined || (job.begun && !job.entry.stoppable)) return;
    job.aborter.abort();
    this.queue.atOnce(async () => void (await this.answer(job, { success: false, message: CANCELLED })));
  }

  /** Answers all that is not answered yet: nothing will come of it. Resolves when the answers are on their way. */
  async giveUpAll(message: string): Promise<void> {
    const jobs = [...this.jobs.values()];
    await Promise.all(jobs.map((job) => this.answer(job, { success: false, message })));
  }

  private async run(job: Job): Promise<void> {
    if (job.answered) return;
    job.begun = true;
    let outcome: Outcome;
    try {
      outcome = await job.entry.handle(this.context, job.command.arguments, job.aborter.signal);
    } catch (error) {
      await this.answer(job, { success: false, message: toError(error).message });
      return;
    }
    const { body, afterwards } = outcome;
    if (await this.answer(job, { success: true, ...(body !== undefined && { body }) })) afterwards?.();
  }

  /** @returns false for a job that was answered before: what is said of it now comes too late */
  private async answer(
    job: Job,
    result: { success: boolean; message?: string; body?: object },
  ): Promise<boolean> {
    if (job.answered) return false;
    job.answered = true;
    const { id } = job.command;
    if (id !== null && this.jobs.get(id) === job) this.jobs.delete(id);
    await this.send(responseEnvelope(id, result));
    return true;
  }
}

function unknownCommand(name: string): CommandEntry {
  return {
    handle: () => {
      throw new Error(`Unknown command: ${name}`);
    },
    ordered: false,
    stoppable: false,
  };
}
