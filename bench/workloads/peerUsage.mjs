import { ask } from '../messages.mjs';

/** The peer's processor time so far, in microseconds. Call it when nothing else is under way. */
export function peerCpuUs(peer, channel) {
  return new Promise((resolve) => {
    peer.receive = (message) => resolve(message.body.cpuUs);
    channel.send(ask('usage'));
  });
}
