import type { NodeWorker } from 'node:inspector';
import { sourceOfUrl } from '../sources/scriptUrls.js';

/** What newer versions of node call a worker that was given no name. */
const DEFAULT_NAME = 'WorkerThread';

/** `worker 2: resize`, by the name that the program gave it, else by its file. The number is its `threadId`. */
export function nameOfWorker({ workerId, title, url }: NodeWorker.WorkerInfo): string {
  const given = title.replace(/^\[worker \d+\] ?/, '');
  const name = given === '' || given === DEFAULT_NAME ? fileName(url) : given;
  return name === '' ? `worker ${workerId}` : `worker ${workerId}: ${name}`;
}

function fileName(url: string): string {
  return url.startsWith('file:') ? sourceOfUrl(url).name : '';
}
