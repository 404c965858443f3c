import { printable } from '../../commandLine/printable.js';
import type { Summary } from '../format/summary.js';

/** The most rows of a table. */
const MAX_ROWS = 15;

/** A summary as lines for people. */
export function statisticsText(summary: Summary): string[] {
  const { entries, sessions, ms, phases, commands, messages, gaps, output } = summary;
  return [
    `${entries} entries, ${sessions} ${sessions === 1 ? 'session' : 'sessions'}, ${seconds(ms)}`,
    ...(phases.length > 0 ? ['', 'Launch'] : []),
    ...table(phases.map((phase) => [phase.name, millis(phase.ms)])),
    ...(commands.length > 0 ? ['', 'Slowest requests'] : []),
    ...table(
      commands.map(({ link, name, count, failed, median, p95, max }) => {
        const counts = failed > 0 ? `${count} (${failed} failed)` : String(count);
        return [
          `${name} (${link})`,
          counts,
          `median ${millis(median)}`,
          `p95 ${millis(p95)}`,
          `max ${millis(max)}`,
        ];
      }),
    ),
    ...(messages.length > 0 ? ['', 'Most bytes'] : []),
    ...table(
      messages.map(({ link, kind, name, count, bytes }) => [
        `${kind} ${name} (${link})`,
        String(count),
        `${bytes} bytes`,
      ]),
    ),
    '',
    ...(gaps.length > 0 ? ['Longest gaps'] : []),
    ...table(gaps.map(({ ms: gap, entry }) => [millis(gap), `before entry ${entry + 1}`])),
    ...(output.events > 0
      ? [
          `Output: ${output.events} events, ${output.characters} characters, ${Math.round(output.perSecond)} a second`,
        ]
      : []),
  ];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.slice(0, MAX_ROWS).map((row) => row.map(printable));
  const widths = (shown[0] ?? []).map((_, at) => Math.max(...shown.map((row) => row[at]?.length ?? 0)));
  const lines = shown.map((row) =>
    `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd(),
  );
  return rows.length > MAX_ROWS ? [...lines, `  and ${rows.length - MAX_ROWS} more`] : lines;
}

function millis(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
