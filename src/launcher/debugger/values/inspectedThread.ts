import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { VisibleNames } from '../names/visibleNames.js';
import type { SourcePlace } from '../sources/sourceLocations.js';
import type { Origin, VariableStore } from './variableStore.js';

/** The parts of a thread's debugger that reading and changing values needs. */
export interface InspectedThread {
  readonly client: InspectorClient;
  readonly variableStore: VariableStore;
  readonly execution: {
    readonly isPaused: boolean;
    /** The stack of the current stop, innermost frame first. @throws DebuggerError when the thread runs */
    readonly callFrames: readonly Debugger.CallFrame[];
  };
  /** Translates a location in a script to its source. */
  placeOf(location: Debugger.Location): SourcePlace;
  /** The frame in which a container was found; undefined if the thread is not paused in that frame. */
  frameOf(origin: Origin): Debugger.CallFrame | undefined;
  /** The names of a frame's variables in the source, if they differ from those in the script. */
  namesIn(frame: Debugger.CallFrame | undefined): Promise<VisibleNames | undefined>;
}
