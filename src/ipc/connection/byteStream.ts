/** What a connection uses of the stream to its peer: a socket, or streams of which each continues the one before. */
export interface ByteStream {
  readonly closed: boolean;
  readonly readableEnded: boolean;
  /** True if written bytes are copied before their write is reported, as sockets do. Default: not known. */
  readonly copiesWrites?: boolean;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'end' | 'close', listener: () => void): unknown;
  isPaused(): boolean;
  pause(): unknown;
  resume(): unknown;
  write(segment: Buffer, callback?: (error?: Error | null) => void): unknown;
  cork(): void;
  uncork(): void;
  end(): unknown;
  destroy(): unknown;
}
