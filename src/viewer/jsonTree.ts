import { h } from 'preact';
import type { ComponentChild } from 'preact';

/** The members that are made at once of a long list or object. */
const MAX_MEMBERS = 200;
/** How deep a tree is open at first. */
const OPEN_DEPTH = 3;

/** JSON that can be folded. Members that differ from `before` are marked. */
export function JsonTree({
  value,
  before,
  name,
  depth = 0,
}: {
  readonly value: unknown;
  /** What to compare with. Undefined: nothing is marked. */
  readonly before?: unknown;
  readonly name?: string;
  readonly depth?: number;
}): ComponentChild {
  const label = name === undefined ? '' : h('b', null, `${name}: `);
  const isNew = before !== undefined && JSON.stringify(before) !== JSON.stringify(value);
  if (typeof value !== 'object' || value === null) {
    return h(
      'div',
      { class: isNew ? 'leaf new' : 'leaf' },
      label,
      h('span', { class: typeof value }, JSON.stringify(value)),
    );
  }
  const entries = Object.entries(value) as [string, unknown][];
  const older = (typeof before === 'object' && before !== null ? before : {}) as Record<string, unknown>;
  const members = entries.slice(0, MAX_MEMBERS).map(([key, inner]) => {
    // `null` stands for a member that was not there.
    const then = before === undefined ? undefined : (older[key] ?? null);
    return h(JsonTree, { key, name: key, value: inner, before: then, depth: depth + 1 });
  });
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  const rest =
    entries.length > MAX_MEMBERS
      ? h('div', { class: 'leaf' }, `and ${entries.length - MAX_MEMBERS} more`)
      : '';
  return h(
    'details',
    { open: depth < OPEN_DEPTH && (depth === 0 || entries.length < 30), class: isNew ? 'new' : '' },
    h('summary', null, label, size),
    members,
    rest,
  );
}
