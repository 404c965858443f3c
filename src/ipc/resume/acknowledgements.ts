/** Received bytes that are acknowledged at the end of their turn. */
const ACKNOWLEDGE_BYTES = 256 * 1024;
/** Time until fewer bytes are acknowledged, in milliseconds. */
const ACKNOWLEDGE_AFTER_MS = 20;

/** Decides when the peer is told how far it has been understood: for many bytes at once, for a few soon after. */
export class Acknowledgements {
  /** The position that the peer knows. */
  private told = 0;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param position returns the bytes that were taken over
   * @param send sends an acknowledgement
   */
  constructor(
    private readonly position: () => number,
    private readonly send: (position: number) => void,
  ) {}

  /** Called after each chunk. */
  afterChunk(): void {
    const news = this.position() - this.told;
    if (news >= ACKNOWLEDGE_BYTES) this.sendNews();
    else if (news > 0) this.timer ??= setTimeout(() => this.sendNews(), ACKNOWLEDGE_AFTER_MS);
  }

  /** Tells the peer at once, if there is news. */
  sendNews(): void {
    this.stop();
    const position = this.position();
    if (position === this.told) return;
    this.told = position;
    this.send(position);
  }

  /** Tells the peer what it knows: a sign that this end is there. */
  repeat(): void {
    this.send(this.told);
  }

  /** Returns the present position, which the peer is told in another way. */
  tell(): number {
    this.stop();
    this.told = this.position();
    return this.told;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
