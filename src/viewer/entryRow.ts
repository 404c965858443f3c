import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { LANES, lanesOf } from '../trace/show/lanes.js';
import type { Recording, Row } from './recording.js';

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
  const row = recording.row(index);
  const isWrong = row.problems.length > 0;
  const marks = [
    'row',
    row.kind,
    ...(isSelected ? ['selected'] : []),
    ...(isRelated ? ['related'] : []),
    ...(row.failed ? ['failed'] : []),
    ...(isWrong ? ['wrong'] : []),
  ];
  const number =
    row.kind === 'request' ? `#${row.seq ?? '?'}` : row.kind === 'response' ? `#${row.of ?? '?'}` : '';
  return h(
    'div',
    { class: marks.join(' '), role: 'row', 'aria-selected': isSelected, onClick: () => onSelect(index) },
    h('span', { class: 'time' }, (row.mono - start).toFixed(1)),
    h(Arrow, { row }),
    h('span', { class: 'name' }, isWrong ? '⚠ ' : '', row.name, h('i', null, ` ${number}`)),
    h(Latency, { row }),
    h('span', { class: 'bytes' }, row.bytes === undefined ? '' : String(row.bytes)),
  );
}

/** From the lane of who sent it to that of who got it. A lane of an embedder is beside the adapter's. */
function Arrow({ row }: { readonly row: Row }): ComponentChild {
  if (row.direction === undefined) return h('span', { class: 'lanes' }, h('i', null, row.link));
  const { from, to, isForward } = lanesOf(row);
  const places = [from, to].map((lane) => LANES.findIndex((name) => name === lane));
  const [first, last] = places.some((place) => place < 0)
    ? [1, 2]
    : [Math.min(...places), Math.max(...places)];
  const style = { marginLeft: `${first * 25 + 12.5}%`, width: `${(last - first) * 25}%` };
  return h('span', { class: 'lanes' }, h('span', { class: isForward ? 'arrow right' : 'arrow left', style }));
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
