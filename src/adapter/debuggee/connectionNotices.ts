import type { ManagerOptions } from '../../ipc/index.js';
import type { SessionServices } from './sessionServices.js';

const MS_PER_SECOND = 1_000;

/** Tells the user when the connection to the program falls silent or breaks, and when it is back. */
export function connectionNotices({
  send,
}: Pick<SessionServices, 'send'>): NonNullable<ManagerOptions['onHealth']> {
  let awayMs = 0;
  const tell = (text: string): void => send('output', { category: 'console', output: `${text}\n` });
  return ({ state, previous, previousMs }) => {
    const wasAway = previous === 'silent' || previous === 'resuming';
    if (wasAway) awayMs += previousMs;
    if (state === 'silent') tell('Nothing comes from the program any more: the connection may be broken.');
    else if (state === 'resuming') tell('The connection to the program is broken: trying to get it back.');
    else if (wasAway) {
      tell(`The connection to the program is back, after ${seconds(awayMs)} s.`);
      awayMs = 0;
    }
  };
}

function seconds(ms: number): string {
  return ms < MS_PER_SECOND ? (ms / MS_PER_SECOND).toFixed(1) : String(Math.round(ms / MS_PER_SECOND));
}
