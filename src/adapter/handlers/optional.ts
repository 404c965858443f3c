import type { Message } from '../../ipc/index.js';
import { unknownRequest } from '../dap/dapErrors.js';
import { toClientPositions, toLauncherPositions } from '../translation/positions.js';
import type { ClientPositions } from '../translation/positions.js';
import { OPTIONAL_REQUESTS } from '../profiles/profiles.js';
import type { RequestHandler, RequestTable } from '../session/respond.js';
import type { SessionContext } from '../session/sessionContext.js';

/** Where an answer as a whole is a position. */
const WHOLE = 'answer';

/** The requests among them that have positions in their answers alone. */
const ANSWERS_ONLY: ReadonlySet<string> = new Set(['setFunctionBreakpoints']);
/** The requests among them that have positions in their arguments or answers, and where the answers have some. */
const POSITIONS_IN_ANSWER: Readonly<Record<string, string>> = {
  breakpointLocations: 'breakpoints',
  setFunctionBreakpoints: 'breakpoints',
  completions: 'targets',
  gotoTargets: 'targets',
  locations: WHOLE,
  stepInTargets: 'targets',
};

function argumentsOf(command: string, args: Message, positions: ClientPositions): Message {
  if (!Object.hasOwn(POSITIONS_IN_ANSWER, command) || ANSWERS_ONLY.has(command)) return args;
  return toLauncherPositions({ args }, 'args', positions).args as Message;
}

function answerOf(body: Message, key: string, positions: ClientPositions): Message {
  if (key !== WHOLE) return toClientPositions(body, key, positions);
  return toClientPositions({ [WHOLE]: body }, WHOLE, positions)[WHOLE] as Message;
}

/** Has the launcher do a request that only some launchers do; of the others it is unknown, as before a launch. */
function forwardWhereDone(command: string): RequestHandler<SessionContext> {
  return async (context, args, signal) => {
    const { debuggee, positions } = context;
    if (debuggee?.does(command) !== true) throw unknownRequest(command);
    const body = await debuggee.request(command, argumentsOf(command, args, positions), signal);
    return answerOf(body, POSITIONS_IN_ANSWER[command] ?? '', positions);
  };
}

/** Requests that a launcher need not know. */
export const optional: RequestTable<SessionContext> = Object.fromEntries(
  [...OPTIONAL_REQUESTS].map((command) => [command, forwardWhereDone(command)]),
);
