import type { CloseInfo } from '../connection/closeInfo.js';
import type { ConnectionBase } from '../connection/connectionBase.js';
import { attempt } from '../core/attempt.js';
import { toError } from '../core/errors.js';
import { guardedLogger } from '../core/logger.js';
import type { Logger } from '../core/logger.js';
import { PressureWatch } from '../core/pressureWatch.js';
import type { TraceNote } from '../core/trace.js';
import type { ManagerOptions } from './managerOptions.js';

/** Shows what happens in a session to the tracer and the trace of its embedder. Their errors do not affect the session. */
export class SessionTrace {
  private connection: ConnectionBase | undefined;
  private readonly pressure = new PressureWatch(
    () => (this.connection?.state === 'open' ? this.connection.bufferedBytes : 0),
    (fields) => this.note('pressure', fields),
  );

  private constructor(private readonly options: ManagerOptions) {}

  /** Undefined without a tracer and a trace: such a session has no cost. */
  static of(options: ManagerOptions): SessionTrace | undefined {
    return options.tracer === undefined && options.trace === undefined
      ? undefined
      : new SessionTrace(options);
  }

  message(direction: 'sent' | 'received', message: object): void {
    attempt(() => this.options.tracer?.(direction, message));
    attempt(() => this.options.trace?.message(direction, message));
    if (direction === 'sent') this.pressure.check();
  }

  /** Records the states of the session's connection, from now to its end. */
  watch(connection: ConnectionBase, connected: Promise<void>): void {
    if (this.options.trace === undefined) return;
    this.connection = connection;
    const began = performance.now();
    const { transport } = connection;
    this.note('state', { state: connection.state, transport, endpoint: connection.endpoint });
    const afterMs = (): number => Math.round(performance.now() - began);
    connected.then(
      () => this.note('state', { state: 'open', afterMs: afterMs(), agreement: connection.agreement }),
      (error: unknown) =>
        this.note('state', { state: 'failed', afterMs: afterMs(), reason: toError(error).message }),
    );
    connection.watchHealth((change) => this.note('state', change));
    void connection.closed.then((info) =>
      this.note('state', { state: 'closed', ...endOf(info), ...connection.counters }),
    );
  }

  private note(kind: TraceNote, fields: object): void {
    attempt(() => this.options.trace?.note(kind, fields));
  }
}

/** The logger of a session: what it logs is in its trace, too, except for details. */
export function tracedLogger({ logger, trace }: ManagerOptions): Logger {
  const own = guardedLogger(logger);
  if (trace === undefined) return own;
  const at = (level: 'info' | 'warn' | 'error') => {
    return (fields: object, message: string): void => {
      own[level](fields, message);
      attempt(() => trace.note('log', { level, text: message, ...plain(fields) }));
    };
  };
  return { ...own, info: at('info'), warn: at('warn'), error: at('error') };
}

/** The fields with errors as their messages. */
function plain(fields: object): object {
  const entries = Object.entries(fields).map(([name, value]: [string, unknown]) => {
    return [name, value instanceof Error ? value.message : value] as const;
  });
  return Object.fromEntries(entries);
}

function endOf({ by, clean, reason, error, exit }: CloseInfo): object {
  return { by, clean, reason, code: error?.code, exit: exit && { code: exit.code, signal: exit.signal } };
}
