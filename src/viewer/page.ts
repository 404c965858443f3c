import { h, render } from 'preact';
import type { ComponentChild } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { PageUpdate, Summary } from '../trace/format/summary.js';
import { LANES } from '../trace/show/lanes.js';
import { EntryRow } from './entryRow.js';
import { ALL, matching } from './filter.js';
import type { Filter } from './filter.js';
import { JsonTree } from './jsonTree.js';
import { readPage } from './readPage.js';
import type { Progress } from './readPage.js';
import { Recording } from './recording.js';
import { SummaryView } from './summaryView.js';
import { VirtualList } from './virtualList.js';

const KINDS = ['request', 'response', 'event', 'message', 'note'];
/** The time between two drawings while the page is read, in milliseconds. */
const DRAW_MS = 200;
const EMPTY: Summary = {
  ...{ entries: 0, sessions: 0, ms: 0, phases: [], commands: [], messages: [] },
  gaps: [],
  output: { events: 0, characters: 0, perSecond: 0 },
};

const recording = new Recording();
let summary = EMPTY;

/** Takes an update of the page's data. */
function take({ lines = [], problems = [], summary: given = summary }: Partial<PageUpdate>): void {
  recording.add(lines.join('\n'));
  recording.mark(problems);
  summary = given;
}

function Detail({ index, onSelect }: { readonly index: number; readonly onSelect: (index: number) => void }) {
  if (index < 0) return h('div', { class: 'detail' }, 'Choose a message to see it.');
  const row = recording.row(index);
  const before = recording.previous(index);
  const { other } = row;
  return h(
    'div',
    { class: 'detail' },
    h('h2', null, `${row.name} `, h('i', null, `${row.kind}, entry ${index + 1}`)),
    h(
      'p',
      null,
      `${new Date(row.time).toISOString()} · session ${row.session} · link ${row.link} · ${row.bytes ?? 0} bytes `,
    ),
    other === undefined
      ? ''
      : h(
          'button',
          { type: 'button', onClick: () => onSelect(other) },
          row.kind === 'request' ? 'its response' : 'its request',
        ),
    before === undefined
      ? ''
      : h('button', { type: 'button', onClick: () => onSelect(before) }, 'the one before'),
    row.problems.map((problem) => h('p', { class: 'problem' }, `⚠ ${problem}`)),
    before === undefined ? '' : h('p', null, h('i', null, 'Marked: what differs from the one before.')),
    h(JsonTree, {
      value: recording.content(index),
      before: before === undefined ? undefined : recording.content(before),
    }),
  );
}

function choice(
  label: string,
  options: Iterable<string>,
  value: string,
  onChange: (value: string) => void,
): ComponentChild {
  const items = ['', ...options].map((option) =>
    h('option', { value: option }, option === '' ? `any ${label}` : option),
  );
  const change = (event: Event): void => onChange((event.target as HTMLSelectElement).value);
  return h('select', { 'aria-label': label, value, onChange: change }, items);
}

function FilterBar({ filter, set, count }: { filter: Filter; set: (filter: Filter) => void; count: number }) {
  const valueOf = (event: Event): string => (event.target as HTMLInputElement).value;
  return h(
    'div',
    { class: 'filter' },
    h('input', {
      ...{
        id: 'text',
        type: 'search',
        placeholder: 'Search (press /)',
        'aria-label': 'text',
        value: filter.text,
      },
      onInput: (event: Event) => set({ ...filter, text: valueOf(event) }),
    }),
    choice('kind', KINDS, filter.kind, (kind) => set({ ...filter, kind })),
    choice('lane', LANES, filter.lane, (lane) => set({ ...filter, lane })),
    choice('link', recording.links, filter.link, (link) => set({ ...filter, link })),
    recording.sessions.size < 2
      ? ''
      : choice('session', recording.sessions, filter.session, (session) => set({ ...filter, session })),
    h('input', {
      ...{
        type: 'number',
        min: 0,
        placeholder: 'slower than ms',
        'aria-label': 'slower than, in milliseconds',
      },
      onInput: (event: Event) => set({ ...filter, slow: Number(valueOf(event)) }),
    }),
    h(
      'label',
      null,
      h('input', {
        type: 'checkbox',
        checked: filter.errors,
        onChange: () => set({ ...filter, errors: !filter.errors }),
      }),
      ' errors',
    ),
    h('output', null, `${count.toLocaleString('en')} shown`),
  );
}

/** Takes what an editor, or the server of `trace follow`, sends to the page. */
function useUpdates(onUpdate: () => void): void {
  useEffect(() => {
    const receive = ({ data }: MessageEvent<PageUpdate | string>): void => {
      take(typeof data === 'string' ? (JSON.parse(data) as PageUpdate) : data);
      onUpdate();
    };
    // A file and an editor's page have no server.
    const server = location.protocol === 'http:' ? new EventSource('events') : undefined;
    server?.addEventListener('message', receive);
    // The server sends the file from its beginning to each page: a page that lost it is opened anew.
    server?.addEventListener('error', () => server.close());
    window.addEventListener('message', receive);
    return () => {
      window.removeEventListener('message', receive);
      server?.close();
    };
  }, []);
}

