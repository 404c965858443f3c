import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { markedLine, Project } from '../../support/project.js';

const MAIN = `const { Base } = require('./orders');
const { call } = require('./users');

class OrderBook extends Base {
  static open(book) {
    return call(() => book.total()); // arrow
  }
  run() {
    return OrderBook.open(this); // run
  }
}

new OrderBook().run();
const plain = { go() { debugger; } };
plain.go();
function free() {
  debugger;
}
free.call(new OrderBook());
`;
const ORDERS = `class Base {
  total() {
    return 3; // total
  }
}
exports.Base = Base;
`;
const USERS = `exports.call = function call(action) {
  return action(); // call
};
`;

async function stackOf(client: DapClient): Promise<DebugProtocol.StackFrame[]> {
  const { stackFrames } = await client.request<{ stackFrames: DebugProtocol.StackFrame[] }>('stackTrace', {
    threadId: 1,
  });
  return stackFrames;
}

describe('the call stack', () => {
  it('names methods with their class, and files so that they can be told apart', async () => {
    const project = new Project({ 'main.js': MAIN, 'orders/index.js': ORDERS, 'users/index.js': USERS });
    const { client } = stdioClient();
    const orders = project.file('orders/index.js');
    await client.start({ program: project.file('main.js') }, { [orders]: [markedLine(ORDERS, 'total')] });
    expect(await client.waitForEvent('stopped')).toMatchObject({ description: 'Paused on breakpoint' });
    const stack = (await stackOf(client)).slice(0, 6);
    expect(stack.map(({ name, source }) => [name, source?.name])).toEqual([
      ['OrderBook.total', 'orders/index.js'],
      ['(anonymous)', 'main.js'],
      ['call', 'users/index.js'],
      ['OrderBook.open', 'main.js'],
      ['OrderBook.run', 'main.js'],
      ['(anonymous)', 'main.js'],
    ]);
    expect(stack[0]?.source?.path).toBe(orders);

    await client.request('next', { threadId: 1 });
    expect(await client.waitForEvent('stopped')).toMatchObject({ description: 'Paused on step' });
    for (const name of ['go', 'free']) {
      await client.request('continue', { threadId: 1 });
      expect(await client.waitForEvent('stopped')).toMatchObject({
        description: 'Paused on a debugger statement',
      });
      // An object without a class, and a function that is no method of its `this`.
      expect((await stackOf(client))[0]?.name).toBe(name);
    }
    await client.request('disconnect', { terminateDebuggee: true });
  });

  it('runs nothing of the program for the name of a method', async () => {
    const project = new Project({
      'main.js': `let reads = 0;
class Sly {
  run() {
    return reads; // run
  }
}
const get = () => (reads += 1);
Object.defineProperty(Sly.prototype, 'constructor', { get });
new Sly().run();
`,
    });
    const { client } = stdioClient();
    const program = project.file('main.js');
    await client.start({ program }, { [program]: [4] });
    await client.waitForEvent('stopped');
    const [frame] = await stackOf(client);
    expect(frame?.name).toBe('run');
    const { result } = await client.request<{ result: string }>('evaluate', {
      expression: 'reads',
      frameId: frame?.id,
    });
    expect(result).toBe('0');
    await client.request('disconnect', { terminateDebuggee: true });
  });
});
