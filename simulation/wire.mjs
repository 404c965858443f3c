import { Duplex } from 'node:stream';

/** Bytes that the two kernels of a direction hold, before a writer has to wait. */
const CAPACITY_BYTES = 4096;

/** An error as the system reports it. */
export function systemError(code) {
  return Object.assign(new Error(code), { code });
}

/** One direction of a link: what its source has written, what is under way, and what its target has read. */
class Direction {
  /** The write that the source waits for. */
  offered;
  /** The bytes that the kernel has accepted, and the target has not read. */
  flight = Buffer.alloc(0);
  /** True once the source has ended this direction. */
  isEnding = false;
  hasEnded = false;
  /** Nothing arrives any more, and nobody is told. */
  isLost = false;
  /** Nothing arrives for now. */
  isStalled = false;
  /** True from the target's request for bytes on, until it has been given some. */
  isWanted = false;
  /** The first bytes of all that has passed, for those who listen in. */
  record = Buffer.alloc(0);

  get canAccept() {
    return this.offered !== undefined && this.flight.length < CAPACITY_BYTES;
  }

  get canDeliver() {
    return this.flight.length > 0 && this.isWanted && !this.isLost && !this.isStalled;
  }

  get canEnd() {
    const isThrough = this.flight.length === 0 && this.offered === undefined;
    return this.isEnding && !this.hasEnded && isThrough && !this.isLost && !this.isStalled;
  }
}

const RECORD_BYTES = 2048;

/** A socket of a simulated process. Nothing happens to its bytes but by the simulation. */
class SimulatedSocket extends Duplex {
  remoteAddress = undefined;
  /** As the sockets of the system: their kernel has its own copy of what it has accepted. */
  copiesWrites = true;

  constructor(link, { side, outgoing, incoming, connecting }) {
    super({ allowHalfOpen: true });
    Object.assign(this, { link, side, outgoing, incoming, connecting });
    /** An error of the link, which this end has still to be told. */
    this.trouble = undefined;
  }

  _read() {
    this.incoming.isWanted = true;
  }

  _write(chunk, _encoding, done) {
    this.outgoing.offered = { bytes: chunk, done };
  }

  _writev(chunks, done) {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'buffer', done);
  }

  _final(done) {
    this.outgoing.isEnding = true;
    done();
  }

  _destroy(error, done) {
    this.link.left(this);
    const { offered } = this.outgoing;
    this.outgoing.offered = undefined;
    // Node.js reports a write that was dropped with its socket as successful, or as failed.
    offered?.done(this.link.random.chance(0.5) ? null : systemError('ECANCELED'));
    done(error);
  }
}

/** A connection between two simulated processes, with an end at each. */
export class Link {
  isOpen = false;

  /** @param side the one that dials */
  constructor(id, { random, dialler, listener, onTrouble }) {
    Object.assign(this, { id, random, onTrouble });
    const there = new Direction();
    const back = new Direction();
    this.client = new SimulatedSocket(this, {
      side: dialler,
      outgoing: there,
      incoming: back,
      connecting: true,
    });
    this.server = new SimulatedSocket(this, {
      side: listener,
      outgoing: back,
      incoming: there,
      connecting: false,
    });
  }

  get ends() {
    return [this.client, this.server];
  }

  other(end) {
    return end === this.client ? this.server : this.client;
  }

  /** Accepts bytes of the write that `end` waits for. */
  accept(end, most) {
    const { outgoing } = end;
    const { bytes, done } = outgoing.offered;
    const taken = bytes.subarray(0, Math.min(most, CAPACITY_BYTES - outgoing.flight.length));
    outgoing.flight = Buffer.concat([outgoing.flight, taken]);
    if (outgoing.record.length < RECORD_BYTES)
      outgoing.record = Buffer.concat([outgoing.record, taken]).subarray(0, RECORD_BYTES);
    if (taken.length < bytes.length) {
      outgoing.offered = { bytes: bytes.subarray(taken.length), done };
      return taken.length;
    }
    outgoing.offered = undefined;
    done();
    return taken.length;
  }

  /** Gives `end` bytes that are under way. @returns the bytes */
  deliver(end, most) {
    const { incoming } = end;
    const chunk = Buffer.from(incoming.flight.subarray(0, most));
    incoming.flight = incoming.flight.subarray(chunk.length);
    incoming.isWanted = false;
    end.push(chunk);
    return chunk;
  }

  deliverEnd(end) {
    end.incoming.hasEnded = true;
    end.push(null);
  }

  /** Breaks the link: each end is told later, unless it is never told. */
  break(code, ends = this.ends) {
    for (const end of this.ends) {
      end.outgoing.isLost = true;
      end.outgoing.flight = Buffer.alloc(0);
    }
    for (const end of ends) if (!end.destroyed) end.trouble ??= systemError(code);
  }

  /** An end has closed its socket. What it has sent still arrives, unless it has not read all that came. */
  left(end) {
    const peer = this.other(end);
    if (peer.destroyed || end.connecting) return;
    if (end.incoming.hasEnded && end.outgoing.isEnding) return;
    // A system that closes a socket with unread bytes resets the connection.
    if (end.incoming.flight.length > 0 || this.random.chance(0.1)) {
      this.break('ECONNRESET', [peer]);
      return;
    }
    end.outgoing.isEnding = true;
  }

  /** True if the next byte that `end` sends meets a closed socket. */
  meetsNobody(end) {
    return this.other(end).destroyed && !end.destroyed && end.outgoing.flight.length > 0;
  }
}
