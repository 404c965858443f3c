/** What a connection has sent and received. Bytes are those of whole frames, inside TLS if there is TLS. */
export interface TrafficCounters {
  readonly messagesSent: number;
  /** Bytes that the kernel has accepted. */
  readonly bytesSent: number;
  readonly messagesReceived: number;
  readonly bytesReceived: number;
}

export const NO_TRAFFIC: TrafficCounters = {
  messagesSent: 0,
  bytesSent: 0,
  messagesReceived: 0,
  bytesReceived: 0,
};
