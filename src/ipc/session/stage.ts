import { IpcError } from '../core/errors.js';

/** The stages of an `IPCManager`: it moves from each to the next, and from every one to `over`. */
export type Stage = 'new' | 'starting' | 'ready' | 'reading' | 'over';

/** What a manager does that begins to listen or to connect. */
export const BEGIN = 'begin another connection';

const ONE_SESSION = 'it has its connection already, and one manager is one session. Make another IPCManager';

/** Describes a call that comes too early or too late: `ERR_IPC_CLOSED` after the end, else `ERR_IPC_STATE`. */
export function stageError(stage: Stage, doing: string): IpcError {
  const why = {
    new: 'createListener or connect comes first',
    starting: 'its connection is being made',
    ready: doing === BEGIN ? ONE_SESSION : 'startReader comes first',
    reading: doing === BEGIN ? ONE_SESSION : 'it is reading already',
    over: 'the session is over',
  };
  const code = stage === 'over' ? 'ERR_IPC_CLOSED' : 'ERR_IPC_STATE';
  return new IpcError(code, `this manager cannot ${doing}: ${why[stage]}`);
}
