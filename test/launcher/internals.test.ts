import { describe, expect, it } from 'vitest';
import { wayOutOfInternals, type Request } from '../../src/launcher/debugger/internals.js';

const own = { inInternal: false, programBelow: false };
const called = { inInternal: true, programBelow: true };
const outermost = { inInternal: true, programBelow: false };

describe('a stop in node’s own modules', () => {
  it.for<[Request, typeof own, number, string | undefined]>([
    ['stepOver', own, 0, undefined],
    ['stepInto', own, 100, undefined],
    ['stepOver', called, 0, 'stepOut'],
    ['stepOut', called, 0, 'stepOut'],
    ['stepOver', outermost, 0, 'resume'],
    ['stepOut', outermost, 7, 'resume'],
    ['stepInto', called, 0, 'stepInto'],
    ['stepInto', called, 1_000, 'stepOut'],
    ['stepInto', outermost, 1_000, 'resume'],
    ['pause', outermost, 0, 'stepInto'],
    ['pause', called, 1_000, undefined],
  ])('on %s at %j after %i statements goes on by %s', ([request, place, taken, onward]) => {
    expect(wayOutOfInternals(request, place, taken)).toBe(onward);
  });
});
