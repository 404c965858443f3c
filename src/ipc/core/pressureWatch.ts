/** Bytes that wait for the peer from which on there is back-pressure. */
const PRESSURE_BYTES = 65_536;
/** The time between two looks at whether back-pressure has ended, in milliseconds. */
const POLL_MS = 20;

/** Reports when a peer takes less than it is sent, and when it has caught up. */
export class PressureWatch {
  private poll: NodeJS.Timeout | undefined;

  /**
   * @param bufferedBytes gives the bytes that wait. 0 once the connection has ended
   * @param report must not throw
   */
  constructor(
    private readonly bufferedBytes: () => number,
    private readonly report: (fields: { readonly on: boolean; readonly bufferedBytes: number }) => void,
  ) {}

  /** Looks at what waits. Called with each message that is sent. */
  check(): void {
    const bufferedBytes = this.bufferedBytes();
    if (this.poll !== undefined || bufferedBytes < PRESSURE_BYTES) return;
    this.report({ on: true, bufferedBytes });
    this.poll = setInterval(() => {
      const left = this.bufferedBytes();
      if (left >= PRESSURE_BYTES) return;
      clearInterval(this.poll);
      this.poll = undefined;
      this.report({ on: false, bufferedBytes: left });
    }, POLL_MS).unref();
  }
}
