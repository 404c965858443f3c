import { cpuUs } from './cpu.mjs';
import { largeMessage, outputEvent, response } from './messages.mjs';
import { systemCalls } from './systemCalls.mjs';

const services = { emit, large, usage };

/** Handles a message in the peer: sends the response, or does the requested work. */
export function serve(message, channel) {
  const service = services[message.command];
  if (service === undefined) channel.send(response(message.id));
  else void service(message.arguments, channel);
}

/** Sends events for a time in milliseconds, several per turn, and waits for the kernel after each turn. */
async function emit({ ms, turn, count: wanted = Infinity }, channel) {
  const callsBefore = systemCalls();
  const cpuBefore = cpuUs();
  const end = performance.now() + ms;
  let count = 0;
  while (count < wanted && performance.now() < end) {
    const last = count + Math.min(turn, wanted - count);
    while (count < last - 1) channel.send(outputEvent((count += 1)));
    await channel.sendAndWait(outputEvent((count += 1)));
  }
  const used = { cpuUs: cpuUs() - cpuBefore, writes: systemCalls()?.writes - callsBefore?.writes };
  channel.send({ event: 'done', body: { count, ...used } });
}

function large({ bytes }, channel) {
  return channel.send(largeMessage(bytes));
}

function usage(options, channel) {
  channel.send({ event: 'usage', body: { cpuUs: cpuUs() } });
}
