import { IpcError } from './errors.js';

/**
 * Refuses fields that an object of settings does not have: a misspelled setting would have no effect.
 *
 * @param what names the object in the error
 * @throws IpcError `ERR_IPC_CONFIG` for an unknown field, and for a value that is no object
 */
export function requireKnownFields(
  what: string,
  given: unknown,
  known: Readonly<Record<string, true>>,
): void {
  if (typeof given !== 'object' || given === null) {
    throw new IpcError(
      'ERR_IPC_CONFIG',
      `${what} must be an object, not ${given === null ? 'null' : typeof given}`,
    );
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const names = Object.keys(known);
  const meant = names.find((name) => isNear(name, unknown));
  const hint = meant === undefined ? `known are ${names.join(', ')}` : `did you mean "${meant}"?`;
  throw new IpcError('ERR_IPC_CONFIG', `${what} has no field ${JSON.stringify(unknown)}: ${hint}`);
}

/** True if two names differ by case alone, or by one character that was added, left out or replaced. */
function isNear(name: string, other: string): boolean {
  const [a, b] = [name.toLowerCase(), other.toLowerCase()];
  const shorter = Math.min(a.length, b.length);
  if (Math.abs(a.length - b.length) > 1) return false;
  let same = 0;
  while (same < shorter && a[same] === b[same]) same += 1;
  const skipA = a.length >= b.length ? 1 : 0;
  const skipB = b.length >= a.length ? 1 : 0;
  return a.slice(same + skipA) === b.slice(same + skipB);
}
