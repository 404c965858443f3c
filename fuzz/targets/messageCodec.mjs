/*
 * Fuzzes the message codec. A payload gives a message or an error as a result, and never throws. A message
 * that is encoded and decoded again stays the same. Its envelopes are read, or refused with an error of the
 * package.
 */
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { readCommand, readLauncherMessage } from '../../dist/ipc/core/messages.js';
import { decodeMessage, encodeMessage } from '../../dist/ipc/framing/messageCodec.js';

/** The default of `maxJsonDepth`. */
const MAX_JSON_DEPTH = 1_000;

export const dictionary = [
  '{"event":"response","id":1,"success":true}',
  '{"command":"initialize","arguments":{},"id":1}',
  '"event"',
  '"body":{}',
  '"message":""',
  '"__proto__":{}',
  '"toJSON":1',
  '\\ud800',
  '\ufffd',
  '1e400',
  '-0',
  '[[',
  'null',
].map((text) => Buffer.from(text));

export function fuzz(data) {
  const message = decodeMessage(data);
  if (message instanceof Error) {
    assert.equal(message.code, 'ERR_IPC_BAD_MESSAGE', message.stack);
    assert.equal(isMessage(data), false, 'a message was refused');
    return;
  }
  assert.equal(isMessage(data), true, 'what is no message was taken for one');
  const text = encodeMessage(message);
  assert.equal(encodeMessage(decodeMessage(Buffer.from(text))), text);
  const { command, arguments: given, id } = readCommand(message);
  assert(
    typeof command === 'string' &&
      isRecord(given) &&
      (id === null || ['number', 'string'].includes(typeof id)),
  );
  try {
    assert.equal(typeof readLauncherMessage(message).event, 'string');
  } catch (error) {
    assert.equal(error.code, 'ERR_IPC_BAD_MESSAGE', error.stack);
  }
}

function isMessage(data) {
  try {
    return isUtf8(data) && isRecord(JSON.parse(data.toString())) && depthOf(data) <= MAX_JSON_DEPTH;
  } catch {
    return false;
  }
}

/** Counts the levels of a JSON text, in the simplest way. */
function depthOf(data) {
  const bare = data.toString('latin1').replace(/"(?:[^"\\]|\\.)*"/gs, '');
  let depth = 0;
  let deepest = 0;
  for (const character of bare) {
    if ('[{'.includes(character)) deepest = Math.max(deepest, (depth += 1));
    else if (']}'.includes(character)) depth -= 1;
  }
  return deepest;
}

function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
