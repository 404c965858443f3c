import type { Profiler, Runtime } from 'node:inspector';
import type { ProfiledThread } from './profiledThread.js';

/** A place of a profile in a source, in the form that VS Code's viewer of profiles reads. Lines count from 1. */
interface ViewedPlace {
  readonly lineNumber: number;
  readonly columnNumber: number;
  readonly source: { readonly name: string; readonly path: string; readonly sourceReference: 0 };
}

interface ViewedLocation {
  readonly callFrame: Runtime.CallFrame;
  readonly locations: readonly ViewedPlace[];
}

/**
 * Adds the places in the sources to a CPU profile, as VS Code's viewer of profiles expects them: in `$vscode`, and a
 * `locationId` for each node. Other viewers ignore these fields.
 */
export function withSourcePlaces(profile: Profiler.Profile, thread: ProfiledThread): object {
  const ids = new Map<string, number>();
  const locations: ViewedLocation[] = [];
  const idOf = (callFrame: Runtime.CallFrame): number => {
    const { functionName, scriptId, lineNumber, columnNumber } = callFrame;
    const key = JSON.stringify([functionName, scriptId, lineNumber, columnNumber]);
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = locations.push({ callFrame, locations: placesOf(callFrame, thread) }) - 1;
    ids.set(key, id);
    return id;
  };
  const nodes = profile.nodes.map((node) => {
    const atLine = (line: number): number => idOf({ ...node.callFrame, lineNumber: line, columnNumber: 0 });
    const positionTicks = node.positionTicks?.map((tick) => ({
      ...tick,
      // V8 counts the lines of ticks from 1, and those of calls from 0.
      startLocationId: atLine(tick.line - 1),
      endLocationId: atLine(tick.line),
    }));
    return {
      ...node,
      locationId: idOf(node.callFrame),
      ...(positionTicks !== undefined && { positionTicks }),
    };
  });
  return { ...profile, nodes, $vscode: { rootPath: process.cwd(), locations } };
}

/** The place of a call in a file. Empty for code without a file, such as that of node itself. */
function placesOf(
  { scriptId, lineNumber, columnNumber }: Runtime.CallFrame,
  thread: ProfiledThread,
): ViewedPlace[] {
  if (lineNumber < 0) return [];
  const { source, line, column } = thread.placeOf({ scriptId, lineNumber, columnNumber });
  const { name, path, sourceReference } = source;
  if (path === '' || sourceReference !== undefined) return [];
  return [{ lineNumber: line, columnNumber: column, source: { name, path, sourceReference: 0 } }];
}
