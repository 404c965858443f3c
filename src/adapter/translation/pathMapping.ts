import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/** Between what the client says and what the launcher says of the same things. */
export interface Translation {
  /** A request's arguments, for the launcher. */
  toLauncher(args: Message): Message;
  /** A response's or event's body, for the client. */
  toClient(body: Message): Message;
}

export const SAME: Translation = { toLauncher: (args) => args, toClient: (body) => body };

/** A path of one side of the mapping, and what is below it. */
class Root {
  private readonly separator: string;
  private readonly isWindows: boolean;
  private readonly path: string;

  constructor(path: string) {
    this.isWindows = /^[a-z]:|^\\\\/i.test(path);
    this.separator = this.isWindows ? '\\' : '/';
    this.path = path.replace(this.isWindows ? /[\\/]+$/ : /\/+$/, '');
  }

  /** The parts of a path below this root; undefined for a path elsewhere. */
  below(path: string): string[] | undefined {
    const start = path.slice(0, this.path.length);
    const rest = path.slice(this.path.length);
    const isSame = this.isWindows ? start.toLowerCase() === this.path.toLowerCase() : start === this.path;
    if (!isSame || !(rest === '' || (this.isWindows ? /^[\\/]/ : /^\//).test(rest))) return undefined;
    return rest.split(this.isWindows ? /[\\/]/ : '/').slice(1);
  }

  join(parts: readonly string[]): string {
    return [this.path, ...parts].join(this.separator) || this.separator;
  }
}

function mover(from: Root, to: Root): (path: string) => string {
  return (path) => {
    const parts = from.below(path);
    return parts === undefined ? path : to.join(parts);
  };
}

/** Whatever has a `source` in it, at any depth: breakpoints, frames, output, the sources themselves. */
function moveSources(value: unknown, move: (path: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => moveSources(item, move));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      key === 'source' || key === 'sources' ? movePaths(field, move) : moveSources(field, move),
    ]),
  );
}

function movePaths(value: unknown, move: (path: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => movePaths(item, move));
  if (!isRecord(value) || typeof value.path !== 'string') return value;
  return { ...value, path: move(value.path) };
}

/**
 * Maps the paths of sources below one directory to those below another, and back. The two may be of different
 * systems: their separators are taken for what they are.
 *
 * @param roots where the sources are for the client, and where for the program; undefined: in the same place
 */
export function pathMapping(
  roots: { readonly local: string; readonly remote: string } | undefined,
): Translation {
  if (roots === undefined) return SAME;
  const [local, remote] = [new Root(roots.local), new Root(roots.remote)];
  const [toRemote, toLocal] = [mover(local, remote), mover(remote, local)];
  return {
    toLauncher: (args) => moveSources(args, toRemote) as Message,
    toClient: (body) => moveSources(body, toLocal) as Message,
  };
}
