import type { InspectorClient } from '../inspector/inspectorClient.js';
import { readSourceFile } from '../sources/sourceFile.js';
import { OBJECT_GROUPS } from '../values/objectGroup.js';

/** A place in a file. Lines and columns count from 0. */
interface Place {
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** The number of lines that `new Function` puts before the given text. */
export const LINES_BEFORE = 2;
/** The position after the function's opening brace. The text after it may begin with another function. */
const BODY_START = { lineNumber: LINES_BEFORE - 1, columnNumber: ') {'.length };
const MODULE_PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];
/** The script name for code that is compiled here, which is not part of the program. */
const COMPILED_URL = 'node:debug-adapter-ipc/compiled';
const FILE_START: Place = { lineNumber: 0, columnNumber: 0 };

/**
 * Finds the first statement of a CommonJS module.
 *
 * A breakpoint at the file's start is not sufficient. If a function precedes the first statement, the
 * inspector puts the breakpoint into that function. Therefore the text is first compiled, without running it,
 * and the inspector lists the breakpoint positions of the outermost function.
 *
 * @returns the file's start if the file cannot be read or is not a CommonJS module, because node reports that
 *   error
 */
export async function findFirstStatement(client: InspectorClient, file: string): Promise<Place> {
  try {
    const scriptId = await compileFunctionOf(client, readSourceFile(file));
    const { locations } = await client.post('Debugger.getPossibleBreakpoints', {
      start: { scriptId, ...BODY_START },
      restrictToFunction: true,
    });
    const [first] = locations;
    if (first === undefined) return FILE_START;
    return { lineNumber: first.lineNumber - LINES_BEFORE, columnNumber: first.columnNumber ?? 0 };
  } catch {
    return FILE_START;
  }
}

/** Compiles the text of a CommonJS module without running it. @returns the id of the compiled script */
export async function compileFunctionOf(client: InspectorClient, text: string): Promise<string> {
  // A file may begin with #!, but a function may not.
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
