/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/* eslint-disable @typescript-eslint/unbound-method -- functions are kept as they are now: the program may replace them */
/**
 * Records the program's console calls: their arguments, call sites and groups. Each record is written before
 * the call's text, so that a reader of the text can also read the record. Runs on the program's thread,
 * within its calls, so it must be fast and uses nothing that the program may have replaced.
 */

import recordRing = require('./recordRing.cjs');
import StreamPosition = require('./streamPosition.cjs');

type Ring = ReturnType<typeof recordRing.createRing>;
type Size = Parameters<StreamPosition['advance']>[0];

interface Site {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/**
 * A call that has started: its arguments, if one of them can be expanded, and the group that the call starts.
 */
interface Call {
  readonly args: readonly unknown[] | undefined;
  /** The format and its values, if the format has styles and the values are no objects. */
  readonly styles: readonly unknown[] | undefined;
  readonly group: Group | undefined;
}

interface Group {
  readonly style: 'start' | 'startCollapsed';
  readonly depth: number;
}

/** The arguments of a recorded call. */
interface KeptCall {
  readonly id: number;
  readonly args: readonly unknown[];
}

/** Number of calls whose arguments are kept. */
const KEPT_CALLS = 1_000;
/**
 * Number of calls that are recorded per time window. The text of further calls is plain text, so that a flood
 * costs no more.
 */
const RECORDS_PER_WINDOW = 1_000;
/** The same, if the window before was full, too. */
const RECORDS_IN_FLOOD = 100;
/** Length of a time window, in milliseconds. */
const WINDOW_MS = 1_000;
/** Greatest depth of calls within calls. Beyond that, the open calls are taken for calls that never wrote. */
const MAX_NESTED = 64;
/** Number of characters of a text's first line that are recorded, to find the text by. */
const HEAD_CHARS = 48;

/** The beginning of a line of a stack, after any indentation. */
const STACK_LINE = '    at ';
/** Number of characters of a stack that are recorded. */
const MAX_STACK_CHARS = 8_000;

/** Number of characters of a call with styles that are recorded. A longer call is shown without styles. */
const MAX_STYLES_CHARS = 8_000;

const { byteLength } = Buffer;
const { stringify } = JSON;
const { call } = Function.prototype;
const indexOf = call.bind(String.prototype.indexOf) as (text: string, what: string, from?: number) => number;
const slice = call.bind(String.prototype.slice) as (text: string, from: number, to: number) => string;

class CallRecords {
  private lastId = 0;
  private readonly calls: Call[] = [];
  /** The open groups: true for each group whose start was recorded. */
  private readonly groups: boolean[] = [];
  /** A group whose label is about to be written, by a call with these same arguments. */
  private label: { readonly group: Group; readonly args: readonly unknown[] } | undefined;
  private readonly stdout = new StreamPosition('_stdout', 1);
  private readonly stderr = new StreamPosition('_stderr', 2);
  private windowStartMs = 0;
  private recordsInWindow = 0;
  private limit = RECORDS_PER_WINDOW;

  /**
   * @param kept receives each call's arguments at index id modulo {@link KEPT_CALLS}
   * @param indentation returns the current prefix of each line that the console writes
   */
  constructor(
    private readonly ring: Ring,
    readonly kept: KeptCall[],
    private readonly indentation: () => string,
  ) {}

  /**
   * Handles the start of a writing method. The method formats its arguments, which may call further methods,
   * and then writes.
   */
  startCall(args: readonly unknown[]): void {
    const { label, calls } = this;
    this.label = undefined;
    const isLabel = label !== undefined && label.args.length === args.length && label.args[0] === args[0];
    if (calls.length === MAX_NESTED) calls.length = 0;
    calls[calls.length] = {
      ...kindOf(args),
      group: isLabel ? label.group : undefined,
    };
  }

  /**
   * Records the text of the call that started last, just before the text is written. The text has no
   * indentation and no final line break.
   */
  recordText(toStdout: boolean, text: string, site: () => Site | undefined): void {
    const call = this.calls.length === 0 ? undefined : this.calls[this.calls.length - 1];
    if (call !== undefined) this.calls.length -= 1;
    if (!this.mayRecord()) return;
    const position = toStdout ? this.stdout : this.stderr;
    const offset = position.nextOffset();
    if (offset === undefined) return;
    const indent = this.indentation();
    const size = sizeOf(text, indent);
    position.advance(size);
    const fields =
      `"category":${toStdout ? '"stdout"' : '"stderr"'},"offset":${offset}` +
      `,"length":${size.bytes},"head":${stringify(headOf(text, indent))}` +
      stackField(text) +
      this.keepArguments(call?.args) +
      stylesField(call?.styles) +
      siteFields(site()) +
      (toStdout ? this.groupFields(call?.group) : '');
    recordRing.append(this.ring, `{${fields}}`);
  }

