import { duties, faultActions, initiatives, letGo, networkActions, timeActions } from './actions.mjs';
import { turn } from './clock.mjs';
import { Network } from './network.mjs';
import { makePlan } from './plan.mjs';
import { Random } from './random.mjs';
import { Side } from './side.mjs';

/** Steps after the end of both sides' work in which everything has to be over. */
const MOST_LAST_STEPS = 40_000;

/** Steps in which both ends connect, a byte at a time. */
const MOST_FIRST_STEPS = 3_000;
/** Steps after which a side that would leave the end to the other closes too. */
const LATE_STEPS = 100;

/** A time in which every connection that is not prevented from it is resumed. */
const LONG_GRACE_MS = 600_000;
/** The frames that a stranger gets: challenge, resume challenge, refusal of a resume. */
const STRANGERS_KINDS = new Set([0x11, 0x16, 0x19]);
/** The least of the most bytes at once, when only the end is left to be seen. */
const QUICK_BYTES = 4096;

/** Everything that happens with one seed: two sides, the network between them, and what befalls them. */
export class World {
  steps = 0;
  /** The first violation. */
  failure;
  /** True if bytes may have been lost, or a side has ended: messages need not arrive then. */
  isHarmed = false;
  #hash = 0x811c9dc5;

  constructor(seed, { product, clock, trace }) {
    Object.assign(this, { seed, product, clock, trace });
    this.random = new Random(seed);
    clock.reset(this.random);
    this.plan = makePlan(this.random, product.canResume);
    this.network = new Network(this.random);
    const listenerIsAdapter = this.random.chance(0.5);
    const listener = new Side(this, 'listener', { isListener: true, isAdapter: listenerIsAdapter });
    const connector = new Side(this, 'connector', { isListener: false, isAdapter: !listenerIsAdapter });
    listener.peer = connector;
    connector.peer = listener;
    this.sides = [listener, connector];
    this.fail = this.fail.bind(this);
  }

  /** Runs to the end. @returns the number of steps, the hash of the trace, and the failure if there is one */
  async run() {
    const { seed, plan } = this;
    this.note(
      `plan ${[...plan.faults].join()} ${[...plan.habits].join()} ${plan.config.framing} ${plan.config.auth}`,
    );
    await this.#live();
    if (plan.settles) await this.#settle();
    await this.#end();
    if (this.failure === undefined) this.#checkEnd();
    this.network.links.forEach((link) => link.ends.forEach((end) => end.destroy()));
    const sum = (count) => this.sides.reduce((total, side) => total + count(side), 0);
    return {
      seed,
      failure: this.failure,
      hash: this.#hash >>> 0,
      steps: this.steps,
      virtualMs: this.clock.now,
      messages: sum(({ received }) => received),
      resumes: sum(({ connection }) => connection.health?.resumes ?? 0),
    };
  }

  /** Kills the process that listens, and starts it again: it knows nothing of its session. */
  restart() {
    const [old, connector] = this.sides;
    this.note('the listener is killed');
    this.network.kill(old);
    this.clock.dropTimersOf(old);
    const { isAdapter } = old;
    const fresh = new Side(this, 'second listener', { isListener: true, isAdapter });
    fresh.peer = connector;
    this.sides = [fresh, connector];
    this.wasRestarted = true;
  }

