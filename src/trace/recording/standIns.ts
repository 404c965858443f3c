import { isRecord } from '../../ipc/index.js';

/** Members that name something of the program, in the arguments or the body of a message. */
const NAMES: ReadonlySet<string> = new Set(['name', 'evaluateName', 'functionName', 'variableName']);
/** Members that contain the program's own texts. */
const TEXTS: ReadonlySet<string> = new Set([
  ...[
    'condition',
    'description',
    'detail',
    'expression',
    'format',
    'head',
    'logMessage',
    'output',
    'result',
    'stderr',
  ],
  ...['text', 'value'],
]);
/** An absolute path of either kind, within a text. */
const PATHS = /(?<![\w.:/\\])(?:\/(?=[^/\s"'<>])|[A-Za-z]:[\\/])[^\s"'<>:;,|()]*/g;

type Fields = Readonly<Record<string, unknown>>;

/** What is replaced by stand-ins. */
export interface StandInOptions {
  /** True: the parts of paths. The endings of files stay. */
  readonly paths: boolean;
  /** True: the names of variables and functions, and the texts and values of the program. */
  readonly names: boolean;
}

/** Replaces private words by stand-ins: the same word always by the same one. */
export class StandIns {
  private readonly standIns = new Map<string, string>();

  constructor(private readonly options: StandInOptions) {}

  /** Replaces in a message. The fields of its envelope are the protocol's own, except for the text of a failure. */
  message(message: Fields): Fields {
    const entries = Object.entries(message).map(([name, value]) => {
      const isContent = isRecord(value) || (name === 'message' && typeof value === 'string');
      return [name, isContent ? this.replace(value, name === 'message' ? 'text' : '') : value] as const;
    });
    return Object.fromEntries(entries);
  }

  /** Replaces in a note, whose reasons quote the program. */
  note(note: Fields): Fields {
    const { reason, ...fields } = this.replace(note) as Fields;
    return reason === undefined ? fields : { ...fields, reason: this.replace(note.reason, 'text') };
  }

  private replace(value: unknown, name = ''): unknown {
    if (typeof value === 'string') return this.text(value, name);
    if (Array.isArray(value)) return value.map((item: unknown) => this.replace(item, name));
    if (!isRecord(value)) return value;
    const entries = Object.entries(value).map(([key, inner]) => [this.paths(key), this.replace(inner, key)]);
    return Object.fromEntries(entries) as unknown;
  }

  private text(text: string, name: string): string {
    if (this.options.names && NAMES.has(name)) return this.word(text, 'name');
    if (this.options.names && TEXTS.has(name)) return `<text: ${text.length} characters>`;
    return this.paths(text);
  }

  private paths(text: string): string {
    if (!this.options.paths) return text;
    return text.replace(PATHS, (path) => {
      const parts = path.split(/[\\/]/);
      const separator = path.includes('\\') ? '\\' : '/';
      const kept = (part: string): boolean => part === '' || /^[A-Za-z]:$/.test(part);
      return parts.map((part) => (kept(part) ? part : this.part(part))).join(separator);
    });
  }

  private part(part: string): string {
    const ending = /\.[A-Za-z0-9]{1,5}$/.exec(part)?.[0] ?? '';
    return this.word(part.slice(0, part.length - ending.length), 'p') + ending;
  }

  private word(word: string, kind: string): string {
    const key = `${kind} ${word}`;
    let standIn = this.standIns.get(key);
    if (standIn === undefined) this.standIns.set(key, (standIn = `${kind}${this.standIns.size + 1}`));
    return standIn;
  }
}
