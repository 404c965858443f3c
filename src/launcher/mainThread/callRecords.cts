/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/* eslint-disable @typescript-eslint/unbound-method -- functions are kept as they are now: the program may replace them */
/**
 * What the program's console calls have to tell beside their text: it is noted before the text is written, so that
 * whoever has read the text can have the note, too. Runs on the program's thread, within its calls, so it uses
 * nothing that the program may have replaced, and takes little time.
 */

import NoteRing = require('./recordRing.cjs');
import StreamPosition = require('./streamPosition.cjs');

type Ring = ReturnType<typeof NoteRing.createRing>;
type Size = Parameters<StreamPosition['moved']>[0];

interface Site {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** A call that has begun: its arguments, where one of them can be looked into; and the group that it begins. */
interface Call {
  readonly args: readonly unknown[] | undefined;
  readonly group: Group | undefined;
}

interface Group {
  readonly style: 'start' | 'startCollapsed';
  readonly depth: number;
}

/** The arguments of a noted call. */
interface KeptCall {
  readonly id: number;
  readonly args: readonly unknown[];
}

/** How many calls' arguments are kept. */
const KEPT_CALLS = 1_000;
/** How many calls are noted in a window of time; the rest of it is plain text. A flood costs no more than that. */
const NOTES_PER_WINDOW = 1_000;
/** The same where the window before it was full, too. */
const NOTES_IN_FLOOD = 100;
/** In milliseconds. */
const WINDOW_MS = 1_000;
/** Calls within calls, beyond which it is rather calls that never wrote. */
const MAX_NESTED = 64;
/** How much of a text's first line is told, to find it by, in characters. */
const HEAD_CHARS = 48;

const { byteLength } = Buffer;
const { stringify } = JSON;
const { call } = Function.prototype;
const indexOf = call.bind(String.prototype.indexOf) as (text: string, what: string, from?: number) => number;
const slice = call.bind(String.prototype.slice) as (text: string, from: number, to: number) => string;

class CallRecords {
  private lastId = 0;
  private readonly calls: Call[] = [];
  /** The open groups: whether each was noted. */
  private readonly groups: boolean[] = [];
  /** A group whose label is about to be written, by a call with these very arguments. */
  private label: { readonly group: Group; readonly args: readonly unknown[] } | undefined;
  private readonly stdout = new StreamPosition('_stdout', 1);
  private readonly stderr = new StreamPosition('_stderr', 2);
  private windowStartMs = 0;
  private notesInWindow = 0;
  private limit = NOTES_PER_WINDOW;

  /**
   * @param kept takes each call's arguments at its id modulo how many are kept
   * @param indentation what the console puts before each line at this moment
   */
  constructor(
    private readonly ring: Ring,
    readonly kept: KeptCall[],
    private readonly indentation: () => string,
  ) {}

  /** A method that writes is called: it formats its arguments, which may call others, and then writes. */
  begin(args: readonly unknown[]): void {
    const { label, calls } = this;
    this.label = undefined;
    const isLabel = label !== undefined && label.args.length === args.length && label.args[0] === args[0];
    if (calls.length === MAX_NESTED) calls.length = 0;
    calls[calls.length] = {
      args: hasObject(args) ? args : undefined,
      group: isLabel ? label.group : undefined,
    };
  }

  /** The text of the call that began last is about to be written, without its indentation and its line break. */
  write(toStdout: boolean, text: string, site: () => Site | undefined): void {
    const begun = this.calls.length === 0 ? undefined : this.calls[this.calls.length - 1];
    if (begun !== undefined) this.calls.length -= 1;
    if (!this.mayNote()) return;
    const position = toStdout ? this.stdout : this.stderr;
    const offset = position.next();
    if (offset === undefined) return;
    const indent = this.indentation();
    const size = sizeOf(text, indent);
    position.moved(size);
    const fields =
      `"category":${toStdout ? '"stdout"' : '"stderr"'},"offset":${offset}` +
      `,"length":${size.bytes},"head":${stringify(headOf(text, indent))}` +
      this.keep(begun?.args) +
      siteFields(site()) +
      (toStdout ? this.groupFields(begun?.group) : '');
    NoteRing.put(this.ring, `{${fields}}`);
  }

