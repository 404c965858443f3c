const BOTH_WAYS = [
  { who: 'the connector', define: ['CONNECTOR_SENDS'] },
  { who: 'the listener', define: [] },
];

const DELIVERY_MUTANTS = [
  ['which keeps what is written, not what is acknowledged', 'KEEPS_UNTIL_WRITTEN'],
  ['and begins again where it was acknowledged', 'REPLAYS_FROM_ACKNOWLEDGED'],
  ['and begins again one byte too late', 'REPLAYS_ONE_LESS'],
  ['and the stream before is read on', 'READS_OLD_STREAM'],
  ['and parts of headers are acknowledged', 'ACKNOWLEDGES_PARTS_OF_HEADERS'],
  ['and a position is no acknowledgement: the store stays full', 'POSITION_IS_NO_ACKNOWLEDGEMENT'],
];

/** What `run.mjs` checks: a model, the names that are defined in it, and if Spin has to find a fault. */
export const CHECKS = [
  holds('handshake', 'of two ends with any versions'),
  holds('handshake', 'inside TLS by certificate', 'TLS'),
  fault('handshake', 'both sessions open: no fault, but it shows that they can', 'WITNESS'),
  fault('handshake', 'without the endpoint in the proof', 'WITHOUT_ENDPOINT'),
  fault('handshake', 'without the role in the proof', 'WITHOUT_ROLE'),
  fault('handshake', "without the connector's nonce in the proof", 'WITHOUT_CONNECTOR_NONCE'),
  fault('handshake', "without the listener's nonce in the proof", 'WITHOUT_LISTENER_NONCE'),
  fault('handshake', 'without the version in the proof', 'WITHOUT_VERSION'),
  fault('handshake', 'without the channel binding in the proof', 'WITHOUT_BINDING', 'TLS'),
  fault('handshake', 'with the connector as the first to prove itself', 'CONNECTOR_FIRST'),
  fault('handshake', 'without the code of the capabilities', 'WITHOUT_CODE'),
  fault('handshake', 'without the role in the code', 'WITHOUT_CODE_ROLE'),
  fault('handshake', "without the connector's proof in the code", 'WITHOUT_CODE_PROOF'),

  holds('resume', 'of two sessions, one of them with two attempts'),
  fault('resume', 'both attempts succeed: no fault, but it shows that they can', 'WITNESS'),
  fault('resume', 'with one key for all sessions, and without the id in the proof', 'ONE_KEY', 'WITHOUT_ID'),
  fault('resume', 'without the counter in the proof', 'WITHOUT_COUNTER'),
  fault('resume', "without the connector's nonce in the proof", 'WITHOUT_CONNECTOR_NONCE'),
  fault('resume', "without the listener's nonce in the proof", 'WITHOUT_LISTENER_NONCE'),
  fault('resume', 'without the endpoint in the proof', 'WITHOUT_ENDPOINT'),
  fault('resume', 'without the positions in proof and code', 'WITHOUT_POSITION'),
  fault('resume', 'without the second look at the counter', 'WITHOUT_SECOND_CHECK'),
  fault('resume', 'with the connector as the first to prove itself', 'CONNECTOR_FIRST'),
  fault('resume', 'without the code of a refusal', 'WITHOUT_REFUSAL_CODE'),
  fault('resume', 'without counter and nonce in the code of a refusal', 'WITHOUT_REFUSED_NONCE'),
  // Each of these is a second protection: the key, the id, and the position behind the connector's body tell enough.
  holds('resume', 'without the id in the proof', 'WITHOUT_ID'),
  holds('resume', 'with one key for all sessions', 'ONE_KEY'),
  holds('resume', 'without the role in the proof', 'WITHOUT_ROLE'),

  ...BOTH_WAYS.flatMap(({ who, define }) => [
    delivery(`${who} sends`, false, ...define),
    delivery(
      `${who} sends, all with three breaks: no fault, but it shows that it can`,
      true,
      'WITNESS',
      ...define,
    ),
    ...DELIVERY_MUTANTS.map(([what, mutant]) => delivery(`${who} sends, ${what}`, true, mutant, ...define)),
  ]),
];

function delivery(what, expectsFault, ...defines) {
  // A session that hangs is a fault, too.
  return { name: `delivery, ${what}`, model: 'delivery', defines, endStates: true, expectsFault };
}

function holds(model, what, ...defines) {
  return { name: `${model}, ${what}`, model, defines, endStates: false, expectsFault: false };
}

function fault(model, what, ...defines) {
  return { ...holds(model, what, ...defines), expectsFault: true };
}
