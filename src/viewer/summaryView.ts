import { h } from 'preact';
import type { ComponentChild } from 'preact';
import type { Recording } from './recording.js';

/** What a recording comes to, as `Statistics` of src/trace adds it up. */
export interface SummaryData {
  readonly entries: number;
  readonly sessions: number;
  readonly ms: number;
  readonly phases: readonly { readonly name: string; readonly ms: number }[];
  readonly commands: readonly {
    readonly link: string;
    readonly name: string;
    readonly count: number;
    readonly failed: number;
    readonly median: number;
    readonly p95: number;
    readonly max: number;
  }[];
  readonly messages: readonly {
    readonly link: string;
    readonly kind: string;
    readonly name: string;
    readonly count: number;
    readonly bytes: number;
  }[];
  readonly gap: { readonly ms: number; readonly entry: number };
  readonly output: { readonly events: number; readonly characters: number; readonly perSecond: number };
}

const MAX_ROWS = 8;

/** The summary above the list. */
export function SummaryView({
  summary,
  recording,
  onSelect,
}: {
  readonly summary: SummaryData;
  readonly recording: Recording;
  readonly onSelect: (index: number) => void;
}): ComponentChild {
  const { entries, sessions, ms, phases, commands, messages, gap, output } = summary;
  const { problems } = recording;
  const total = phases.reduce((sum, phase) => sum + phase.ms, 0);
  const head = `${entries.toLocaleString('en')} entries, ${sessions} sessions, ${(ms / 1000).toFixed(2)} s`;
  return h(
    'details',
    { class: 'summary' },
    h('summary', null, head, h('em', null, problems.length === 0 ? '' : ` ⚠ ${problems.length} violations`)),
    h(
      'div',
      { class: 'phases', role: 'img', 'aria-label': 'the phases of the launch' },
      phases.map((phase) =>
        h('span', { style: { flexGrow: phase.ms / total } }, `${phase.name} ${phase.ms.toFixed(0)} ms`),
      ),
    ),
    h(Tables, { commands, messages }),
    h(
      'button',
      { type: 'button', onClick: () => onSelect(gap.entry) },
      `Longest gap: ${gap.ms.toFixed(0)} ms`,
    ),
    output.events === 0
      ? ''
      : ` Output: ${output.events} events, ${Math.round(output.perSecond)} characters a second`,
    h(
      'ul',
      null,
      problems
        .slice(0, 100)
        .map(([entry, rule, text]) =>
          h(
            'li',
            null,
            h('button', { type: 'button', onClick: () => onSelect(entry) }, `⚠ ${entry + 1}`),
            ` ${rule}: ${text}`,
          ),
        ),
    ),
  );
}

/** The slowest requests, and the messages with the most bytes. */
function Tables({ commands, messages }: Pick<SummaryData, 'commands' | 'messages'>): ComponentChild {
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
