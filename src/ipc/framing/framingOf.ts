import { IpcError } from '../core/errors.js';
import { contentLengthFraming } from './contentLength.js';
import { FRAME_KIND, dpFraming } from './dpFrame.js';
import { FRAMING_NAMES } from '../core/transportConfig.js';
import type { Framing } from './framing.js';
import type { FramingName } from '../core/transportConfig.js';
import { lengthPrefixFraming } from './lengthPrefix.js';

/** The role of an end of a connection: it listened, or it connected. */
export type Role = 'listener' | 'connector';

/** Returns the framing as one end of a connection writes it. */
export function framingOf(name: FramingName, role: Role): Framing {
  switch (name) {
    case 'dp':
      return dpFraming(role === 'listener' ? FRAME_KIND.command : FRAME_KIND.event);
    case 'length-prefix':
      return lengthPrefixFraming;
    case 'content-length':
      return contentLengthFraming;
  }
}

/** Checks a framing's name. Default `dp`. @throws IpcError `ERR_IPC_CONFIG` for an unknown name */
export function checkedFraming(name: string = 'dp'): FramingName {
  const known = FRAMING_NAMES.find((framing) => framing === name);
  if (known !== undefined) return known;
  throw new IpcError(
    'ERR_IPC_CONFIG',
    `unknown framing ${JSON.stringify(name)}: known are ${FRAMING_NAMES.join(', ')}`,
  );
}
