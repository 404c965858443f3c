/** The messages of the benchmark, as a debug session sends them. They are the same for every contender. */

/** Returns a request from the adapter's side. */
export function command(id) {
  return { command: 'evaluate', arguments: { expression: 'order.total + tax', frameId: 1001 }, id };
}

/** Returns the response to a command. */
export function response(id) {
  return {
    event: 'response',
    id,
    success: true,
    body: { result: '42.5', type: 'number', variablesReference: 0 },
  };
}

/** Returns an event with one line of the program's output. */
export function outputEvent(line) {
  return {
    event: 'output',
    body: { category: 'stdout', output: `order ${line} of 3 items shipped today\n` },
  };
}

const EMPTY_LARGE = JSON.stringify({ event: 'large', body: { output: '' } }).length;

/** Returns a message whose JSON has exactly this number of bytes. */
export function largeMessage(bytes) {
  const output = Buffer.alloc(bytes - EMPTY_LARGE, 'all of it printable, none of it escaped; ').toString(
    'latin1',
  );
  return { event: 'large', body: { output } };
}

/** Returns a control message to the other side, which is not part of the measured work. */
export function ask(what, options = {}) {
  return { command: what, arguments: options, id: 0 };
}
