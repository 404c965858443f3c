import { CONTENDERS } from './contenders/index.mjs';

/** Returns the rows as text: the header first, then one line per row, each cell a string. */
export function tableCells(rows) {
  const contenders = Object.keys(CONTENDERS).filter((name) =>
    rows.some((row) => row.cells[name] !== undefined),
  );
  const head = ['', ...contenders.map((name) => CONTENDERS[name].title)];
  const lines = rows.map((row) => [
    row.unit === '' ? row.title : `${row.title}, ${row.unit}`,
    ...contenders.map((name) => cellText(row.cells[name])),
  ]);
  return [head, ...lines];
}

function cellText(cell) {
  if (cell === undefined) return '';
  const mark = cell.swallowed === true ? '!' : '';
  const ratio = cell.ratio === undefined ? '' : ` (${cell.ratio.toFixed(cell.ratio < 10 ? 2 : 0)})`;
  return `${numberText(cell.median)}${mark}${ratio}`;
}

function numberText(value) {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

/** Formats the table for a terminal, in aligned columns. */
export function textTable(rows) {
  const cells = tableCells(rows);
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const pad = (text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]));
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

/** Formats the table for a document. */
export function markdownTable(rows) {
  const [head, ...lines] = tableCells(rows);
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Returns one line for each skipped contender, with the reason. */
export function skippedLines(results, left) {
  return [
    ...left.map((name) => `${name}: left out unless it is named with --only`),
    ...linesOf(results, 'skipped', ''),
  ];
}

/** Returns one line for each failed contender. */
export function failedLines(results) {
  return linesOf(results, 'failed', 'failed: ');
}

function linesOf(results, kind, prefix) {
  return Object.entries(results).flatMap(([workload, result]) =>
    Object.entries(result[kind]).map(([contender, why]) => `${workload}, ${contender}: ${prefix}${why}`),
  );
}
