import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { commandFile } from '../../processes/launcherFile.js';
import { olderPart } from '../../trace/format/olderPart.js';
import { readTraceLines } from '../../trace/reading/readTrace.js';
import type { TraceLine } from '../../trace/reading/readTrace.js';
import { tracePage } from '../../trace/view/tracePage.js';
import { ProgressLine } from './progressLine.js';
import { writeNew } from './writeTrace.js';

/** The page without data, packed. The build puts it beside the command. */
const PAGE = join('cli', 'viewer.html.br');
/** The entries between two looks at the clock. */
const PROGRESS_ENTRIES = 1_000;

/**
 * Writes a page that shows a trace, or another program's log.
 *
 * @throws UsageError as `readTrace`, and if there is a file at `output`
 */
export function viewTrace(path: string, output: string): void {
  const progress = new ProgressLine(process.stderr);
  const characters = sizeOf(path) + sizeOf(olderPart(path));
  try {
    writeNew(
      output,
      tracePage(emptyPage(), basename(path), counted(readTraceLines(path), characters, progress), characters),
    );
  } finally {
    progress.end();
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The same lines. Shows how far they are read. */
function* counted(
  lines: Iterable<TraceLine>,
  characters: number,
  progress: ProgressLine,
): Generator<TraceLine> {
  let entries = 0;
  let read = 0;
  for (const line of lines) {
    entries += 1;
    read += line.text?.length ?? 0;
    if (entries % PROGRESS_ENTRIES === 0) {
      const part = read === 0 ? '' : `, ${Math.min(100, Math.round((read / characters) * 100))} %`;
      progress.show(`${entries.toLocaleString('en')} entries read${part}`);
    }
    yield line;
  }
}

/** The page without data. */
export function emptyPage(): string {
  return brotliDecompressSync(readFileSync(join(dirname(commandFile()), PAGE))).toString('utf8');
}
