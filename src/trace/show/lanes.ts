/** The lanes of a timeline, from the user's to the program's. */
export const LANES = ['client', 'adapter', 'launcher', 'program'] as const;

/** What is known of an entry before its lanes are. */
interface Side {
  readonly side: string;
  readonly link: string;
  readonly direction?: string | undefined;
}

/** The two ends of a link, from the user's to the program's. */
const ENDS: Readonly<Record<string, readonly [string, string]>> = {
  client: ['client', 'adapter'],
  launcher: ['adapter', 'launcher'],
  program: ['adapter', 'program'],
  server: ['adapter', 'server'],
};

/** Who sent a message to whom. Of a note: the ends of its link. */
export interface Lanes {
  readonly from: string;
  readonly to: string;
  /** True if the message goes from the user's end towards the program. */
  readonly isForward: boolean;
}

/** The lanes of an entry. A link of an embedder goes from the side that recorded to the link's name. */
export function lanesOf({ side, link, direction }: Side): Lanes {
  const [near, far] = ENDS[link] ?? [side, link];
  const isNear = side === near;
  const isForward = (direction !== 'received') === isNear;
  return isForward ? { from: near, to: far, isForward } : { from: far, to: near, isForward };
}
