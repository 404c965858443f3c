import type { PageUpdate } from '../trace/format/summary.js';
import type { Recording } from './recording.js';

/** The longest that the page reads without a pause, in milliseconds: it scrolls meanwhile. */
const SLICE_MS = 12;

/** How far the page has come. */
export interface Progress {
  /** From 0 to 1. Undefined: unknown. */
  readonly part: number | undefined;
}

/**
 * Takes the entries out of the page, while the browser still reads it: their memory is then that of the recording alone.
 *
 * @param onProgress is called after each slice
 * @returns what the page has beside the entries. Undefined: nothing
 */
export async function readPage(
  recording: Recording,
  onProgress: (progress: Progress) => void,
): Promise<Partial<PageUpdate> | undefined> {
  let read = 0;
  for (let isOver = false; !isOver;) {
    const isComplete = document.readyState !== 'loading';
    const until = performance.now() + SLICE_MS;
    let block = document.querySelector('script.entries');
    for (; block !== null && performance.now() < until; block = document.querySelector('script.entries')) {
      // The last block may still grow.
      if (!isComplete && block.nextElementSibling === null) break;
      const text = block.textContent;
      block.remove();
      recording.add(text);
      read += text.length;
    }
    isOver = isComplete && block === null;
    const size = Number(document.getElementById('size')?.textContent ?? 0);
    onProgress({ part: size > 0 ? Math.min(1, read / size) : undefined });
    if (!isOver) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const about = document.getElementById('about')?.textContent ?? '';
  return about.trim() === '' ? undefined : (JSON.parse(about) as Partial<PageUpdate>);
}
