/** The ways to go on by one line. */
export type Step = 'stepOver' | 'stepInto' | 'stepOut';

/** What the person asked for that is about to end in a stop. */
export type Request = Step | 'pause' | 'restart';

/**
 * What a frame's place is to a person. `skipped`: node's own modules and what `skipFiles` names. `unmapped`: code
 * that a source map knows no source of, in a script that has others.
 */
export type CodeKind = 'own' | 'skipped' | 'unmapped';

/** Where a stop is, as far as stepping is concerned. */
export interface Place {
  readonly standing: CodeKind;
  /** Whether any frame below is the person's own. */
  readonly ownBelow: boolean;
}

/** How many statements of others may be gone through on the way into the person's code, a callback say. */
const MAX_WAY_IN = 200;

/** As many where there is nothing to go back to: a turn of the event loop that ends in none of the person's code. */
const MAX_TO_PAUSE = 2_000;

/**
 * The inspector's own skipping of scripts (setBlackboxPatterns) does not know scripts that come out of
 * node's start-up snapshot, which is most of node, and it knows no source maps. So a stop in what is skipped is
 * left again from here.
 *
 * @param taken how many statements this request has already gone through
 * @returns how to go on; undefined: this is where to stop
 */
export function stepThroughSkipped(
  request: Request,
  place: Place,
  taken: number,
): Step | 'resume' | undefined {
  if (place.standing === 'own' || request === 'restart') return undefined;
  if (place.standing === 'unmapped') return throughUnmapped(request, place, taken);
  if (request === 'pause') return taken < MAX_TO_PAUSE ? 'stepInto' : undefined;
  return request === 'stepInto' && taken < MAX_WAY_IN ? request : wayOut(place);
}

/** What a compiler put in stands among a person's own lines: to step out would be to leave those too. */
function throughUnmapped(request: Request, place: Place, taken: number): Step | 'resume' | undefined {
  if (request === 'pause' || request === 'restart' || taken >= MAX_WAY_IN) return undefined;
  return request === 'stepOut' ? wayOut(place) : request;
}

function wayOut({ ownBelow }: Place): 'stepOut' | 'resume' {
  return ownBelow ? 'stepOut' : 'resume';
}
