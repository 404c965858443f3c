import { describe, expect, it } from 'vitest';
import {
  answerHolds,
  answerTo,
  checkedDigest,
  newChallenge,
} from '../../../../src/ipc/authentication/multiprocessingDigest.js';
import { DIGEST_NAMES } from '../../../../src/ipc/core/transportConfig.js';
import { thrownBy } from '../../../support/rejection.js';

/*
 * Made by CPython: the key, the bytes 00 to 27 behind the digest's name, and what its own module answers.
 */
const KEY = Buffer.from('secret password');
const COUNTED = Buffer.from(Array.from({ length: 40 }, (_, byte) => byte));
const ANSWERS: readonly (readonly [string, string])[] = [
  ['sha256', 'dff5756e964dc0ba9d1a61c0c3f731f0f09811a907abc551d07b614a8eaad8aa'],
  ['md5', '6da4c2a293b0eb7afd5ba56b4552efdb'],
  [
    'sha384',
    '1e102d068e1f04f7b49dfd7381003d7766263bec5820561de353a516a83e6522152f63622cc3c6f30113ea7bbb769f8a',
  ],
  ['sha3_256', 'd0eb650e27ee0057ca62f8f003c3312d811388a6e01d1d842e7860819ec017e5'],
  [
    'sha3_384',
    'aa3d48e95573d708ba68b4b38896f50e0e45e17c1962430f9745aef47fc4d0fa4b9e6a3f9c5bf1e69015280bfcb9e23a',
  ],
];
const LEGACY_CHALLENGE = COUNTED.subarray(0, 20);
const LEGACY_ANSWER = Buffer.from('ab9e0fb85dc2fde9977e617c35111d6b', 'hex');
const OLD_ANSWER_TO_SHA256 = Buffer.from('f79aef2a543b083a8cfa1ae0a9e5ea49', 'hex');

const STRICT = { allowLegacyMd5: false };
const LENIENT = { allowLegacyMd5: true };

function named(digest: string, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`{${digest}}`), bytes]);
}

describe('the digests of multiprocessing.connection', () => {
  it.each(ANSWERS)('answer by %s as CPython does', (digest, mac) => {
    const challenge = named(digest, COUNTED);
    const answer = named(digest, Buffer.from(mac, 'hex'));
    expect(answerTo(challenge, KEY, LENIENT)).toEqual(answer);
    expect(answerHolds(answer, challenge, KEY, LENIENT)).toBe(true);
    expect(answerHolds(answer, challenge, Buffer.from('another'), LENIENT)).toBe(false);
  });

  it('answer a challenge without a name by MD5 alone, as CPython up to 3.11 does', () => {
    expect(answerTo(LEGACY_CHALLENGE, KEY, LENIENT)).toEqual(LEGACY_ANSWER);
    expect(answerHolds(LEGACY_ANSWER, LEGACY_CHALLENGE, KEY, LENIENT)).toBe(true);
  });

  it('take the answer of an old client to a challenge that names a digest', () => {
    expect(answerHolds(OLD_ANSWER_TO_SHA256, named('sha256', COUNTED), KEY, LENIENT)).toBe(true);
  });

  it('take an answer by a stronger digest than the one asked for, but no weaker one', () => {
    const challenge = named('sha256', COUNTED);
    const asked = answerTo(named('sha384', COUNTED), KEY, STRICT);
    // Over another challenge it proves nothing: the name that was asked for is part of what is proved.
    expect(answerHolds(asked, challenge, KEY, STRICT)).toBe(false);
    expect(() => answerHolds(OLD_ANSWER_TO_SHA256, challenge, KEY, STRICT)).toThrow(/allowLegacyMd5: true/);
  });

  it.each([
    ['a challenge without a name', LEGACY_CHALLENGE],
    ['a challenge that names it', named('md5', COUNTED)],
    // By its length it is one without a name, whatever stands in it.
    ['a challenge of 20 bytes that names another', named('sha256', COUNTED.subarray(0, 12))],
  ])('refuse MD5 unless it is allowed: %s', (_, challenge) => {
    const error = thrownBy(() => answerTo(challenge, KEY, STRICT));
    expect([error.name, error.code]).toEqual(['AuthenticationError', 'ERR_IPC_AUTHENTICATION']);
    expect(error.message).toContain('allowLegacyMd5: true');
  });

  it.each([
    ['19 bytes', COUNTED.subarray(0, 19)],
    ['none', Buffer.alloc(0)],
    ['no name', COUNTED],
    ['an unknown digest', named('sha1', COUNTED)],
    ['another case', named('SHA256', COUNTED)],
    ['a name that ends too late', named('sha3_2560', COUNTED)],
    ['a name that does not end', Buffer.concat([Buffer.from('{sha256'), COUNTED])],
    ['an empty name', named('', COUNTED)],
    ['a name of the language', named('toString', COUNTED)],
    ['another name of the language', named('__proto_', COUNTED)],
  ])('answer no challenge that is none: %s', (_, challenge) => {
    const error = thrownBy(() => answerTo(challenge, KEY, LENIENT));
    expect([error.name, error.code]).toEqual(['AuthenticationError', 'ERR_IPC_AUTHENTICATION']);
  });

  it('find an answer wrong that is wrong in any byte, too short or too long', () => {
    const challenge = newChallenge('sha256');
    const answer = answerTo(challenge, KEY, STRICT);
    for (let at = '{sha256}'.length; at < answer.length; at += 1) {
      const wrong = Buffer.from(answer);
      wrong.writeUInt8((wrong[at] ?? 0) ^ 1, at);
      expect(answerHolds(wrong, challenge, KEY, STRICT)).toBe(false);
    }
    expect(answerHolds(answer.subarray(0, -1), challenge, KEY, STRICT)).toBe(false);
    expect(answerHolds(Buffer.concat([answer, Buffer.of(0)]), challenge, KEY, STRICT)).toBe(false);
    expect(answerHolds(answer.subarray(0, '{sha256}'.length), challenge, KEY, STRICT)).toBe(false);
  });

  it('ask anew each time, by the name of the digest and 40 bytes', () => {
    for (const digest of DIGEST_NAMES) {
      const challenge = newChallenge(digest);
      expect(challenge.toString('latin1', 0, digest.length + 2)).toBe(`{${digest}}`);
      expect(challenge).toHaveLength(digest.length + 2 + 40);
      expect(newChallenge(digest)).not.toEqual(challenge);
    }
  });

  it('are checked before they are used', () => {
    expect(checkedDigest(undefined, STRICT)).toBe('sha256');
    expect(checkedDigest('sha3_384', STRICT)).toBe('sha3_384');
    expect(checkedDigest('md5', LENIENT)).toBe('md5');
    const error = thrownBy(() => checkedDigest('sha1', STRICT));
    expect([error.code, error.message]).toEqual(['ERR_IPC_CONFIG', expect.stringContaining('sha3_384')]);
    expect(thrownBy(() => checkedDigest('md5', STRICT)).message).toContain('allowLegacyMd5');
  });
});
