import { describe, expect, it } from 'vitest';
import { stepThroughSkipped } from '../../../../../src/launcher/debugger/stepping/stepThroughSkipped.js';
import type { Place, Request } from '../../../../../src/launcher/debugger/stepping/stepThroughSkipped.js';

const own: Place = { codeKind: 'own', ownBelow: false };
const called: Place = { codeKind: 'skipped', ownBelow: true };
const outermost: Place = { codeKind: 'skipped', ownBelow: false };
const helper: Place = { codeKind: 'unmapped', ownBelow: true };

describe('a stop', () => {
  it.for<[Request, Place, number, string | undefined]>([
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
    ['pause', called, 1_000, 'stepInto'],
    ['pause', called, 2_000, undefined],
    ['restart', called, 0, undefined],
    ['stepOver', helper, 3, 'stepOver'],
    ['stepInto', helper, 3, 'stepInto'],
    ['stepOut', helper, 3, 'stepOut'],
    ['stepOver', helper, 1_000, undefined],
    ['pause', helper, 0, undefined],
  ])('on %s at %j after %i statements goes on by %s', ([request, place, taken, way]) => {
    expect(stepThroughSkipped(request, place, taken)).toBe(way);
  });
});
