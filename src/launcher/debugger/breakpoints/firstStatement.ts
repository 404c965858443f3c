import { readFileSync } from 'node:fs';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { OBJECT_GROUPS } from '../values/objectGroup.js';

/** A place in a file; both count from 0. */
interface Place {
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** The lines that `new Function` puts before the text that it is given. */
export const LINES_BEFORE = 2;
/** Behind the bracket that it opens the function with: what follows may begin with a function of its own. */
const BODY = { lineNumber: LINES_BEFORE - 1, columnNumber: ') {'.length };
const MODULE_PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];
/** The name of what is compiled here: none of the program's scripts. */
const COMPILED_URL = 'node:debug-adapter-ipc/compiled';
const FILE_START: Place = { lineNumber: 0, columnNumber: 0 };

/**
 * The first statement of a CommonJS module. A breakpoint at the file's start is not good enough: the inspector
 * puts it into the first function of the file, if that stands before the first statement. So the text is
 * compiled once beforehand, without being run, to ask where its outermost function can stop.
 *
 * @returns the file's start for what is no such module, or cannot be read: node is the one to say so
 */
export async function findFirstStatement(client: InspectorClient, file: string): Promise<Place> {
  try {
    const scriptId = await compileFunctionOf(client, readFileSync(file, 'utf8'));
    const { locations } = await client.post('Debugger.getPossibleBreakpoints', {
      start: { scriptId, ...BODY },
      restrictToFunction: true,
    });
    const [first] = locations;
    if (first === undefined) return FILE_START;
    return { lineNumber: first.lineNumber - LINES_BEFORE, columnNumber: first.columnNumber ?? 0 };
  } catch {
    return FILE_START;
  }
}

/** Compiles the text of a CommonJS module and does not run it. @returns the id of the script that it became */
export async function compileFunctionOf(client: InspectorClient, text: string): Promise<string> {
  // A file may begin with #!, a function may not.
  const parts = [...MODULE_PARAMETERS, `${text.replace(/^#!/, '//')}\n//# sourceURL=${COMPILED_URL}`];
  const { result } = await client.post('Runtime.evaluate', {
    expression: `new Function(${parts.map((part) => JSON.stringify(part)).join(', ')})`,
    objectGroup: OBJECT_GROUPS.stop,
    silent: true,
  });
  const { internalProperties = [] } = await client.post('Runtime.getProperties', {
    objectId: result.objectId ?? '',
    ownProperties: true,
  });
  const location = internalProperties.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value as {
    scriptId: string;
  };
  return location.scriptId;
}
