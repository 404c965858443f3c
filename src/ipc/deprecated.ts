import type { NegotiatedProtocol } from './authentication/negotiation.js';
import type { ReceivedMessage } from './connection/inbox.js';
import type { Message } from './core/messages.js';
import { Rendezvous } from './rendezvous/rendezvous.js';
import type { PendingPeer, RendezvousOptions } from './rendezvous/rendezvous.js';
import type { RendezvousAddress } from './rendezvous/rendezvousAddress.js';
import type { Claim } from './rendezvous/rendezvousMessages.js';
import { claimPeer, waitAtRendezvous } from './rendezvous/rendezvousPeers.js';
import type { RendezvousPeerOptions } from './rendezvous/rendezvousPeers.js';

/** @deprecated Renamed to {@link Rendezvous}; removed in 0.3. */
export const Desk = Rendezvous;
/** @deprecated Renamed to {@link Rendezvous}; removed in 0.3. */
export type Desk = Rendezvous;

/** @deprecated Renamed to {@link RendezvousOptions}; removed in 0.3. */
export type DeskOptions = RendezvousOptions;

/** @deprecated Renamed to {@link RendezvousAddress}; removed in 0.3. */
export type DeskAddress = RendezvousAddress;

/** @deprecated Renamed to {@link PendingPeer}; removed in 0.3. */
export type Waiting = PendingPeer;

/** @deprecated Renamed to {@link Claim}; removed in 0.3. */
export type Adoption = Claim;

/** @deprecated Renamed to {@link RendezvousPeerOptions}; removed in 0.3. */
export type AtDeskOptions = RendezvousPeerOptions;

/** @deprecated Renamed to {@link waitAtRendezvous}; removed in 0.3. */
export const waitAtDesk = waitAtRendezvous;

/** @deprecated Renamed to {@link claimPeer}; removed in 0.3. */
export const adoptAtDesk = claimPeer;

/** @deprecated Renamed to {@link NegotiatedProtocol}; removed in 0.3. */
export type Agreement = NegotiatedProtocol;

/** @deprecated Renamed to {@link ReceivedMessage}; removed in 0.3. */
export type Inbound<T = Message> = ReceivedMessage<T>;
