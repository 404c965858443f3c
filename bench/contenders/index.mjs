import { childProcess } from './childProcess.mjs';
import { limitLoop } from './limitLoop.mjs';
import { multiprocessing } from './multiprocessing.mjs';
import { ours, oursResumed, oursTcp, oursWithoutAuth } from './ours.mjs';
import { oursConnection, oursJsonrpc } from './oursJsonrpc.mjs';
import { plainLoop } from './plainLoop.mjs';
import { protocolServer } from './protocolServer.mjs';
import { vscodeConnection, vscodeJsonrpc } from './vscodeJsonrpc.mjs';

/** The contenders by name, in the order of the table. */
export const CONTENDERS = {
  ours,
  limitLoop,
  plainLoop,
  vscodeJsonrpc,
  protocolServer,
  childProcess,
  multiprocessing,
  oursWithoutAuth,
  oursJsonrpc,
  oursConnection,
  vscodeConnection,
  oursTcp,
  oursResumed,
};

/** The contender that all others are compared with. */
export const YARDSTICK = 'limitLoop';
