import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { isFilePath, namesBelow, pathBelow, platformOf } from '../../paths/filePaths.js';
import type { Platform } from '../../paths/filePaths.js';

/** The directories that hold the same sources: `local` for the client, `remote` for the program. Both absolute. */
export interface SourceRoots {
  readonly local: string;
  readonly remote: string;
}

/** The translation of source paths between two machines. */
export interface PathMapping {
  /** Translates the arguments of a request. */
  toLauncher(args: Message): Message;
  /** Translates the body of a response or of an event. */
  toClient(body: Message): Message;
}

/** A directory of one side. Its form shows whether its paths are Windows paths. */
class Root {
  private readonly platform: Platform;

  constructor(private readonly path: string) {
    this.platform = platformOf(path);
  }

  /** Splits a path below this root into its parts. Returns undefined for a path elsewhere. */
  below(path: string): string[] | undefined {
    return isFilePath(path, this.platform) ? namesBelow(path, this.path, this.platform) : undefined;
  }

  join(parts: readonly string[]): string {
    return pathBelow(this.path, parts, this.platform);
  }
}

function mover(from: Root, to: Root): (path: string) => string {
  return (path) => {
    const parts = from.below(path);
    return parts === undefined ? path : to.join(parts);
  };
}

/** Translates every `source` and `sources` field, at any depth: of breakpoints, frames, output. */
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

/** Maps the paths of sources below one directory to those below another, and back. Other paths stay. */
export function pathMapping(roots: SourceRoots): PathMapping {
  const [local, remote] = [new Root(roots.local), new Root(roots.remote)];
  const [toRemote, toLocal] = [mover(local, remote), mover(remote, local)];
  return {
    toLauncher: (args) => moveSources(args, toRemote) as Message,
    toClient: (body) => moveSources(body, toLocal) as Message,
  };
}
