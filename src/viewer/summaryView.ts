import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import type { ProblemLine, Summary } from '../trace/format/summary.js';
import { RateChart } from './rateChart.js';
import type { Recording } from './recording.js';

const MAX_ROWS = 8;
const MAX_VIOLATIONS = 100;

interface SummaryProps {
  readonly summary: Summary;
  readonly recording: Recording;
  readonly onSelect: (index: number) => void;
}

/** The summary above the list. */
export function SummaryView({ summary, recording, onSelect }: SummaryProps): ComponentChild {
  const [isOpen, setOpen] = useState(false);
  const { entries, sessions, ms } = summary;
  const { problems } = recording;
  const counts = `${entries.toLocaleString('en')} entries, ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`;
  const head = `${counts}, ${(ms / 1000).toFixed(2)} s`;
  const toggle = (event: Event): void => setOpen((event.currentTarget as HTMLDetailsElement).open);
  return h(
    'details',
    { class: 'summary', onToggle: toggle },
    h('summary', null, head, h('em', null, problems.length === 0 ? '' : ` ⚠ ${problems.length} violations`)),
    isOpen ? h(Content, { summary, recording, onSelect }) : '',
  );
}

/** What is below the head, made when it is opened. */
function Content({ summary, recording, onSelect }: SummaryProps): ComponentChild {
  const { phases, commands, messages, gaps, output } = summary;
  const total = phases.reduce((sum, phase) => sum + phase.ms, 0);
  const { problems, count } = recording;
  return [
    h(
      'div',
      { class: 'phases', role: 'img', 'aria-label': 'the phases of the launch' },
      phases.map((phase) =>
        h('span', { style: { flexGrow: phase.ms / total } }, `${phase.name} ${phase.ms.toFixed(0)} ms`),
      ),
    ),
    h(Tables, { commands, messages }),
    gaps.length === 0
      ? ''
      : h(
          'p',
          null,
          'Longest gaps:',
          gaps.map(({ ms, entry }) => h(GoTo, { entry, onSelect, text: `${ms.toFixed(0)} ms` })),
        ),
    output.events === 0
      ? ''
      : h(
          'p',
          null,
          `Output: ${output.events} events, ${Math.round(output.perSecond)} characters a second, in KiB/s:`,
        ),
    output.events === 0 ? '' : h(RateChart, { recording, count }),
    h(Violations, { problems, onSelect }),
  ];
}

function Violations({
  problems,
  onSelect,
}: {
  readonly problems: readonly ProblemLine[];
  readonly onSelect: (index: number) => void;
}): ComponentChild {
  const rows = problems
    .slice(0, MAX_VIOLATIONS)
    .map(([entry, rule, text]) =>
      h('li', null, h(GoTo, { entry, onSelect, text: `⚠ ${entry + 1}` }), ` ${rule}: ${text}`),
    );
  const rest = problems.length - MAX_VIOLATIONS;
  return h('ul', null, rows, rest > 0 ? h('li', null, `and ${rest} more: filter by errors`) : '');
}

/** A button that selects an entry. */
function GoTo({
  entry,
  text,
  onSelect,
}: {
  readonly entry: number;
  readonly text: string;
  readonly onSelect: (index: number) => void;
}): ComponentChild {
  return h('button', { type: 'button', onClick: () => onSelect(entry) }, text);
}

/** The slowest requests, and the messages with the most bytes. */
function Tables({ commands, messages }: Pick<Summary, 'commands' | 'messages'>): ComponentChild {
  return h(
    'div',
    { class: 'tables' },
    table(
      ['slowest requests', 'n', 'median', 'p95', 'max'],
      commands.map(({ link, name, count, failed, median, p95, max }) => [
        `${name} (${link})`,
        failed === 0 ? String(count) : `${count}, ${failed} failed`,
        ...[median, p95, max].map((time) => `${time.toFixed(1)}`),
      ]),
    ),
    table(
      ['most bytes', 'n', 'bytes'],
      messages.map(({ link, kind, name, count, bytes }) => [
        `${kind} ${name} (${link})`,
        String(count),
        String(bytes),
      ]),
    ),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): ComponentChild {
  return h(
    'table',
    null,
    h(
      'tr',
      null,
      head.map((cell) => h('th', null, cell)),
    ),
    rows.slice(0, MAX_ROWS).map((row) =>
      h(
        'tr',
        null,
        row.map((cell) => h('td', null, cell)),
      ),
    ),
  );
}
