import { readFileSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import type { StackFrame } from './dapMessages.js';

/** How many lines are shown around the current one, it included. */
const WINDOW = 5;

/**
 * The lines around `line` (1-based), numbered, the current one marked. Always {@link WINDOW} of them where
 * the text has so many; none if it has no such line.
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
    return `${mark} ${String(number).padStart(width)} | ${code}`.trimEnd();
  });
}

/** The source around a frame's line, or a line that says why there is none. */
export function frameSource(frame: StackFrame): string[] {
  const path = frame.source?.path;
  if (path === undefined) return ['  (no source: this frame is not in a file)'];
  try {
    return sourceView(readFileSync(path, 'utf8'), frame.line);
  } catch (error) {
    return [`  (no source: ${(error as Error).message})`];
  }
}

/** Where a frame is, as `file:line`. */
export function framePlace({ source, line }: StackFrame): string {
  return `${shortPath(source?.path ?? source?.name ?? '(unknown)')}:${String(line)}`;
}

/** The path as seen from the current directory if it is inside it, else as it is. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return isAbsolute(path) && short !== '' && !short.startsWith('..') && !isAbsolute(short) ? short : path;
}