  /** A group begins: all that is written from here to its end, but its label, belongs to it. */
  beginGroup(style: Group['style'], label: readonly unknown[]): void {
    const group: Group = { style, depth: this.groups.length };
    this.groups[group.depth] = false;
    this.label = label.length > 0 ? { group, args: label } : undefined;
    if (label.length === 0 && this.mayNote()) this.noteChange(this.groupFields(group));
  }

  /** The innermost group ends. Noted, also in a flood, where its beginning was. */
  endGroup(): void {
    const { groups } = this;
    if (groups.length === 0) return;
    const wasNoted = groups[groups.length - 1] === true;
    groups.length -= 1;
    if (wasNoted) this.noteChange(`,"group":"end","depth":${groups.length}`);
  }

  /** A note without text. */
  private noteChange(fields: string): void {
    const offset = this.stdout.next();
    if (offset === undefined) return;
    NoteRing.put(this.ring, `{"category":"stdout","offset":${offset},"length":0,"head":""${fields}}`);
  }

  private groupFields(begun: Group | undefined): string {
    if (begun === undefined) return `,"depth":${this.groups.length}`;
    if (begun.depth < this.groups.length) this.groups[begun.depth] = true;
    return `,"group":"${begun.style}","depth":${begun.depth}`;
  }

  private keep(args: readonly unknown[] | undefined): string {
    if (args === undefined) return '';
    this.lastId += 1;
    this.kept[this.lastId % KEPT_CALLS] = { id: this.lastId, args };
    return `,"call":${this.lastId}`;
  }

  private mayNote(): boolean {
    const nowMs = NoteRing.monotonicMs();
    const sinceMs = nowMs - this.windowStartMs;
    if (sinceMs >= WINDOW_MS) {
      const floods = this.notesInWindow > this.limit && sinceMs < 2 * WINDOW_MS;
      this.limit = floods ? NOTES_IN_FLOOD : NOTES_PER_WINDOW;
      this.windowStartMs = nowMs;
      this.notesInWindow = 0;
    }
    this.notesInWindow += 1;
    if (this.notesInWindow <= this.limit) return true;
    if (this.notesInWindow === this.limit + 1) {
      NoteRing.setQuietUntil(this.ring, this.windowStartMs + WINDOW_MS);
    }
    return false;
  }
}

function hasObject(args: readonly unknown[]): boolean {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if ((typeof arg === 'object' && arg !== null) || typeof arg === 'function') return true;
  }
  return false;
}

/** The size of the text as it is written: every line indented, and a line break behind it. */
function sizeOf(text: string, indent: string): Size {
  let lines = 1;
  if (indent !== '') {
    for (let at = indexOf(text, '\n'); at !== -1; at = indexOf(text, '\n', at + 1)) lines += 1;
  }
  return {
    chars: text.length + lines * indent.length + 1,
    bytes: byteLength(text) + lines * byteLength(indent) + 1,
  };
}

/** The beginning of the text as it is written: no more than its first line, with its break where that is not cut. */
function headOf(text: string, indent: string): string {
  const end = indexOf(text, '\n');
  const line = indent + (end === -1 ? text : slice(text, 0, end));
  if (line.length < HEAD_CHARS) return `${line}\n`;
  const cut = slice(line, 0, HEAD_CHARS);
  // Half a character would be none of the text's.
  return /[\uD800-\uDBFF]$/.test(cut) ? slice(cut, 0, HEAD_CHARS - 1) : cut;
}

function siteFields(site: Site | undefined): string {
  if (site === undefined) return '';
  return `,"url":${stringify(site.url)},"line":${site.line},"column":${site.column}`;
}

export = CallRecords;
//# sourceURL=node:debug-adapter-ipc/consoleNotes
