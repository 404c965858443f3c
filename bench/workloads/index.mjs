import { burst } from './burst.mjs';
import { conditions } from './conditions.mjs';
import { decoder } from './decoder.mjs';
import { flood } from './flood.mjs';
import { floor } from './floor.mjs';
import { inFlight } from './inFlight.mjs';
import { large } from './large.mjs';
import { launch } from './launch.mjs';
import { linearity } from './linearity.mjs';
import { noise } from './noise.mjs';
import { oneWay } from './oneWay.mjs';
import { recorded } from './recorded.mjs';
import { roundTrip } from './roundTrip.mjs';
import { sessions } from './sessions.mjs';
import { setUp } from './setUp.mjs';

/** The workloads by name, in the order of the table. */
export const WORKLOADS = {
  roundTrip,
  inFlight,
  oneWay,
  burst,
  large,
  floor,
  noise,
  setUp,
  launch,
  conditions,
  flood,
  recorded,
  sessions,
  linearity,
  decoder,
};
