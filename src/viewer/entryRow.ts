import { h } from 'preact';
import type { ComponentChild } from 'preact';
import type { Recording, Row } from './recording.js';

const LANES = ['client', 'adapter', 'launcher', 'program'];
const ENDS: Readonly<Record<string, readonly [number, number]>> = {
  client: [0, 1],
  launcher: [1, 2],
  server: [1, 2],
  program: [1, 3],
};

/** The lanes in the head of the list. */
export const laneNames = LANES;

/** The two lanes of an entry, and whether it goes to the right. */
export function lanesOf({ link, side, direction }: Row): { left: number; right: number; forward: boolean } {
  const [left, right] = ENDS[link] ?? [1, 2];
  return { left, right, forward: (direction !== 'received') === LANES.indexOf(side) <= left };
}

/** One row of the list. */
export function EntryRow({
  recording,
  index,
  start,
  isSelected,
  isRelated,
  onSelect,
}: {
  readonly recording: Recording;
  readonly index: number;
  readonly start: number;
  readonly isSelected: boolean;
  readonly isRelated: boolean;
  readonly onSelect: (index: number) => void;
}): ComponentChild {
  const row = recording.rows[index] as Row;
  const marks = [
    'row',
    row.kind,
    ...(isSelected ? ['selected'] : []),
    ...(isRelated ? ['related'] : []),
    ...(row.failed === true ? ['failed'] : []),
    ...(row.problems === undefined ? [] : ['wrong']),
  ];
  const number =
    row.kind === 'request' ? `#${row.seq ?? '?'}` : row.kind === 'response' ? `#${row.of ?? '?'}` : '';
  return h(
    'div',
    { class: marks.join(' '), role: 'row', 'aria-selected': isSelected, onClick: () => onSelect(index) },
    h('span', { class: 'time' }, (row.mono - start).toFixed(1)),
    h(Arrow, { row }),
    h(
      'span',
      { class: 'name' },
      row.problems === undefined ? '' : '⚠ ',
      recording.nameOf(row),
      h('i', null, ` ${number}`),
    ),
    h(Latency, { row }),
    h('span', { class: 'bytes' }, row.bytes === undefined ? '' : String(row.bytes)),
  );
}

function Arrow({ row }: { readonly row: Row }): ComponentChild {
  if (row.direction === undefined) return h('span', { class: 'lanes' }, h('i', null, row.link));
  const { left, right, forward } = lanesOf(row);
  const style = { marginLeft: `${left * 25 + 12.5}%`, width: `${(right - left) * 25}%` };
  return h('span', { class: 'lanes' }, h('span', { class: forward ? 'arrow right' : 'arrow left', style }));
}

/** A bar whose length grows with the logarithm of the time: 1 ms to 10 s. */
function Latency({ row }: { readonly row: Row }): ComponentChild {
  if (row.kind !== 'response' || row.ms === undefined) return h('span', { class: 'latency' });
  const width = Math.min(100, Math.max(2, (Math.log10(row.ms + 1) / 4) * 100));
  return h(
    'span',
    { class: 'latency' },
    h('span', { class: row.ms > 1000 ? 'bar slow' : 'bar', style: { width: `${width}%` } }),
    h('i', null, `${row.ms.toFixed(1)} ms`),
  );
}
