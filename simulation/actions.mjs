import { systemError } from './wire.mjs';

/** The first frame of a resume: its kind, its length with the header, where its counter is; and the header of the answer. */
const RESUME_KIND = 0x15;
const RESUME_FRAME_BYTES = 8 + 53;
const COUNTER_OFFSET = 8 + 17;
const ANSWER_HEADER = Buffer.from('4450011700000028', 'hex');

/*
 * What can happen next: each has a weight, the side whose code runs, a text for the trace, and the action itself.
 */

/** What the network can do by itself: carry bytes, connect, report trouble. */
export function networkActions(world) {
  const actions = [];
  for (const link of world.network.links) {
    connecting(world, link, actions);
    for (const end of link.ends) if (!end.destroyed && isAwake(end.side)) ofEnd(world, link, end, actions);
  }
  return actions;
}

function isAwake(side) {
  return side === undefined || !side.isSuspended;
}

function connecting({ network }, link, actions) {
  const { client, server } = link;
  const name = `link ${link.id}`;
  if (client.connecting && !client.destroyed && isAwake(client.side)) {
    if (network.listener === undefined) {
      add(actions, 1, client.side, `${name} refused`, () => {
        client.connecting = false;
        client.destroy(systemError('ECONNREFUSED'));
      });
    } else {
      add(actions, 4, client.side, `${name} connected`, () => {
        client.connecting = false;
        client.emit('connect');
      });
    }
  }
  if (client.connecting || link.isAccepted || server.destroyed) return;
  const { listener } = network;
  if (listener === undefined) {
    if (client.destroyed) server.destroy();
    else client.trouble ??= systemError('ECONNRESET');
  } else if (!listener.side.isSuspended) {
    add(actions, 4, listener.side, `${name} accepted`, () => {
      link.isAccepted = true;
      server.side = listener.side;
      listener.onSocket(server);
    });
  }
}

function ofEnd({ random, plan }, link, end, actions) {
  const name = `link ${link.id} ${end === link.client ? 'client' : 'server'}`;
  if (end === link.server && !link.isAccepted) return;
  if (end.trouble !== undefined) {
    add(actions, 2, end.side, `${name} ${end.trouble.code}`, () => end.destroy(end.trouble));
    return;
  }
  if (link.meetsNobody(end)) {
    add(actions, 1, end.side, `${name} meets nobody`, () => {
      end.outgoing.flight = Buffer.alloc(0);
      end.trouble = systemError(random.pick(['ECONNRESET', 'EPIPE']));
    });
  }
  const most = () => 1 + random.below(plan.mostBytes);
  if (end.outgoing.canAccept) add(actions, 6, end.side, `${name} writes`, () => link.accept(end, most()));
  if (end.incoming.canDeliver)
    add(actions, 6, end.side, `${name} reads`, () => link.deliver(end, most()).toString('latin1'));
  if (end.incoming.canEnd && end.incoming.isWanted)
    add(actions, 2, end.side, `${name} ends`, () => link.deliverEnd(end));
}

/** What the two applications do because they have to: begin, read, answer. */
export function duties({ sides, plan }) {
  const actions = [];
  for (const side of sides) {
    if (side.isSuspended) continue;
    const { name } = side;
    if (!side.hasBegun) add(actions, 3, side, `${name} begins`, () => side.begin());
    if (side.manager.stage === 'ready' && !side.isReading && !side.isClosing)
      add(actions, 1, side, `${name} starts to read`, () => side.startReading());
    if (side.canSend && side.toAnswer.length > 0)
      add(actions, 2, side, `${name} answers`, () => side.answer());
    if (side.release !== undefined)
      add(actions, plan.habits.has('slow') ? 0.2 : 1, side, `${name} has handled a message`, () =>
        letGo(side),
      );
  }
  return actions;
}

/** What the two applications do of their own accord: send, ask, end. */
export function initiatives({ sides, plan, random }) {
  const actions = [];
  for (const side of sides) if (!side.isSuspended && side.hasBegun) ofSide({ plan, random }, side, actions);
  return actions;
}

function ofSide({ plan, random }, side, actions) {
  const { name } = side;
  const has = (habit) => plan.habits.has(habit);
  if (side.canSend) {
    add(actions, 2, side, `${name} sends`, () => side.ignore(side.send(event())));
    if (has('bursts'))
      add(actions, 0.5, side, `${name} sends many`, () => {
        for (let count = random.below(20); count >= 0; count -= 1) side.ignore(side.send(event()));
      });
    if (has('requests') && side.isAdapter)
      add(actions, 1, side, `${name} asks`, () =>
        side.request({ timeoutMs: random.pick([5, 500, Infinity]) }),
      );
  }
  if (has('cancels') && side.requests.length > 0)
    add(actions, 0.3, side, `${name} cancels`, () => side.cancel(random));
  if (side.isClosing) return;
  if (has('close')) add(actions, 0.03, side, `${name} closes`, () => side.close());
  if (has('destroy')) add(actions, 0.02, side, `${name} destroys`, () => side.destroy());
}