/** Reads the page, and draws it from time to time. @returns how far it is. Undefined: it is read */
function useReading(onRead: () => void): Progress | undefined {
  const [progress, setProgress] = useState<Progress | undefined>({ part: undefined });
  useEffect(() => {
    let drawn = 0;
    const draw = (now: Progress): void => {
      if (performance.now() - drawn < DRAW_MS) return;
      drawn = performance.now();
      setProgress(now);
      onRead();
    };
    void readPage(recording, draw).then((data) => {
      take(data ?? {});
      setProgress(undefined);
      onRead();
    });
  }, []);
  return progress;
}

/** The list, as the keys move in it. */
interface Place {
  readonly position: number;
  readonly count: number;
  readonly selected: number;
  readonly select: (index: number) => void;
  /** The entry at a position. */
  readonly at: (position: number) => number;
}

/** Moves the selection by keys. */
function useKeys({ position, count, selected, select, at }: Place): void {
  // Before the next frame: a key that follows at once goes on from the new selection.
  useLayoutEffect(() => {
    const move = (to: number): void => {
      if (count > 0) select(at(Math.min(count - 1, Math.max(0, to))));
    };
    const press = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      const action = isTyping ? undefined : actionOf(event.key, position, count, move, nextProblem);
      if (event.key === 'Escape') (event.target as HTMLElement).blur();
      else if (action !== undefined) {
        event.preventDefault();
        action();
      }
    };
    const nextProblem = (step: 1 | -1): void => {
      const entries = recording.problems.map(([entry]) => entry).sort((a, b) => (a - b) * step);
      const next = entries.find((entry) => (entry - selected) * step > 0);
      if (next !== undefined) select(next);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });
}

/** The head of the list. */
function Head(): ComponentChild {
  return h(
    'div',
    { class: 'row head' },
    h('span', { class: 'time' }, 'ms'),
    h(
      'span',
      { class: 'lanes' },
      LANES.map((name) => h('b', null, name)),
    ),
    h('span', { class: 'name' }, 'message'),
    h('span', { class: 'latency' }, 'took'),
    h('span', { class: 'bytes' }, 'bytes'),
  );
}

/** How far the page has come, in place of the summary. */
function Reading({ part }: Progress): ComponentChild {
  return h(
    'div',
    { class: 'summary' },
    h('progress', part === undefined ? {} : { value: part }),
    ` ${recording.count.toLocaleString('en')} entries`,
  );
}

/** The page. */
function Page() {
  const [filter, setFilter] = useState(ALL);
  const [selected, setSelected] = useState(-1);
  const [version, setVersion] = useState(0);
  const [isLive, setLive] = useState(false);
  const found = useMemo(() => matching(recording, filter), [filter, version]);
  const count = found?.length ?? recording.count;
  const at = (position: number): number => found?.[position] ?? position;
  const position = positionOf(found, selected);
  const redraw = (): void => setVersion((before) => before + 1);
  const progress = useReading(redraw);
  useUpdates(() => {
    setLive(true);
    redraw();
  });
  useKeys({ position, count, selected, select: setSelected, at });
  const start = recording.columns.mono[0] ?? 0;
  const related = recording.columns.other[selected];
  const row = (place: number): ComponentChild => {
    const index = at(place);
    const marks = { isSelected: index === selected, isRelated: index === related };
    return h(EntryRow, { recording, index, start, ...marks, onSelect: setSelected });
  };
  return h(
    'main',
    null,
    progress === undefined
      ? h(SummaryView, { summary, recording, onSelect: setSelected })
      : h(Reading, progress),
    h(FilterBar, { filter, set: setFilter, count }),
    h(Head, null),
    h(
      'div',
      { class: 'panes' },
      h(VirtualList, { count, row, selected: position, follow: isLive && selected < 0 }),
      h(Detail, { index: selected, onSelect: setSelected }),
    ),
  );
}

function positionOf(found: Uint32Array | undefined, selected: number): number {
  return found === undefined ? selected : found.indexOf(selected);
}

/** What a key does. Undefined: nothing. */
function actionOf(
  key: string,
  position: number,
  count: number,
  move: (to: number) => void,
  nextProblem: (step: 1 | -1) => void,
): (() => void) | undefined {
  const actions: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(position + 1),
    j: () => move(position + 1),
    ArrowUp: () => move(position - 1),
    k: () => move(position - 1),
    PageDown: () => move(position + 20),
    PageUp: () => move(position - 20),
    Home: () => move(0),
    End: () => move(count - 1),
    n: () => nextProblem(1),
    p: () => nextProblem(-1),
    '/': () => document.getElementById('text')?.focus(),
  };
  return actions[key];
}

render(h(Page, null), document.getElementById('page') as HTMLElement);
