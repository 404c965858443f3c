import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The height of a row, in pixels. */
const ROW = 22;
/** Browsers end an element at 16 to 33 million pixels. A longer list is scrolled by parts of its length. */
const MAX_HEIGHT = 15_000_000;
/** The rows that are made above and below what is seen. */
const MARGIN = 6;

/**
 * A list that makes only the rows that are seen. List components of libraries are bounded by the height of an element, which
 * a million rows exceed.
 */
export function VirtualList({
  count,
  row,
  selected,
  follow,
}: {
  readonly count: number;
  readonly row: (position: number) => ComponentChild;
  /** The row to keep in sight. */
  readonly selected: number;
  /** True: stay at the end while the list grows. */
  readonly follow: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const full = count * ROW;
  const shown = Math.min(full, MAX_HEIGHT);
  // The pixels of the whole list that stand for one of the element.
  const scale = shown > view.height ? (full - view.height) / (shown - view.height) : 1;
  const update = (): void => {
    const element = box.current;
    if (element !== null) setView({ top: element.scrollTop, height: element.clientHeight });
  };
  useEffect(() => {
    const observer = new ResizeObserver(update);
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || selected < 0) return;
    const [at, top] = [selected * ROW, element.scrollTop * scale];
    if (at < top) element.scrollTop = at / scale;
    else if (at + ROW > top + element.clientHeight)
      element.scrollTop = (at + ROW - element.clientHeight) / scale;
  }, [selected]);
  useLayoutEffect(() => {
    if (follow && box.current !== null) box.current.scrollTop = shown;
  }, [follow && count]);
  const top = view.top * scale;
  const first = Math.max(0, Math.floor(top / ROW) - MARGIN);
  const last = Math.min(count, Math.ceil((top + view.height) / ROW) + MARGIN);
  // A row that leaves the view lends its elements to one that enters: making new ones would take most of a frame.
  const slots = Math.ceil(view.height / ROW) + 2 * MARGIN + 1;
  const rows = new Array<ComponentChild>(slots).fill(null);
  for (let position = first; position < last; position++) {
    const y = view.top + position * ROW - top;
    const style = { transform: `translateY(${y}px)` };
    rows[position % slots] = h('div', { class: 'slot', style, 'aria-rowindex': position + 1 }, row(position));
  }
  return h(
    'div',
    { ref: box, class: 'list', onScroll: update, role: 'grid', tabIndex: 0, 'aria-rowcount': count },
    h('div', { class: 'length', style: { height: `${shown}px` } }, rows),
  );
}
