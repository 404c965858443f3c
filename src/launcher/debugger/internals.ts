/** The ways to go on by one line. */
export type Step = 'stepOver' | 'stepInto' | 'stepOut';

/** What the person asked for that is about to end in a stop. */
export type Request = Step | 'pause';

/** Where a stop is, as far as node's own modules matter. */
export interface Place {
  readonly inInternal: boolean;
  /** Whether any frame below is the program's own. */
  readonly programBelow: boolean;
}

/** How many internal statements may be gone through on the way into the program's code, a callback say. */
const MAX_WAY_IN = 200;

/**
 * The inspector's own skipping of scripts (setBlackboxPatterns) does not know scripts that come out of
 * node's start-up snapshot, which is most of node. So a stop in there is left again from here.
 *
 * @param taken how many statements this request has already gone through
 * @returns how to go on; undefined: this is where to stop
 */
export function wayOutOfInternals(
  request: Request,
  place: Place,
  taken: number,
): Step | 'resume' | undefined {
  if (!place.inInternal) return undefined;
  const wayIn = request === 'stepInto' || request === 'pause';
  if (wayIn && taken < MAX_WAY_IN) return 'stepInto';
  if (request === 'pause') return undefined;
  return place.programBelow ? 'stepOut' : 'resume';
}

/** How a request goes on among lines that a compiler put in. The arguments and the result are as above. */
export function wayThroughUnmapped(request: Request, taken: number): Step | undefined {
  return request === 'pause' || taken >= MAX_WAY_IN ? undefined : request;
}
