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
];

function holds(model, what, ...defines) {
  return { name: `${model}, ${what}`, model, defines, endStates: false, expectsFault: false };
}

function fault(model, what, ...defines) {
  return { ...holds(model, what, ...defines), expectsFault: true };
}
