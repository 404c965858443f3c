/** The kinds of steps. */
export type Step = 'stepOver' | 'stepInto' | 'stepOut';

/** The requests of the user that end in a stop. */
export type Request = Step | 'pause' | 'restart';

/**
 * The kind of code at a frame's location. `skipped` is code of node and of `skipFiles`. `unmapped` is code
 * without a source in a script with a source map.
 */
export type CodeKind = 'own' | 'skipped' | 'unmapped';

/** The location of a stop, as far as it matters for stepping. */
export interface Place {
  readonly codeKind: CodeKind;
  /** True if at least one frame below is not in skipped code. */
  readonly ownBelow: boolean;
}

/**
 * The most statements of skipped code to step through on the way into the user's code, such as a callback.
 */
const MAX_STEPS_IN = 200;

/**
 * The most statements of skipped code to step through for a pause, where no user code may follow in this turn
 * of the event loop.
 */
const MAX_STEPS_TO_PAUSE = 2_000;

/**
 * Determines how a step continues from a location.
 *
 * The inspector's own skipping of scripts (setBlackboxPatterns) supports neither source maps nor scripts from
 * node's startup snapshot, which contains most of node. Therefore a stop in skipped code is continued here.
 *
 * @param skippedSteps the number of statements that this request has already stepped through
 * @returns the next step; undefined to stop here
 */
export function stepThroughSkipped(
  request: Request,
  place: Place,
  skippedSteps: number,
): Step | 'resume' | undefined {
  if (place.codeKind === 'own' || request === 'restart') return undefined;
  if (place.codeKind === 'unmapped') return stepThroughUnmapped(request, place, skippedSteps);
  if (request === 'pause') return skippedSteps < MAX_STEPS_TO_PAUSE ? 'stepInto' : undefined;
  return request === 'stepInto' && skippedSteps < MAX_STEPS_IN ? request : stepOutOfSkipped(place);
}

/** Code that a compiler added is surrounded by the user's own code, which stepping out would leave too. */
function stepThroughUnmapped(
  request: Request,
  place: Place,
  skippedSteps: number,
): Step | 'resume' | undefined {
  if (request === 'pause' || request === 'restart' || skippedSteps >= MAX_STEPS_IN) return undefined;
  return request === 'stepOut' ? stepOutOfSkipped(place) : request;
}

function stepOutOfSkipped({ ownBelow }: Place): 'stepOut' | 'resume' {
  return ownBelow ? 'stepOut' : 'resume';
}
