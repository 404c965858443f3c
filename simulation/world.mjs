import { applicationActions, faultActions, letGo, networkActions, timeActions } from './actions.mjs';
import { turn } from './clock.mjs';
import { Network } from './network.mjs';
import { makePlan } from './plan.mjs';
import { Random } from './random.mjs';
import { Side } from './side.mjs';

/** Steps after the end of both sides' work in which everything has to be over. */
const MOST_LAST_STEPS = 20_000;

/** The least of the most bytes at once, when only the end is left to be seen. */
const QUICK_BYTES = 500;

/** Everything that happens with one seed: two sides, the network between them, and what befalls them. */
export class World {
  steps = 0;
  /** The first violation. */
  failure;
  /** True if bytes may have been lost, or a side has ended: messages need not arrive then. */
  isHarmed = false;
  /** The sockets of strangers, who answer nothing. */
  strangers = [];
  #hash = 0x811c9dc5;

  constructor(seed, { product, clock, trace }) {
    Object.assign(this, { seed, product, clock, trace });
    this.random = new Random(seed);
    clock.reset(this.random);
    this.plan = makePlan(this.random);
    this.network = new Network(this.random);
    const listenerIsAdapter = this.random.chance(0.5);
    this.sides = [
      new Side(this, 'listener', { isListener: true, isAdapter: listenerIsAdapter }),
      new Side(this, 'connector', { isListener: false, isAdapter: !listenerIsAdapter }),
    ];
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
    return {
      seed,
      steps: this.steps,
      hash: this.#hash >>> 0,
      failure: this.failure,
      virtualMs: this.clock.now,
    };
  }

  peerOf(side) {
    return this.sides.find((other) => other !== side);
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

  /** Lets a stranger connect and send bytes, whom nobody simulates. */
  visit(bytes) {
    const link = this.network.dial(undefined);
    const { client } = link;
    client.connecting = false;
    client.on('error', () => undefined).resume();
    client.end(bytes);
    this.strangers.push(client);
  }

  async #live() {
    while (this.steps < this.plan.steps && this.failure === undefined && !this.#isOver) {
      await this.#step([
        ...networkActions(this),
        ...applicationActions(this),
        ...timeActions(this),
        ...faultActions(this),
      ]);
    }
  }

  /** Lets all that is under way arrive. Then everything that was sent has been received, if nothing was harmed. */
  async #settle() {
    this.#calm();
    const isLasting = () => this.steps < this.plan.steps + MOST_LAST_STEPS && this.failure === undefined;
    for (;;) {
      const actions = [...networkActions(this), ...applicationActions(this).filter(isNoBeginning)];
      if (actions.length === 0 || !isLasting()) break;
      await this.#step(actions);
    }
    if (!isLasting()) this.fail('it does not become idle');
    const isWhole =
      !this.isHarmed && this.sides.every((side) => side.isOpen && side.isReading && side.canSend);
    if (!isWhole) return;
    for (const side of this.sides) {
      const sent = this.peerOf(side).sent.filter(({ isRefused }) => !isRefused).length;
      if (side.received !== sent) this.fail(`${side.name} has received ${side.received} of ${sent} messages`);
    }
  }

  /** Both sides end. Nothing may be left afterwards. */
  async #end() {
    this.#calm();
    const closing = this.sides.filter(() => this.random.chance(0.8));
    const last = this.steps + MOST_LAST_STEPS;
    while (this.failure === undefined) {
      const open = this.sides.filter((side) => !side.hasClosed);
      const actions = [...networkActions(this), ...this.#releases(), ...timeActions(this).slice(0, -1)];
      for (const side of actions.length === 0 ? open : open.filter((one) => closing.includes(one))) {
        actions.push({
          weight: 1,
          side,
          what: `${side.name} closes at the end`,
          run: () => this.#close(side),
        });
      }
      if (actions.length === 0) return;
      if (this.steps > last) this.fail('it does not end');
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
      const more = [...networkActions(this), ...applicationActions(this)].filter(
        ({ side }) => side === first.side,
      );
      if (more.length > 0) this.#act(this.#choose(more));
    }
    await turn();
    this.steps += 1;
    for (const side of this.sides) side.check();
    if (this.steps % 16 === 0) this.network.prune();
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
      const missing = this.peerOf(side).sent.findIndex(
        ({ isRefused, isFailed }, number) => number >= side.expected && !isRefused && !isFailed,
      );
      if (missing >= 0) this.fail(`the end was clean, and ${side.name} has not received ${missing}`);
    }
  }
}

function isNoBeginning({ what }) {
  return /answers|handled|begins|starts to read/.test(what);
}