function event() {
  return { event: 'happened' };
}

export function letGo(side) {
  const { release } = side;
  side.release = undefined;
  release?.();
}

/** What may befall the sessions. */
export function faultActions(world) {
  const { plan, network, random } = world;
  const actions = [];
  for (const link of network.links) {
    if (!link.client.connecting && !link.isBroken && !link.client.destroyed) ofLink(world, link, actions);
  }
  if (plan.faults.has('suspend')) {
    const side = random.pick(world.sides);
    add(actions, 0.2, undefined, `${side.name} is suspended or goes on`, () => {
      side.isSuspended = !side.isSuspended;
    });
  }
  if (plan.faults.has('restart') && !world.wasRestarted && world.sides.every(({ isOpen }) => isOpen))
    add(actions, 0.03, undefined, 'the listener restarts', () => {
      world.isHarmed = true;
      world.restart();
    });
  strangers(world, actions);
  return actions;
}

function ofLink(world, link, actions) {
  const { plan, random } = world;
  const { faults } = plan;
  const name = `link ${link.id}`;
  const end = random.pick(link.ends);
  // What both ends notice, a resume heals. What nobody is told, is noticed only by heartbeats.
  const harm = (weight, fault, what, run, isHealed) => {
    if (!faults.has(fault)) return;
    add(actions, weight * plan.faultWeight, undefined, `${name} ${what}`, () => {
      if (!plan.resumes || !isHealed) world.isHarmed = true;
      link.isBroken = true;
      run();
    });
  };
  const isNoticed = plan.config.heartbeat !== undefined && plan.config.heartbeat !== false;
  harm(1, 'reset', 'is reset', () => link.break('ECONNRESET'), true);
  harm(1, 'resetOne', 'is reset for one end', () => link.break('ETIMEDOUT', [end]), isNoticed);
  harm(0.5, 'loseBoth', 'is lost', () => link.break('', []), isNoticed);
  harm(0.5, 'loseOne', 'is lost in one direction', () => (end.outgoing.isLost = true), isNoticed);
  if (faults.has('stall'))
    add(actions, 0.2, undefined, `${name} stalls or goes on`, () => {
      end.incoming.isStalled = !end.incoming.isStalled;
    });
  const canBeCut = !end.destroyed && !end.incoming.hasEnded && end.incoming.isWanted;
  if (!faults.has('cut') || !canBeCut || !isAwake(end.side) || (end === link.server && !link.isAccepted))
    return;
  add(actions, 0.5 * plan.faultWeight, end.side, `${name} is cut in one direction`, () => {
    if (!plan.resumes) world.isHarmed = true;
    link.isBroken = true;
    end.incoming.isLost = true;
    link.deliverEnd(end);
  });
}

function strangers(world, actions) {
  const { plan, network, random } = world;
  if (network.listener === undefined || plan.config.auth === 'off') return;
  if (plan.faults.has('stranger'))
    add(actions, 0.1, undefined, 'a stranger connects', () => world.visit(random.bytes(random.below(80))));
  if (plan.faults.has('replay') && network.hasRecord)
    add(actions, 0.1, undefined, 'a recording is replayed', () => world.visit(random.pick(network.records)));
  if (!plan.faults.has('thief')) return;
  const resume = network.records.find(
    (record) => record[3] === RESUME_KIND && record.length >= RESUME_FRAME_BYTES,
  );
  if (resume !== undefined)
    add(actions, 0.5, undefined, 'a thief resumes', () => world.visit(stolen(resume, random)));
}

/** A resume by one who has heard of the session, and has another key: the next attempt, and an answer of his own. */
function stolen(resume, random) {
  const frame = Buffer.from(resume.subarray(0, RESUME_FRAME_BYTES));
  frame.writeUInt32BE(frame.readUInt32BE(COUNTER_OFFSET) + random.below(3), COUNTER_OFFSET);
  const answer = Buffer.concat([
    ANSWER_HEADER,
    Buffer.alloc(7),
    Buffer.of(random.below(256)),
    random.bytes(32),
  ]);
  return Buffer.concat([frame, answer]);
}

/** Time that passes: to the next timer, or a part of that. */
export function timeActions(world) {
  const { clock, plan, random } = world;
  const actions = [];
  const next = clock.next();
  if (next !== undefined) {
    const what = `timer of ${next.owner?.name} at ${Math.round(next.due)}`;
    add(actions, plan.timeWeight, next.owner, what, () => clock.fire(next));
  }
  add(actions, plan.timeWeight, undefined, 'time passes', () => clock.pass(random.below(50)));
  return actions;
}

function add(actions, weight, side, what, run) {
  actions.push({ weight, side, what, run });
}
