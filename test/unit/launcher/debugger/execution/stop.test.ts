import { expect, it } from 'vitest';
import { namedReasons } from '../../../../../src/launcher/debugger/exceptions/exception.js';
import { describeStop } from '../../../../../src/launcher/debugger/execution/stop.js';

const HIT = { isEntry: false, ids: [], autoContinue: false, exception: undefined };

function ambiguous(...reasons: string[]): { reason: string; data: object } {
  return { reason: 'ambiguous', data: { reasons: reasons.map((reason) => ({ reason })) } };
}

it.each([
  [{ reason: 'other' }, undefined, 'Paused on a debugger statement'],
  [{ reason: 'other' }, 'stepOver', 'Paused on step'],
  [{ reason: 'debugCommand' }, 'pause', 'Paused'],
  [{ reason: 'OOM' }, undefined, 'Paused before running out of memory'],
  [{ reason: 'OOM' }, 'stepOver', 'Paused before running out of memory'],
  [{ reason: 'EventListener' }, undefined, 'Paused on an event listener'],
  [{ reason: 'XHR' }, undefined, 'Paused on XHR'],
  [{ reason: 'aReasonToCome' }, 'stepOver', 'Paused on aReasonToCome'],
  [ambiguous('step', 'other'), 'stepOver', 'Paused on step'],
  [ambiguous('step', 'OOM'), 'stepOver', 'Paused before running out of memory'],
  [{ reason: 'ambiguous' }, 'stepOver', 'Paused on step'],
] as const)(
  'a pause of V8 (%j) during the request %s has the label of its reason',
  (given, request, label) => {
    const paused = { callFrames: [], ...given };
    expect(describeStop(HIT, request, namedReasons(paused)).description).toBe(label);
  },
);