  /** Writes a line of the trace. */
  note(line) {
    for (let at = 0; at < line.length; at += 1) {
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(at), 0x01000193);
    }
    this.trace?.(line);
  }

  /** Notes a violation. The first one counts. */
  fail(what, cause) {
    this.failure ??= cause === undefined ? what : `${what}: ${cause.stack ?? cause}`;
    this.trace?.(`VIOLATION: ${what}`);
  }

  /** Lets a stranger connect and send bytes, whom nobody simulates. All that he gets is the beginning of a handshake. */
  visit(bytes) {
    const link = this.network.dial(undefined);
    const { client } = link;
    client.connecting = false;
    client
      .on('error', () => undefined)
      .on('data', (chunk) => (link.heard = Buffer.concat([link.heard, chunk])));
    link.heard = Buffer.alloc(0);
    client.end(bytes);
  }

  async #live() {
    if (this.plan.connects) await this.#connect();
    const last = this.steps + this.plan.steps;
    while (this.steps < last && this.failure === undefined && !this.#isOver) {
      await this.#step([
        ...networkActions(this),
        ...duties(this),
        ...initiatives(this),
        ...timeActions(this),
        ...faultActions(this),
      ]);
    }
  }

  /** Lets both ends connect, in the time that it takes. */
  async #connect() {
    const last = this.steps + MOST_FIRST_STEPS;
    while (this.steps < last && this.failure === undefined && !this.sides.every(({ isOpen }) => isOpen)) {
      const actions = [...networkActions(this), ...duties(this)];
      await this.#step(actions.length > 0 ? actions : timeActions(this));
    }
  }

  /**
   * Lets all that is under way arrive, and broken connections be resumed. Then everything that was sent has been received,
   * if nothing was harmed.
   */
  async #settle() {
    this.#calm();
    const last = this.steps + MOST_LAST_STEPS;
    const mustArrive = this.#mustArrive();
    while (this.failure === undefined) {
      const actions = [...networkActions(this), ...duties(this)];
      // What is lost is noticed in time.
      if (actions.length === 0 && mustArrive && this.#missing() !== undefined)
        actions.push(...timeActions(this).slice(0, -1));
      if (actions.length === 0) break;
      if (this.steps > last) this.fail('it does not become idle');
      await this.#step(actions);
    }
    if (!mustArrive) return;
    const missing = this.#missing();
    if (missing !== undefined) this.fail(missing);
    for (const { name, info } of this.sides)
      if (info !== undefined) this.fail(`${name} has ended: ${info.reason}`);
  }

  /** True if both applications are there, read, and have to get everything. */
  #mustArrive() {
    const { plan, sides, clock } = this;
    const areThere = sides.every((side) => side.isOpen && side.isReading && side.canSend);
    // It takes time to notice what is lost, and a wait for the peer may be nearly over already.
    const { graceMs } = plan.config.resume ?? {};
    const hasGrace = !plan.resumes || (graceMs >= LONG_GRACE_MS && clock.now < graceMs / 2);
    return areThere && !this.isHarmed && hasGrace;
  }

  /** Describes what has not arrived, if there is any. */
  #missing() {
    for (const side of this.sides) {
      const sent = side.peer.sent.filter(({ isRefused }) => !isRefused).length;
      if (side.received !== sent) return `${side.name} has received ${side.received} of ${sent} messages`;
    }
    return undefined;
  }

  /** Both sides end. Nothing may be left afterwards. */
  async #end() {
    this.#calm();
    const closing = this.sides.filter(() => this.random.chance(0.8));
    const first = this.steps;
    while (this.failure === undefined) {
      const open = this.sides.filter((side) => !side.hasClosed);
      const actions = [...networkActions(this), ...this.#releases()];
      // When all has settled, no timer may be left: time need not pass any more.
      const hasSettled = this.sides.every(({ hasClosed, pending }) => hasClosed && pending.size === 0);
      if (!hasSettled) actions.push(...timeActions(this).slice(0, -1));
      const isLate = actions.length === 0 || this.steps > first + LATE_STEPS;
      for (const side of isLate ? open : open.filter((one) => closing.includes(one))) {
        actions.push({
          weight: 1,
          side,
          what: `${side.name} closes at the end`,
          run: () => this.#close(side),
        });
      }
      if (actions.length === 0) return;
      if (this.steps > first + MOST_LAST_STEPS) this.fail('it does not end');
      await this.#step(actions);
    }
  }

  get #isOver() {
    return this.sides.every(({ info }) => info !== undefined) && this.clock.next() === undefined;
  }

  #close(side) {
    side.hasClosed = true;
    side.close();
  }

  #releases() {
    return this.sides
      .filter(({ release }) => release !== undefined)
      .map((side) => ({ weight: 1, side, what: `${side.name} lets go`, run: () => letGo(side) }));
  }

  /** Ends what only delays. */
  #calm() {
    this.plan.mostBytes = Math.max(this.plan.mostBytes, QUICK_BYTES);
    for (const side of this.sides) side.isSuspended = false;
    for (const link of this.network.links) for (const end of link.ends) end.incoming.isStalled = false;
  }

  /** One turn of one side: an action, and sometimes more of the same side before anything that follows from the first. */
  async #step(actions) {
    const first = this.#choose(actions);
    this.#act(first);
    if (first.side !== undefined && this.random.chance(0.15)) {
      const more = [...networkActions(this), ...duties(this)].filter(({ side }) => side === first.side);
      if (more.length > 0) this.#act(this.#choose(more));
    }
    await turn();
    this.steps += 1;
    for (const side of this.sides) side.check();
    for (const { heard } of this.network.links) if (heard?.length > 0) this.#checkHeard(heard);
    if (this.steps % 16 === 0) this.network.prune();
  }

  #checkHeard(heard) {
    for (let at = 0; at + 8 <= heard.length; at += 8 + heard.readUInt32BE(at + 4)) {
      if (!STRANGERS_KINDS.has(heard[at + 3])) this.fail(`a stranger got a frame of kind ${heard[at + 3]}`);
    }
  }

  #act({ side, what, run }) {
    this.clock.owner = side;
    const result = run();
    this.note(typeof result === 'string' ? `${what} ${result}` : what);
  }

  #choose(actions) {
    let left = this.random.fraction() * actions.reduce((sum, { weight }) => sum + weight, 0);
    for (const action of actions) {
      left -= action.weight;
      if (left < 0) return action;
    }
    return actions[actions.length - 1];
  }

  #checkEnd() {
    for (const side of this.sides) {
      for (const name of side.pending.values()) this.fail(`${side.name}: ${name} has not settled`);
      if (side.info === undefined) this.fail(`${side.name} has no end`);
    }
    for (const { owner, due, stack } of this.clock.timers)
      this.fail(`a timer of ${owner?.name} at ${due} is left\n${stack ?? ''}`);
    if (this.network.listener !== undefined) this.fail('it still listens');
    for (const link of this.network.links) {
      for (const end of link.ends) {
        const isSimulated = end.side !== undefined && (end === link.client || link.isAccepted);
        if (isSimulated && !end.destroyed) this.fail(`a socket of ${end.side.name} is left open`);
      }
    }
    this.#checkClean();
  }

  /**
   * An end that says that it is clean has received all that was sent. Without goodbyes nothing tells an end by the peer from
   * one by something in between: then only if nothing was in between.
   */
  #checkClean() {
    for (const side of this.sides) {
      const saysBye = side.connection.agreement?.features.includes('bye') === true;
      if (
        side.info?.clean !== true ||
        side.connection.stream === undefined ||
        !side.isReading ||
        (this.isHarmed && !saysBye)
      )
        continue;
      const missing = side.peer.sent.findIndex(
        ({ isRefused, isFailed }, number) => number >= side.expected && !isRefused && !isFailed,
      );
      if (missing >= 0) this.fail(`the end was clean, and ${side.name} has not received ${missing}`);
    }
  }
}
