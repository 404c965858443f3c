import type { Recording, Row } from './recording.js';

/** What is shown. Empty texts are no condition. */
export interface Filter {
  readonly text: string;
  readonly kind: string;
  readonly link: string;
  readonly session: string;
  /** The least time of a request or response, in milliseconds. */
  readonly slow: number;
  readonly errors: boolean;
}

export const ALL: Filter = { text: '', kind: '', link: '', session: '', slow: 0, errors: false };

/** The entries that fit, by their numbers. Undefined: all of them. */
export function matching(recording: Recording, filter: Filter): Uint32Array | undefined {
  if (JSON.stringify(filter) === JSON.stringify(ALL)) return undefined;
  const found = new Uint32Array(recording.rows.length);
  let count = 0;
  for (let index = 0; index < recording.rows.length; index++) {
    if (fits(recording, index, filter)) found[count++] = index;
  }
  return found.subarray(0, count);
}

/** True if an entry fits. The text is looked for last: it costs most. */
export function fits(recording: Recording, index: number, filter: Filter): boolean {
  const { text, kind, link, session, slow, errors } = filter;
  const row = recording.rows[index] as Row;
  if (kind !== '' && (kind === 'note' ? row.direction !== undefined : row.kind !== kind)) return false;
  if (link !== '' && row.link !== link) return false;
  if (session !== '' && row.session !== session) return false;
  if (slow > 0 && (row.ms ?? 0) < slow) return false;
  if (errors && row.failed !== true && row.problems === undefined) return false;
  return text === '' || (recording.texts[index] ?? '').includes(text) || recording.nameOf(row) === text;
}