  /** Records the stack of an error that node is about to print, without a call of the console. */
  recordStack(stack: string): void {
    const field = stackField(stack);
    if (field !== '') recordRing.append(this.ring, `{${slice(field, 1, field.length)}}`);
  }

  /** Records the start of a group: all text up to its end, except its label, belongs to the group. */
  startGroup(style: Group['style'], label: readonly unknown[]): void {
    const group: Group = { style, depth: this.groups.length };
    this.groups[group.depth] = false;
    this.label = label.length > 0 ? { group, args: label } : undefined;
    if (label.length === 0 && this.mayRecord()) this.recordGroupChange(this.groupFields(group));
  }

  /** Records the end of the innermost group, also in a flood, if its start was recorded. */
  endGroup(): void {
    const { groups } = this;
    if (groups.length === 0) return;
    const wasRecorded = groups[groups.length - 1] === true;
    groups.length -= 1;
    if (wasRecorded) this.recordGroupChange(`,"group":"end","depth":${groups.length}`);
  }

  /** Writes a record without text. */
  private recordGroupChange(fields: string): void {
    const offset = this.stdout.nextOffset();
    if (offset === undefined) return;
    recordRing.append(this.ring, `{"category":"stdout","offset":${offset},"length":0,"head":""${fields}}`);
  }

  private groupFields(group: Group | undefined): string {
    if (group === undefined) return `,"depth":${this.groups.length}`;
    if (group.depth < this.groups.length) this.groups[group.depth] = true;
    return `,"group":"${group.style}","depth":${group.depth}`;
  }

  private keepArguments(args: readonly unknown[] | undefined): string {
    if (args === undefined) return '';
    this.lastId += 1;
    this.kept[this.lastId % KEPT_CALLS] = { id: this.lastId, args };
    return `,"call":${this.lastId}`;
  }

  private mayRecord(): boolean {
    const nowMs = recordRing.monotonicMs();
    const sinceMs = nowMs - this.windowStartMs;
    if (sinceMs >= WINDOW_MS) {
      const floods = this.recordsInWindow > this.limit && sinceMs < 2 * WINDOW_MS;
      this.limit = floods ? RECORDS_IN_FLOOD : RECORDS_PER_WINDOW;
      this.windowStartMs = nowMs;
      this.recordsInWindow = 0;
    }
    this.recordsInWindow += 1;
    if (this.recordsInWindow <= this.limit) return true;
    if (this.recordsInWindow === this.limit + 1) {
      recordRing.setQuietUntil(this.ring, this.windowStartMs + WINDOW_MS);
    }
    return false;
  }
}

/** A call's arguments, if an object among them can be expanded, or if they have styles. */
function kindOf(args: readonly unknown[]): Pick<Call, 'args' | 'styles'> {
  if (hasObject(args)) return { args, styles: undefined };
  const [format] = args;
  const hasStyles = typeof format === 'string' && indexOf(format, '%c') !== -1;
  return { args: undefined, styles: hasStyles ? args : undefined };
}

function hasObject(args: readonly unknown[]): boolean {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if ((typeof arg === 'object' && arg !== null) || typeof arg === 'function') return true;
  }
  return false;
}

/** Returns the size of the text as written: each line indented, and a line break at the end. */
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

/**
 * Returns the first characters of the text as written: at most its first line, with its line break if the
 * line is not cut.
 */
function headOf(text: string, indent: string): string {
  const end = indexOf(text, '\n');
  const line = indent + (end === -1 ? text : slice(text, 0, end));
  if (line.length < HEAD_CHARS) return `${line}\n`;
  const cut = slice(line, 0, HEAD_CHARS);
  // A half character would not be part of the text.
  return /[\uD800-\uDBFF]$/.test(cut) ? slice(cut, 0, HEAD_CHARS - 1) : cut;
}

/** Returns the part of a text that may name places in scripts, as a field. Empty if there is none. */
function stackField(text: string): string {
  const at = indexOf(text, STACK_LINE);
  return at === -1 ? '' : `,"stack":${stringify(slice(text, at, at + MAX_STACK_CHARS))}`;
}

/** Returns the arguments as a field, if all of them can be sent as JSON. */
function stylesField(styles: readonly unknown[] | undefined): string {
  if (styles === undefined) return '';
  for (let at = 0; at < styles.length; at++) {
    const type = typeof styles[at];
    if (type !== 'string' && type !== 'number' && type !== 'boolean') return '';
  }
  const field = `,"styles":${stringify(styles)}`;
  return field.length > MAX_STYLES_CHARS ? '' : field;
}

function siteFields(site: Site | undefined): string {
  if (site === undefined) return '';
  return `,"url":${stringify(site.url)},"line":${site.line},"column":${site.column}`;
}

export = CallRecords;
