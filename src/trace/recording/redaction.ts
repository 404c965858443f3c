/** The longest text that is kept whole, in UTF-16 units. */
const MAX_TEXT = 1_000;
/** What is kept of a longer text. */
const KEPT_TEXT = 200;
/** The most members that are kept of a list. */
const MAX_ITEMS = 1_000;
/** The shortest value that is hidden wherever it appears: shorter ones are in many words. */
const MIN_HIDDEN = 6;
/** The deepest that a message is looked through. What is below is left out. */
const MAX_DEPTH = 100;

/** Members whose value is a secret, whatever it is. */
const SECRET =
  /^(?:key|proof|pass|passwd|pwd|auth)$|token|secret|password|passphrase|credential|authorization|api_?key|private_?key|access_?key/i;
/** Names of secret variables of an environment. */
const SECRET_VARIABLE =
  /token|secret|passw|passphrase|credential|(?:^|_)(?:api|access|private)?(?:key|auth)(?:$|_)/i;
/** Members whose values are those of an environment. */
const ENVIRONMENT = /^(?:env|environment|launcherEnv)$/i;
/** Members that are a program's arguments. */
const ARGUMENTS = /^(?:args|argv|runtimeArgs|programArgs|execArgv)$/i;
/** Members that are the text of a source. */
const SOURCE_TEXT = /^(?:content|sourceText|scriptSource)$/;
/** Finds any of these members in JSON, or a text that looks like one. */
const SUSPECT =
  /"(?:key|proof|pass|passwd|pwd|auth|env|environment|launcherEnv|args|argv|runtimeArgs|programArgs|execArgv|content|sourceText|scriptSource)":|token|secret|password|passphrase|credential|authorization|api_?key|private_?key|access_?key/i;

/** A message without what is private. */
export interface Redacted {
  readonly json: string;
  /** True if members are missing. */
  readonly cut: boolean;
}

/** Takes what is private out of messages, so that a trace can be shown to strangers. */
export class Redaction {
  private hidden: string[] = [];
  /** The hidden texts, as they are in JSON. */
  private needles: string[] = [];
  private isCut = false;

  /** @param values texts to hide wherever they appear, such as the values of secret variables */
  constructor(values: Iterable<string> = []) {
    this.hide(values);
  }

  /** Hides more texts. Those with fewer than 6 characters are not looked for. */
  hide(values: Iterable<string>): void {
    const all = new Set([...this.hidden, ...[...values].filter(({ length }) => length >= MIN_HIDDEN)]);
    // A longer value may contain a shorter one.
    this.hidden = [...all].sort((a, b) => b.length - a.length);
    this.needles = this.hidden.map((value) => JSON.stringify(value).slice(1, -1));
  }

  /** @param json the text of the message */
  redact(message: unknown, json: string): Redacted {
    if (!SUSPECT.test(json) && !this.hasHidden(json) && (json.length <= MAX_TEXT || isShort(message))) {
      return { json, cut: false };
    }
    this.isCut = false;
    const clean = JSON.stringify(this.value(message, '', 0));
    return { json: clean, cut: this.isCut };
  }

  private hasHidden(json: string): boolean {
    return this.needles.some((needle) => json.includes(needle));
  }

  private value(value: unknown, name: string, depth: number): unknown {
    if (typeof value === 'string') return this.text(value, name);
    if (typeof value === 'number' && SECRET.test(name)) return mark('secret');
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) {
      this.isCut = true;
      return undefined;
    }
    return Array.isArray(value) ? this.list(value, name, depth) : this.record(value, name, depth);
  }

  private list(list: readonly unknown[], name: string, depth: number): unknown[] {
    const kept = list.slice(0, MAX_ITEMS);
    this.isCut ||= kept.length < list.length;
    const isPrivate = ARGUMENTS.test(name);
    return kept.map((item) =>
      isPrivate && typeof item === 'string' ? shortened('redacted', item) : this.value(item, name, depth + 1),
    );
  }

  private record(record: object, name: string, depth: number): object {
    const isEnvironment = ENVIRONMENT.test(name);
    // A variable of the program, or one in a list of an environment.
    const secretOf = isSecretVariable(record) ? 'value' : undefined;
    const entries = Object.entries(record).map(([key, value]: [string, unknown]) => {
      const isPrivate = typeof value === 'string' && (isEnvironment || key === secretOf);
      const clean = isPrivate ? shortened('redacted', value) : this.value(value, key, depth + 1);
      return [this.withoutHidden(key), clean];
    });
    return Object.fromEntries(entries) as object;
  }

  private text(text: string, name: string): string {
    if (isRedacted(text)) return text;
    if (SECRET.test(name)) return mark('secret');
    if (ARGUMENTS.test(name)) return shortened('redacted', text);
    if (SOURCE_TEXT.test(name)) return shortened('source text', text);
    const open = this.withoutHidden(text);
    return open.length > MAX_TEXT ? `${open.slice(0, KEPT_TEXT)}${shortened('and more', text)}` : open;
  }

  private withoutHidden(text: string): string {
    return this.hidden.reduce((open, value) => open.replaceAll(value, mark('redacted')), text);
  }
}

/** True if no text, list or nesting of a value is too long. Most messages are kept as they are: this makes no copy. */
function isShort(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.length <= MAX_TEXT;
  if (typeof value !== 'object' || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  if (!Array.isArray(value)) return Object.values(value).every((inner) => isShort(inner, depth + 1));
  return value.length <= MAX_ITEMS && value.every((item) => isShort(item, depth + 1));
}

/** The values of the variables of an environment that are secret by their names. */
export function secretValues(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value = '']) => {
    return SECRET_VARIABLE.test(name) ? [value] : [];
  });
}

/**
 * The texts that are private in the arguments of a launch, wherever they appear later: those of its environment and the
 * program's arguments.
 */
export function privateValues(value: unknown, isPrivate = false, depth = 0): string[] {
  if (typeof value === 'string') return isPrivate ? [value] : [];
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    // A command to the launcher has its fields in an object of that name.
    const isArguments = ARGUMENTS.test(name) && (typeof inner === 'string' || Array.isArray(inner));
    const isNamed = isArguments || SECRET.test(name) || ENVIRONMENT.test(name);
    return privateValues(inner, isPrivate || isNamed, depth + 1);
  });
}

function isSecretVariable(record: object): boolean {
  return 'name' in record && typeof record.name === 'string' && SECRET.test(record.name);
}

function mark(what: string): string {
  return `<${what}>`;
}

function shortened(what: string, text: string): string {
  return isRedacted(text) ? text : `<${what}: ${text.length} characters>`;
}

/** True for a text that an earlier redaction has left. */
function isRedacted(text: string): boolean {
  return /^<(?:secret|(?:redacted|source text): \d{1,12} characters)>$/.test(text);
}
