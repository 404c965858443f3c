import { CANCELLED, readCommand, responseEnvelope, settlesWithin, toError } from '../../ipc/index.js';
import type { Command, CommandId, Message } from '../../ipc/index.js';
import { CommandQueue } from './commandQueue.js';
import { COMMANDS } from '../commands/commandTable.js';
import type { CommandContext, CommandEntry, Outcome } from '../commands/commandHandler.js';

/**
 * Longest time that a command which lets the program run on waits for the answers to what was asked before, in
 * milliseconds. An expression may run for ever.
 */
const ANSWERS_MS = 2_000;

/** One command, from its message to its response. */
interface Job {
  readonly command: Command;
  readonly entry: CommandEntry;
  readonly aborter: AbortController;
  started: boolean;
  answered: boolean;
}

/** Runs the adapter's commands, and sends exactly one response to each, whatever its handler throws. */
export class CommandLoop {
  readonly queue = new CommandQueue();
  /** The jobs without a response. */
  private readonly jobs = new Map<CommandId, Job>();
  /** The commands that look at the program and have no response yet. */
  private readonly inspections = new Set<Promise<unknown>>();

  /** @param send resolves when the message is sent, or cannot be sent any more; never rejects */
  constructor(
    private readonly context: CommandContext,
    private readonly send: (message: Message) => Promise<void>,
  ) {}

  /** Runs the command in a message. */
  receive(message: Message): void {
    const command = readCommand(message);
    const entry = COMMANDS.get(command.command) ?? unknownCommand(command.command);
    const job: Job = { command, entry, aborter: new AbortController(), started: false, answered: false };
    if (command.id !== null) this.jobs.set(command.id, job);
    const work = (): Promise<void> => this.run(job);
    if (entry.resumes === true) this.queue.inOrder(this.afterInspections(work));
    else if (entry.ordered) this.queue.inOrder(work);
    else this.queue.atOnce(() => this.inspect(job, work));
  }

  /** Sends the response that a command was cancelled, if the command waits or can be stopped. */
  cancel(id: CommandId): void {
    const job = this.jobs.get(id);
    if (job === undefined || (job.started && !job.entry.stoppable)) return;
    job.aborter.abort();
    this.queue.atOnce(async () => void (await this.answer(job, { success: false, message: CANCELLED })));
  }

  /** Stops the work of all commands that can be stopped, without a response: the adapter was lost. */
  abortAll(): void {
    for (const { aborter } of this.jobs.values()) aborter.abort();
  }

  /** Sends an error response to each command without a response. Resolves when the responses are sent. */
  async failAll(message: string): Promise<void> {
    const jobs = [...this.jobs.values()];
    await Promise.all(jobs.map((job) => this.answer(job, { success: false, message })));
  }

  /** Makes work wait for the responses to what was asked before it: an expression of a stop is for that stop. */
  private afterInspections(work: () => Promise<void>): () => Promise<void> {
    const before = [...this.inspections];
    return async () => {
      await settlesWithin(Promise.all(before), ANSWERS_MS);
      await work();
    };
  }

  private async inspect({ aborter: { signal }, entry }: Job, work: () => Promise<void>): Promise<void> {
    const done = work();
    if (!entry.stoppable) return done;
    const isGivenUp = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    const inspection = Promise.race([done, isGivenUp]);
    this.inspections.add(inspection);
    await done;
    this.inspections.delete(inspection);
  }

  private async run(job: Job): Promise<void> {
    if (job.answered) return;
    job.started = true;
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

  /** @returns false if the job had a response before; this response is then dropped */
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
