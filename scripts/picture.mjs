/*
 * node scripts/picture.mjs    writes docs/images/breakpoint.png and docs/images/icon.png
 *
 * The picture in the README: a session at a breakpoint, with values from a real session of the example
 * program. Requires `rsvg-convert` (Debian: librsvg2-bin, fonts-dejavu) and a build. Run it if the picture
 * should change, and check the result.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoSession } from '../dist/cli/demo/demoSession.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = `${root}examples/inventory/main.js`;
const BREAK_LINE = 25;
const LINES = { first: 14, last: 31 };
const ROW = 21;
const PANE = 372;
const WIDTH = 1180;
const COLOURS = {
  text: '#d4d4d4',
  dim: '#858585',
  word: '#569cd6',
  text2: '#ce9178',
  number: '#b5cea8',
  note: '#6a9955',
};
const KEYWORDS = 'const|let|for|of|if|return|function|throw|new|import|from|class|this';

render('breakpoint.png', draw(await look()));
render('icon.png', icon());

/** Reads the values that a client gets at the breakpoint. */
async function look() {
  const session = DemoSession.start();
  try {
    return await lookInto(session);
  } finally {
    await session[Symbol.asyncDispose]();
  }
}

async function lookInto(session) {
  await session.launch({ program, args: [], stopOnEntry: false }, [{ file: program, line: BREAK_LINE }]);
  const { frame, stack } = await session.stop();
  const ask = (command, args) => session.adapter.connection.request(command, args);
  const { scopes } = await ask('scopes', { frameId: frame.id });
  const shown = [];
  for (const { name, expensive, variablesReference } of scopes) {
    if (expensive) continue;
    const { variables } = await ask('variables', { variablesReference });
    shown.push({ name, variables: variables.slice(0, 4) });
  }
  const { result } = await ask('evaluate', {
    expression: 'item.priceCents * taken',
    frameId: frame.id,
    context: 'watch',
  });
  return { scopes: shown.slice(0, 2), stack, watch: ['item.priceCents * taken', result] };
}

function draw({ scopes, stack, watch }) {
  const source = readFileSync(program, 'utf8')
    .split('\n')
    .slice(LINES.first - 1, LINES.last);
  const height = (source.length + 2) * ROW + 24;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="DejaVu Sans Mono" font-size="14">
<rect width="100%" height="100%" rx="8" fill="#1e1e1e"/>
<rect width="${PANE}" height="100%" rx="8" fill="#252526"/>
${pane(paneRows({ scopes, stack, watch })).join('\n')}
<text x="${PANE + 24}" y="28" fill="${COLOURS.dim}">${escape(basename(program))} — paused on breakpoint</text>
${source.map((line, index) => codeRow(line, LINES.first + index, index)).join('\n')}
</svg>`;
}

function paneRows({ scopes, stack, watch }) {
  const variables = scopes.flatMap(({ name, variables: shown }) => [
    { text: name, bold: true, indent: 1 },
    ...shown.map(({ name: of, value }) => ({ name: of, value, indent: 2 })),
  ]);
  const frames = stack.slice(0, 4).map(({ name, source, line }) => ({
    name,
    value: `${basename(source?.path ?? '')}:${line}`,
    separator: '  ',
    indent: 1,
  }));
  return [
    { text: 'VARIABLES', title: true },
    ...variables,
    { text: 'WATCH', title: true },
    { name: watch[0], value: watch[1], indent: 1 },
    { text: 'CALL STACK', title: true },
    ...frames,
  ];
}

function pane(rows) {
  return rows.map((row, index) => {
    const y = 28 + index * ROW;
    const x = 16 + (row.indent ?? 0) * 14;
    if (row.title)
      return `<text x="16" y="${y}" fill="${COLOURS.dim}" font-size="12" font-weight="bold">${row.text}</text>`;
    if (row.bold) return `<text x="${x}" y="${y}" fill="${COLOURS.text}">${escape(row.text)}</text>`;
    const room = Math.floor((PANE - x - 12) / 8.45) - row.name.length - 2;
    const value = row.value.length > room ? `${row.value.slice(0, room - 1)}…` : row.value;
    return `<text x="${x}" y="${y}" xml:space="preserve" fill="${COLOURS.text}"><tspan fill="#9cdcfe">${escape(row.name)}</tspan>${row.separator ?? ': '}<tspan fill="${colourOf(row.value)}">${escape(value)}</tspan></text>`;
  });
}

function colourOf(value) {
  if (/^-?\d/.test(value)) return COLOURS.number;
  return /^['"]/.test(value) ? COLOURS.text2 : COLOURS.text;
}

function codeRow(line, number, index) {
  const y = 28 + (index + 1.5) * ROW;
  const here = number === BREAK_LINE;
  const mark = here
    ? `<rect x="${PANE}" y="${y - 15}" width="${WIDTH - PANE}" height="${ROW}" fill="#4b4b18"/><circle cx="${PANE + 18}" cy="${y - 5}" r="6" fill="#e51400"/>`
    : '';
  return `${mark}<text y="${y}" xml:space="preserve"><tspan x="${PANE + 36}" fill="${COLOURS.dim}">${String(number).padStart(3)}</tspan><tspan x="${PANE + 84}" fill="${COLOURS.text}">${highlight(line)}</tspan></text>`;
}

/** A minimal highlighter for the example. */
function highlight(line) {
  const token = new RegExp(`(//.*$)|('[^']*'|\`[^\`]*\`)|\\b(${KEYWORDS})\\b|\\b(\\d+)\\b`, 'g');
  let out = '';
  let at = 0;
  for (const found of line.matchAll(token)) {
    const colour = [COLOURS.note, COLOURS.text2, COLOURS.word, COLOURS.number][
      found.slice(1).findIndex(Boolean)
    ];
    out += `${escape(line.slice(at, found.index))}<tspan fill="${colour}">${escape(found[0])}</tspan>`;
    at = found.index + found[0].length;
  }
  return out + escape(line.slice(at));
}

/** Draws two ends, and a breakpoint on the line between them. */
function icon() {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="256" height="256" rx="48" fill="#1e1e1e"/>
<path d="M84 68 L40 128 L84 188 M172 68 L216 128 L172 188" fill="none" stroke="#569cd6" stroke-width="18" stroke-linecap="round" stroke-linejoin="round"/>
<path d="M72 128 H184" stroke="#858585" stroke-width="12"/><circle cx="128" cy="128" r="32" fill="#e51400"/></svg>`;
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function render(name, svg) {
  execFileSync('rsvg-convert', ['-o', `${root}docs/images/${name}`], { input: svg });
}
