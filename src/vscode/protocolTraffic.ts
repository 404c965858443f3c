import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type * as vscode from 'vscode';
import type { TraceSink } from '../ipc/index.js';
import type { TraceEntry } from '../trace/format/traceFormat.js';
import { LinkRecorder } from '../trace/recording/linkRecorder.js';
import { Redaction, secretValues } from '../trace/recording/redaction.js';
import { readLine, readTraceLines } from '../trace/reading/readTrace.js';
import { PageTotals, tracePage } from '../trace/view/tracePage.js';

/** The most characters of messages that a page gets. It then says so, and later messages are not shown. */
const MAX_CHARACTERS = 64 * 1024 * 1024;
const IS_FULL = 'This page is full: later messages are not shown. Close it and open a new one.';
/** The time between two updates of the page, in milliseconds. */
const UPDATE_MS = 200;
const TITLE = 'Protocol Traffic';

/** The part of the editor's API that is used. Tests pass another one. */
export interface TrafficApi {
  readonly window: Pick<typeof vscode.window, 'createWebviewPanel' | 'showErrorMessage' | 'showOpenDialog'>;
  readonly debug: Pick<typeof vscode.debug, 'registerDebugAdapterTrackerFactory'>;
  readonly ViewColumn: { readonly Beside: number };
}

/**
 * Shows what clients and debug adapters of any type say to each other: of the sessions that start from the command on, or of a
 * file. Nothing is observed before, and no more when the page is closed.
 */
export class ProtocolTraffic {
  private readonly page: string;

  /**
   * @param pageFile the page without data that the build makes
   * @param maxCharacters of the messages on a page that is live
   */
  constructor(
    private readonly api: TrafficApi,
    pageFile: string,
    private readonly maxCharacters = MAX_CHARACTERS,
  ) {
    this.page = brotliDecompressSync(readFileSync(pageFile)).toString('utf8');
  }

  /** Opens a page that shows each session of any debug type that starts from now on. */
  showLive(): vscode.Disposable {
    const panel = this.openPanel(TITLE);
    panel.webview.html = [...tracePage(this.page, TITLE, [])].join('');
    const feed = new PageFeed((update) => void panel.webview.postMessage(update), this.maxCharacters);
    const tracking = this.api.debug.registerDebugAdapterTrackerFactory('*', {
      createDebugAdapterTracker: (session) =>
        trackerOf(feed.link(`${session.type} ${session.id.slice(0, 8)}`)),
    });
    const end = (): void => {
      feed.end();
      tracking.dispose();
    };
    panel.onDidDispose(end);
    return { dispose: () => void panel.dispose() };
  }

  /** Asks for a trace, or a log of a debug adapter, and shows it. */
  async showFile(): Promise<void> {
    const [uri] = (await this.api.window.showOpenDialog({ openLabel: 'Show', title: TITLE })) ?? [];
    if (uri === undefined) return;
    const name = basename(uri.fsPath);
    try {
      const html = [...tracePage(this.page, name, readTraceLines(uri.fsPath))].join('');
      this.openPanel(name).webview.html = html;
    } catch (error) {
      await this.api.window.showErrorMessage(`${name} cannot be shown: ${(error as Error).message}`);
    }
  }

  private openPanel(title: string): vscode.WebviewPanel {
    const options = { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [] };
    return this.api.window.createWebviewPanel(
      'debug-adapter-ipc.traffic',
      title,
      this.api.ViewColumn.Beside,
      options,
    );
  }
}

/** Passes messages on to a page, some at a time, up to a bound. */
class PageFeed {
  private readonly totals = new PageTotals();
  private readonly redaction = new Redaction(secretValues(process.env));
  private lines: string[] = [];
  private characters = 0;
  private timer: NodeJS.Timeout | undefined;
  private hasEnded = false;

  constructor(
    private readonly post: (update: object) => void,
    private readonly maxCharacters: number,
  ) {}

  link(session: string): TraceSink {
    return new LinkRecorder({ session, side: 'adapter', link: 'client' }, this.redaction, (line) =>
      this.add(line),
    );
  }

  end(): void {
    clearTimeout(this.timer);
    this.hasEnded = true;
  }

  private add(line: string): void {
    const entry = readLine(line.trimEnd());
    if (this.hasEnded || entry === undefined || this.characters > this.maxCharacters) return;
    this.characters += line.length;
    this.lines.push(this.totals.add(entry));
    if (this.characters > this.maxCharacters) this.lines.push(this.totals.add(fullNote(entry)));
    this.timer ??= setTimeout(() => this.update(), UPDATE_MS);
  }

  private update(): void {
    const { lines } = this;
    this.lines = [];
    this.timer = undefined;
    this.post(this.totals.update(lines));
  }
}

/** The last entry of a page that is full. */
function fullNote({ time, mono, session, side, link }: TraceEntry): TraceEntry {
  return { time, mono, session, side, link, kind: 'log', note: { level: 'warn', text: IS_FULL } };
}

/** Records a session from the adapter's side. */
function trackerOf(sink: TraceSink): vscode.DebugAdapterTracker {
  return {
    onWillReceiveMessage: (message: object) => sink.message('received', message),
    onDidSendMessage: (message: object) => sink.message('sent', message),
    onWillStopSession: () => sink.note('state', { state: 'closed' }),
    onError: ({ message }) => sink.note('log', { level: 'error', text: message }),
    onExit: (code, signal) => sink.note('exit', { code: code ?? null, signal: signal ?? null }),
  };
}
