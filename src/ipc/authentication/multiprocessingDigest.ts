import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AuthenticationError, IpcError, toError } from '../core/errors.js';
import { DIGEST_NAMES } from '../core/transportConfig.js';
import type { DigestName } from '../core/transportConfig.js';

/** The digests that CPython allows, with their names in Node.js. */
const NODE_NAMES: Readonly<Record<DigestName, string>> = {
  md5: 'md5',
  sha256: 'sha256',
  sha384: 'sha384',
  sha3_256: 'sha3-256',
  sha3_384: 'sha3-384',
};

export interface DigestPolicy {
  /** Accept HMAC-MD5, the only digest of CPython up to 3.11. */
  readonly allowLegacyMd5: boolean;
}

/**
 * Checks the digest that an end asks for. Default `sha256`.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for an unknown digest, or a digest that this end would not accept itself
 */
export function checkedDigest(digest: string | undefined, { allowLegacyMd5 }: DigestPolicy): DigestName {
  const known = DIGEST_NAMES.find((name) => name === (digest ?? 'sha256'));
  if (known === 'md5' && !allowLegacyMd5) {
    throw new IpcError(
      'ERR_IPC_CONFIG',
      "digest 'md5' goes with allowLegacyMd5: true; leave it out for sha256",
    );
  }
  if (known !== undefined) return known;
  throw new IpcError('ERR_IPC_CONFIG', `unknown digest ${digest}: known are ${DIGEST_NAMES.join(', ')}`);
}

/**
 * Lengths of the messages of CPython up to 3.11. These messages name no digest; only the length identifies
 * them.
 */
const LEGACY_CHALLENGE_BYTES = 20;
const LEGACY_ANSWER_BYTES = 16;
const RANDOM_BYTES = 40;

/** A digest's name in braces, at the beginning of a challenge or an answer. */
const NAME = /^\{(\w{1,8})\}/;
const LONGEST_NAME_BYTES = 10;

/** Creates a challenge of CPython 3.12 and later: the requested digest in braces, and 40 random bytes. */
export function newChallenge(digest: DigestName): Buffer {
  return Buffer.concat([Buffer.from(`{${digest}}`), randomBytes(RANDOM_BYTES)]);
}

/**
 * Answers a challenge with a MAC over all of it, by the digest that the challenge names. The MAC covers the
 * name, so the name cannot be replaced on the way.
 *
 * @throws AuthenticationError for an invalid challenge, or a digest that is not allowed
 */
export function answerTo(challenge: Buffer, key: Uint8Array, policy: DigestPolicy): Buffer {
  if (challenge.length < LEGACY_CHALLENGE_BYTES) {
    throw refused(`its challenge has ${challenge.length} bytes, ${LEGACY_CHALLENGE_BYTES} are the least`);
  }
  const { digest } = split(challenge);
  checkAllowed(digest, policy);
  const mac = macOf(digest ?? 'md5', key, challenge);
  return digest === undefined ? mac : Buffer.concat([Buffer.from(`{${digest}}`), mac]);
}

/**
 * Checks an answer to our challenge, in a time that does not depend on the position of an error. The answer
 * may use another digest than the challenge asked for, as in CPython.
 *
 * @throws AuthenticationError for an answer by a digest that is unknown or not allowed
 */
export function answerHolds(
  answer: Buffer,
  challenge: Buffer,
  key: Uint8Array,
  policy: DigestPolicy,
): boolean {
  const { digest, payload } = split(answer);
  checkAllowed(digest, policy);
  const expected = macOf(digest ?? 'md5', key, challenge);
  return payload.length === expected.length && timingSafeEqual(payload, expected);
}

/**
 * Splits a message into the digest that it names and the bytes after the name. Messages of CPython up to 3.11
 * name no digest.
 */
function split(message: Buffer): { digest: DigestName | undefined; payload: Buffer } {
  if (message.length === LEGACY_CHALLENGE_BYTES || message.length === LEGACY_ANSWER_BYTES) {
    return { digest: undefined, payload: message };
  }
  const name = NAME.exec(message.toString('latin1', 0, LONGEST_NAME_BYTES))?.[1];
  const digest = DIGEST_NAMES.find((known) => known === name);
  if (digest !== undefined) return { digest, payload: message.subarray(digest.length + 2) };
  throw refused(`it names no digest that is known: ${DIGEST_NAMES.join(', ')}`);
}

function checkAllowed(digest: DigestName | undefined, { allowLegacyMd5 }: DigestPolicy): void {
  if ((digest ?? 'md5') !== 'md5' || allowLegacyMd5) return;
  throw refused(
    'it authenticates by HMAC-MD5, as CPython up to 3.11 does: use Python 3.12 or later there, or pass ' +
      'allowLegacyMd5: true',
  );
}

function macOf(digest: DigestName, key: Uint8Array, message: Buffer): Buffer {
  try {
    return createHmac(NODE_NAMES[digest], key).update(message).digest();
  } catch (cause) {
    throw new AuthenticationError(
      'ERR_IPC_AUTHENTICATION',
      `this Node.js has no HMAC with ${digest} (${toError(cause).message})`,
      { cause },
    );
  }
}

function refused(why: string): AuthenticationError {
  return new AuthenticationError('ERR_IPC_AUTHENTICATION', `the peer cannot be authenticated: ${why}`);
}
