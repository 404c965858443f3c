import { lanesOf } from '../trace/show/lanes.js';
import type { Recording } from './recording.js';

/** What is shown. Empty texts are no condition. */
export interface Filter {
  readonly text: string;
  readonly kind: string;
  readonly lane: string;
  readonly link: string;
  readonly session: string;
  /** The least time of a request or response, in milliseconds. */
  readonly slow: number;
  readonly errors: boolean;
}

export const ALL: Filter = { text: '', kind: '', lane: '', link: '', session: '', slow: 0, errors: false };
/** The kinds of messages. All others are notes. */
const MESSAGES: ReadonlySet<string> = new Set(['request', 'response', 'event', 'message']);

/** The entries that fit, by their numbers. Undefined: all of them. */
export function matching(recording: Recording, filter: Filter): Uint32Array | undefined {
  const { text, slow, errors } = filter;
  if (JSON.stringify(filter) === JSON.stringify(ALL)) return undefined;
  const { columns, count } = recording;
  const { kind, origin, ms, wrong } = columns;
  const kinds = recording.kinds.texts.map((name) => isKind(name, filter.kind));
  const origins = recording.origins.map(({ session, side, link }) => {
    if (filter.link !== '' && filter.link !== link) return false;
    if (filter.session !== '' && filter.session !== session) return false;
    const { from, to } = lanesOf({ side, link });
    return filter.lane === '' || filter.lane === from || filter.lane === to;
  });
  const hasText = text === '' ? undefined : withText(recording, text);
  const found = new Uint32Array(count);
  let length = 0;
  for (let index = 0; index < count; index++) {
    if (hasText !== undefined && hasText[index] !== 1) continue;
    if (kinds[kind[index] ?? 0] !== true || origins[origin[index] ?? 0] !== true) continue;
    if ((slow > 0 && (ms[index] ?? 0) < slow) || (errors && wrong[index] !== 1)) continue;
    found[length++] = index;
  }
  return found.subarray(0, length);
}

/** 1 for each entry that has the text in its message or its name: a launcher's response does not say its name. */
function withText({ contents, names, columns, count }: Recording, text: string): Uint8Array {
  const found = new Uint8Array(count);
  contents.find(text, (index) => void (found[index] = 1));
  const named = names.texts.map((name) => name.includes(text));
  if (!named.includes(true)) return found;
  for (let index = 0; index < count; index++) if (named[columns.name[index] ?? 0] === true) found[index] = 1;
  return found;
}

function isKind(kind: string, wanted: string): boolean {
  return wanted === '' || (wanted === 'note' ? !MESSAGES.has(kind) : kind === wanted);
}
