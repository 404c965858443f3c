import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fifo } from '../../../../src/ipc/core/fifo.js';
import { cpuMsOf } from '../../../support/cpuTime.js';

describe('Fifo', () => {
  it('is empty at first', () => {
    const fifo = new Fifo<number>();
    expect([fifo.length, fifo.first(), fifo.shift()]).toEqual([0, undefined, undefined]);
    expect(fifo.removeAll()).toEqual([]);
    expect(fifo.length).toBe(0);
  });

  it('behaves like an array, whatever is done with it', () => {
    const operations = fc.array(fc.constantFrom('push', 'push', 'push', 'shift', 'shift', 'takeAll'), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(operations, (names) => {
        const fifo = new Fifo<number>();
        let model: number[] = [];
        names.forEach((name, number) => {
          if (name === 'push') {
            fifo.push(number);
            model.push(number);
          } else if (name === 'shift') expect(fifo.shift()).toBe(model.shift());
          else {
            expect(fifo.removeAll()).toEqual(model);
            model = [];
          }
          expect([fifo.length, fifo.first()]).toEqual([model.length, model[0]]);
        });
      }),
    );
  });

  it('gives up what it took in the time that their number takes, not its square', async () => {
    const fifo = new Fifo<number>();
    const count = 300_000;
    const took = await cpuMsOf(() => {
      for (let number = 0; number < count; number += 1) fifo.push(number);
      for (let number = 0; number < count; number += 1) expectSame(fifo.shift(), number);
    });
    expect(took).toBeLessThan(1_000);
  });
});

/** `expect` itself is too slow for a loop that is timed. */
function expectSame(actual: number | undefined, expected: number): void {
  if (actual !== expected) throw new Error(`${actual} instead of ${expected}`);
}
