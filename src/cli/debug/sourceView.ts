import { isAbsolute, relative } from 'node:path';
import { FILE_LIMITS, readCheckedFileSync } from '../../ipc/index.js';
import type { StackFrame } from './dapMessages.js';
import { expandTabs } from '../../commandLine/printable.js';

/** Number of lines that are shown, including the current one. */
const WINDOW = 5;

/**
 * Returns the lines around `line` (counted from 1), with numbers and a mark at the current line. Returns
 * {@link WINDOW} lines if the text has that many, and an empty list if the text has no such line.
 */
export function sourceView(text: string, line: number): string[] {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (line < 1 || line > lines.length) return [];
  const first = Math.max(1, Math.min(line - Math.floor(WINDOW / 2), lines.length - WINDOW + 1));
  const shown = lines.slice(first - 1, first - 1 + WINDOW);
  const width = String(first + shown.length - 1).length;
  return shown.map((code, index) => {
    const number = first + index;
    const mark = number === line ? '>' : ' ';
    return `${mark} ${String(number).padStart(width)} | ${expandTabs(code)}`.trimEnd();
  });
}

/** Returns the source around a frame's line, or a line with the reason why it is not available. */
export function frameSource(frame: StackFrame): string[] {
  const path = frame.source?.path;
  if (path === undefined) return ['  (no source: this frame is not in a file)'];
  try {
    const { bytes } = readCheckedFileSync(path, { maxBytes: FILE_LIMITS.maxSourceBytes });
    return sourceView(bytes.toString(), frame.line);
  } catch (error) {
    return [`  (no source: ${path} ${(error as Error).message})`];
  }
}

/** Formats the place of a frame as `file:line`. */
export function framePlace({ source, line }: StackFrame): string {
  return `${shortPath(source?.path ?? source?.name ?? '(unknown)')}:${String(line)}`;
}

/** Returns the path relative to the current directory if it is inside, otherwise unchanged. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return isAbsolute(path) && short !== '' && !short.startsWith('..') && !isAbsolute(short) ? short : path;
}
