import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { SourcePlace } from '../sources/sourceLocations.js';

/** The parts of a thread's debugger that profiles need. */
export interface ProfiledThread {
  readonly client: InspectorClient;
  /** Translates a location in a script to its source. */
  placeOf(location: Debugger.Location): SourcePlace;
}
