import { FileProblem, PressureWatch, toError } from '../../ipc/index.js';
import type { Message, TraceSink } from '../../ipc/index.js';
import { privateValues } from '../../trace/recording/redaction.js';
import { TraceTargets } from '../../trace/recording/logTrace.js';
import { TraceFile } from '../../trace/recording/traceFile.js';
import type { TraceTarget } from '../../trace/recording/traceFile.js';
import { badLaunchArgument } from '../dap/dapErrors.js';
import type { DapWriter } from '../dap/dapWriter.js';
import { readTrace } from './traceSetting.js';

/** The most messages that are kept until the launch says whether they are recorded. */
const MAX_EARLY = 100;

/** The messages of a client before its launch: direction, message, text and time. */
type EarlyMessage = Parameters<TraceSink['message']>;

let sessions = 0;

/** The recording of one session. Its launch can ask for one, and the adapter's embedder. */
export class SessionTrace {
  /** Undefined once it is known whether the launch asks for a recording. */
  private early: EarlyMessage[] | undefined = [];
  private client: TraceSink | undefined;
  private file: TraceFile | undefined;
  private readonly session: string;
  private readonly pressure: PressureWatch;

  /**
   * @param target of the embedder. Undefined: only a launch can ask for a recording
   * @param writer of the client, whose messages are observed as long as they may be recorded
   * @param bufferedBytes gives the bytes that wait for the client
   */
  constructor(
    private target: TraceTarget | undefined,
    private readonly writer: DapWriter,
    bufferedBytes: () => number,
  ) {
    this.pressure = new PressureWatch(bufferedBytes, (fields) => this.client?.note('pressure', fields));
    sessions += 1;
    this.session = `${process.pid}-${sessions}`;
    this.client = target && this.link('client');
    writer.observer = (message, json) => this.message('sent', message, json);
  }

  /** Records a message of the client, or one for it. @param json its text, if the caller has it */
  message(direction: 'sent' | 'received', message: object, json?: string): void {
    if (this.client !== undefined) {
      this.client.message(direction, message, json);
      if (direction === 'sent') this.pressure.check();
    }
    if (this.early === undefined) return;
    if (this.early.length < MAX_EARLY) this.early.push([direction, message, json, performance.now()]);
  }

  /** Records on the link to the launcher. Undefined if the session is not recorded. */
  get launcher(): TraceSink | undefined {
    return this.link('launcher');
  }

  /**
   * Begins to record if the arguments of the launch ask for it, with the messages before.
   *
   * @returns the path of the file, if this call has opened it
   * @throws DapError if the file cannot be written
   */
  begin(raw: Message): string | undefined {
    const { early, file } = this;
    const path = readTrace(raw);
    this.early = undefined;
    const isNew = path !== undefined && file === undefined;
    const privates = privateValues(raw);
    this.target?.hide(privates);
    if (isNew) this.record(path, early ?? [], privates);
    if (this.client === undefined) this.writer.observer = undefined;
    return isNew ? path : undefined;
  }

  /** Hides these texts in what is recorded from now on. */
  hide(values: Iterable<string>): void {
    this.target?.hide(values);
  }

  /** Ends the recording. */
  end(reason: string): void {
    this.client?.note('state', { state: 'closed', reason });
    this.file?.close();
  }

  private record(path: string, early: readonly EarlyMessage[], privates: readonly string[]): void {
    try {
      this.file = TraceFile.open(path);
    } catch (thrown) {
      const { message } = toError(thrown);
      const reason = thrown instanceof FileProblem ? `it ${message}` : message;
      throw badLaunchArgument(`"trace": ${path} cannot be written: ${reason}`, thrown);
    }
    const { file, target } = this;
    file.hide(privates);
    const recorder = file.link(this.origin('client'));
    for (const message of early) recorder.message(...message);
    this.target = target === undefined ? file : new TraceTargets([target, file]);
    this.client = this.link('client');
  }

  private link(link: string): TraceSink | undefined {
    return this.target?.link(this.origin(link));
  }

  private origin(link: string) {
    return { session: this.session, side: 'adapter', link };
  }
}
