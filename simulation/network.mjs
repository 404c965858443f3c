import { Link } from './wire.mjs';

const ENDPOINT = { transport: 'tcp', host: '127.0.0.1', port: 1 };

/** The listeners and links between simulated processes. */
export class Network {
  links = [];
  /** Who listens: its side, and what takes its sockets. */
  listener;
  #lastId = 0;

  constructor(random) {
    this.random = random;
  }

  /** The transport of one side, as those of `src/ipc/transport`. */
  transportOf(side) {
    return {
      name: 'tcp',
      listen: (onSocket) => Promise.resolve(this.#listen(side, onSocket)),
      dial: () => this.dial(side).client,
      describe: () => 'tcp 127.0.0.1:1',
    };
  }

  dial(side) {
    this.#lastId += 1;
    const link = new Link(this.#lastId, {
      random: this.random,
      dialler: side,
      listener: this.listener?.side,
    });
    this.links.push(link);
    return link;
  }

  /** True if something was sent that can be replayed. */
  get hasRecord() {
    return this.links.some(({ client }) => client.outgoing.record.length > 0);
  }

  /** What each end of each link has sent first. */
  get records() {
    const all = this.links.flatMap((link) => link.ends.map(({ outgoing }) => outgoing.record));
    return all.filter(({ length }) => length > 0);
  }

  /** Forgets links without an open end. */
  prune() {
    this.links = this.links.filter((link) => link.ends.some((end) => !end.destroyed));
  }

  /** Kills a process: its listener and its sockets are closed by the system, and its code runs no more. */
  kill(side) {
    if (this.listener?.side === side) this.listener = undefined;
    for (const link of this.links) {
      for (const end of link.ends) {
        if (end.side !== side || end.destroyed) continue;
        end.removeAllListeners();
        end.on('error', () => undefined);
        end.side = undefined;
        end.destroy();
      }
    }
  }

  #listen(side, onSocket) {
    const listener = { side, onSocket };
    this.listener = listener;
    return {
      endpoint: ENDPOINT,
      close: () => {
        if (this.listener === listener) this.listener = undefined;
        return Promise.resolve();
      },
    };
  }
}
