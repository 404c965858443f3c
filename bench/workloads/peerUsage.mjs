import { ask } from '../messages.mjs';

/**
 * Returns the processor time that the peer has used, in microseconds. Must be called while the peer is idle.
 */
export function peerCpuUs(peer, channel) {
  return new Promise((resolve) => {
    peer.receive = (message) => resolve(message.body.cpuUs);
    channel.send(ask('usage'));
  });
}
