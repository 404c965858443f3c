import { PressureWatch } from '../../ipc/index.js';
import type { Message, TraceSink } from '../../ipc/index.js';
import type { TraceFile, TraceTarget } from '../../trace/recording/traceFile.js';
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
  async begin(raw: Message): Promise<string | undefined> {
    const path = readTrace(raw);
    if (path === undefined && this.target === undefined) {
      this.early = undefined;
      this.writer.observer = undefined;
      return undefined;
    }
    const { hidePrivate, joined, openRecording } = await import('./openRecording.js');
    if (this.target !== undefined) hidePrivate(this.target, raw);
    const isNew = path !== undefined && this.file === undefined;
    if (isNew) {
      this.file = openRecording(path);
      const recorder = this.file.link(this.origin('client'));
      for (const message of this.early ?? []) recorder.message(...message);
      this.target = joined(this.target, this.file);
      this.client = this.link('client');
    }
    this.early = undefined;
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

  private link(link: string): TraceSink | undefined {
    return this.target?.link(this.origin(link));
  }

  private origin(link: string) {
    return { session: this.session, side: 'adapter', link };
  }
}
