import type { DebugProtocol } from '@vscode/debugprotocol';
import type { EventEnvelope, Message, ResponseEnvelope } from '../../ipc/index.js';
import type { LaunchArguments } from '../settings/launchArguments.js';
import type { TerminationStep } from '../../processes/terminationSteps.js';

/** A message of a launcher in the terms of this adapter. */
export type LauncherMessage = ResponseEnvelope | EventEnvelope;

/** A command on its way to the launcher. */
export interface OutgoingCommand {
  readonly command: string;
  readonly args: Message;
  /** The command's number, from 1 and never used twice. */
  readonly id: number;
}

/** The translation between a launcher's messages and this adapter's terms. Each connection has its own object. */
export interface LauncherDialect {
  /** True if the launcher supports `cancel`. Otherwise its responses to cancelled commands are dropped. */
  readonly supportsCancel: boolean;
  /** The time for the response to a command, in milliseconds. Undefined: the connection's default. */
  timeoutMs(command: string): number | undefined;
  /** Gives a command its form on the wire. */
  write(command: OutgoingCommand): Message;
  /**
   * Reads a message from the wire. Returns its messages in order; empty if it contains nothing new.
   *
   * @throws IpcError `ERR_IPC_BAD_MESSAGE` for a message that the dialect does not know
   */
  read(message: Message): LauncherMessage | readonly LauncherMessage[];
  /** Forgets a command whose wait is over. Returns the messages that were held back until its response. */
  forget(id: number): readonly LauncherMessage[];
}

/** The kind of launcher at the other end: everything that differs between launchers. */
export interface LauncherProfile {
  /**
   * Fills in the launch arguments that this launcher needs.
   *
   * @throws DapError for arguments that the launcher does not support
   */
  completeLaunch(launch: LaunchArguments): LaunchArguments;
  /** The options of the launcher's command line beside those that all launchers have. */
  extraOptions(launch: LaunchArguments): readonly string[];
  createDialect(): LauncherDialect;
  /** The DAP requests that the launcher supports beside those that all launchers support. */
  readonly requests: ReadonlySet<string>;
  /**
   * Gives the launcher's capabilities for the client.
   *
   * @param announced the body of the launcher's response to `initialize`
   * @returns the capabilities that differ from the adapter's response to `initialize`; undefined if all are equal
   */
  capabilities(announced: Message): DebugProtocol.Capabilities | undefined;
  /** The first termination step: `asked` if the launcher's command `disconnect` ends the program. */
  readonly firstStep: Exclude<TerminationStep, 'SIGKILL'>;
  /** The reason, for the user, why attaching to this launcher is impossible. Undefined if it is possible. */
  readonly cannotAttach: string | undefined;
  /** The reason, for the user, why the program cannot run on without the adapter. Undefined if it can. */
  readonly cannotDetach: string | undefined;
}
