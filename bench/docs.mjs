import { readFileSync, writeFileSync } from 'node:fs';

const DOCUMENT = new URL('../docs/performance.md', import.meta.url);
const BEGIN = '<!-- figures: written by node bench/run.mjs --write-docs -->';
const END = '<!-- end of figures -->';

/** Writes new figures into the document, between its marks, in the formatter's layout. */
export async function writeDocs(markdown) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(`docs/performance.md has lost its marks: ${BEGIN} ... ${END}`);
  const next = `${text.slice(0, begin)}${BEGIN}\n\n${markdown}\n\n${text.slice(end)}`;
  // Imported only here, because measuring does not need the formatter.
  const { format, resolveConfig } = await import('prettier');
  const config = await resolveConfig(DOCUMENT);
  writeFileSync(DOCUMENT, await format(next, { ...config, parser: 'markdown' }));
}
