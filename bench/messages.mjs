/** The messages of the work: what a debug session really sends, the same for every contender. */

/** A request from the adapter's side. */
export function command(id) {
  return { command: 'evaluate', arguments: { expression: 'order.total + tax', frameId: 1001 }, id };
}

/** Its answer. */
export function response(id) {
  return {
    event: 'response',
    id,
    success: true,
    body: { result: '42.5', type: 'number', variablesReference: 0 },
  };
}

/** One line of the program's output. */
export function outputEvent(line) {
  return {
    event: 'output',
    body: { category: 'stdout', output: `order ${line} of 3 items shipped today\n` },
  };
}

const EMPTY_LARGE = JSON.stringify({ event: 'large', body: { output: '' } }).length;

/** One message whose JSON has exactly this many bytes. */
export function largeMessage(bytes) {
  const output = Buffer.alloc(bytes - EMPTY_LARGE, 'all of it printable, none of it escaped; ').toString(
    'latin1',
  );
  return { event: 'large', body: { output } };
}

/** Asks the other side for something beside the work itself. */
export function ask(what, options = {}) {
  return { command: what, arguments: options, id: 0 };
}
