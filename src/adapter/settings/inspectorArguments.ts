import { hostAndPort, IpcError } from '../../ipc/index.js';
import type { Message, TransportConfig } from '../../ipc/index.js';
import { badAttachArgument, DapError } from '../dap/dapErrors.js';
import type { SourceRoots } from '../translation/pathMapping.js';
import { delayMs, flag, optionalBoolean, optionalString } from './argumentReader.js';
import { readRoots } from './attachArguments.js';
import { readChildSettings } from './childSettings.js';
import type { ChildSettings } from './childSettings.js';
import { readDebugSettings } from './debugSettings.js';
import { readIpc } from './ipcSetting.js';
import { readCwd, readTimeouts } from './launchArguments.js';
import { readRestart } from './restartPolicy.js';
import type { DebuggeeSettings } from './launchArguments.js';

/** The time in which an inspector is waited for, in milliseconds: the same as js-debug's. */
const INSPECTOR_TIMEOUT_MS = 10_000;
const MAX_PORT = 65_535;

/** The program to attach to: the address of its inspector, or the number of its process. */
export type InspectedTarget =
  { readonly kind: 'address'; readonly address: string } | { readonly kind: 'process'; readonly pid: number };

/** The arguments of an `attach` to a program that runs already with an inspector, checked, with every default. */
export interface InspectorArguments extends DebuggeeSettings {
  readonly target: InspectedTarget;
  /** The time in which the program's inspector must be there, in milliseconds. Default 10,000. */
  readonly timeoutMs: number;
  /** True: a program that waits for its debugger (`node --inspect-brk`) stops before its first statement. */
  readonly stopOnEntry: boolean;
  /** The directory of `outFiles`. Default: the adapter's. */
  readonly cwd: string;
  readonly ipc: TransportConfig;
  /** The directories of the sources on both machines. Undefined: the paths are the same. */
  readonly roots: SourceRoots | undefined;
  /** Undefined: the children that the program starts are not debugged. */
  readonly children: ChildSettings | undefined;
}

/** True if the arguments of an `attach` name an inspector, and not a launcher that listens with a key. */
export function isInspectorAttach({ key, keyFile, port, processId, websocketAddress }: Message): boolean {
  if (key !== undefined || keyFile !== undefined) return false;
  return [port, processId, websocketAddress].some((given) => given !== undefined);
}

/**
 * Reads the arguments of an `attach` to an inspector. Unknown fields are ignored: clients add their own.
 *
 * @throws DapError that says which argument is wrong, how, and the way out
 */
export async function readInspectorArguments(raw: Message): Promise<InspectorArguments> {
  try {
    return {
      target: readTarget(raw),
      timeoutMs: delayMs(raw, 'timeout', INSPECTOR_TIMEOUT_MS),
      stopOnEntry: flag(raw, 'stopOnEntry') || optionalBoolean(raw, 'continueOnAttach') === false,
      cwd: await readCwd(raw),
      ipc: readIpc(raw),
      roots: readRoots(raw),
      children: readChildSettings(raw),
      restart: readRestart(raw),
      debugSettings: readDebugSettings(raw),
      noDebug: false,
      keepRunning: true,
      // `timeout` is the inspector's: the launcher that connects to it has its own.
      ...readTimeouts({ ...raw, timeout: undefined }),
    };
  } catch (error) {
    throw error instanceof DapError || error instanceof IpcError ? badAttachArgument(error) : error;
  }
}

function readTarget(raw: Message): InspectedTarget {
  const { port, processId } = raw;
  const url = optionalString(raw, 'websocketAddress');
  if ([port, processId, url].filter((given) => given !== undefined).length > 1) {
    throw problem('"port", "processId" and "websocketAddress" each say where to attach: give one of them.');
  }
  if (processId !== undefined) return { kind: 'process', pid: readPid(processId) };
  if (url !== undefined) return { kind: 'address', address: url };
  const host = optionalString(raw, 'address') ?? optionalString(raw, 'host') ?? '127.0.0.1';
  const bare = host.replace(/^\[|\]$/g, '');
  return { kind: 'address', address: hostAndPort({ host: bare, port: readPort(port) }) };
}

/** Reads a port: a number, or its digits, as `${input:...}` of VS Code gives it. */
function readPort(given: unknown): number {
  const port = numberIn(given);
  if (port !== undefined && port > 0 && port <= MAX_PORT) return port;
  throw problem(`"port" is the port of an inspector, from 1 to ${MAX_PORT}.`);
}

/** Reads a process id: a number, or its digits, as `${command:...}` of VS Code gives it. */
function readPid(given: unknown): number {
  const pid = numberIn(given);
  if (pid !== undefined && pid > 1) return pid;
  throw problem('"processId" is the number of the process to debug, above 1.');
}

function numberIn(given: unknown): number | undefined {
  const value = typeof given === 'string' && /^\d{1,10}$/.test(given) ? Number(given) : given;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function problem(text: string): DapError {
  return badAttachArgument(new Error(text));
}
