import type { NodeWorker } from 'node:inspector';
import { sourceOfUrl } from '../sources/scriptUrls.js';

/** The name that newer versions of node give to a worker without a name. */
const DEFAULT_NAME = 'WorkerThread';

/**
 * The display name of a worker, such as `worker 2: resize`: its `threadId`, and its name or else its file
 * name.
 */
export function nameOfWorker({ workerId, title, url }: NodeWorker.WorkerInfo): string {
  const given = title.replace(/^\[worker \d+\] ?/, '');
  const name = given === '' || given === DEFAULT_NAME ? fileName(url) : given;
  return name === '' ? `worker ${workerId}` : `worker ${workerId}: ${name}`;
}

function fileName(url: string): string {
  return url.startsWith('file:') ? sourceOfUrl(url).name : '';
}
