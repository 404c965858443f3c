import type { DebugProtocol } from '@vscode/debugprotocol';
import type { EventEnvelope, Message, ResponseEnvelope } from '../../ipc/index.js';
import type { LaunchArguments } from '../settings/launchArguments.js';
import type { TerminationStep } from '../process/terminationSteps.js';

/** What a launcher says, in the words that this adapter understands. */
export type LauncherMessage = ResponseEnvelope | EventEnvelope;

/** A command on its way to the launcher. */
export interface OutgoingCommand {
  readonly command: string;
  readonly args: Message;
  /** Counted from 1, never used twice. */
  readonly id: number;
}

/** What one connection's launcher speaks, to and from the words of this adapter. Belongs to that connection. */
export interface LauncherDialect {
  /** Whether the launcher does the command `cancel`. Where not, its answers to cancelled commands are dropped. */
  readonly knowsCancel: boolean;
  /** How long the answer to a command may take, in milliseconds; undefined: as long as any. */
  timeoutMs(command: string): number | undefined;
  /** A command as it goes over the wire. */
  write(command: OutgoingCommand): Message;
  /**
   * What a message off the wire says, in order; nothing, where it says nothing new.
   *
   * @throws IpcError `ERR_IPC_BAD_MESSAGE` for what the dialect does not have
   */
  read(message: Message): readonly LauncherMessage[];
  /** Nobody waits for that command's answer any more. @returns what was held back behind the answer */
  forget(id: number): readonly LauncherMessage[];
}

/** The kind of launcher at the other end: everything in which it differs from others. */
export interface LauncherProfile {
  /**
   * The launch, with what this launcher needs filled in.
   *
   * @throws DapError for arguments that it cannot follow
   */
  settle(launch: LaunchArguments): LaunchArguments;
  /** Options of its command line beside those that all launchers have. */
  ownOptions(launch: LaunchArguments): readonly string[];
  createDialect(): LauncherDialect;
  /** The DAP requests that it does beside those that all launchers do. */
  readonly requests: ReadonlySet<string>;
  /**
   * What the client is to know of the launcher.
   *
   * @param told the body of its response to `initialize`
   * @returns the capabilities that differ from those of our own `initialize`; undefined: none
   */
  capabilities(told: Message): DebugProtocol.Capabilities | undefined;
  /** Where its stop ladder begins: `asked` where its command `disconnect` ends the program. */
  readonly firstStep: Exclude<TerminationStep, 'SIGKILL'>;
  /** Why nobody can attach to a program of its, for the user; undefined where somebody can. */
  readonly cannotAttach: string | undefined;
  /** Why it cannot let its program run on by itself, for the user; undefined where it can. */
  readonly cannotDetach: string | undefined;
}
