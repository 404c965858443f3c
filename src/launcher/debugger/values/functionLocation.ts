import type { Debugger } from 'node:inspector';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { SourcePlace } from '../sources/sourceLocations.js';
import type { ThreadDebugger } from '../threadDebugger.js';

/** Where a function is written. @throws DebuggerError for what is no function of the program's */
export async function functionLocation(thread: ThreadDebugger, reference: number): Promise<SourcePlace> {
  const { objectId } = thread.containers.get(reference);
  const { internalProperties = [] } = await thread.client.post('Runtime.getProperties', {
    ...{ objectId, ownProperties: true, nonIndexedPropertiesOnly: true },
  });
  const value = internalProperties.find(({ name }) => name === '[[FunctionLocation]]')?.value
    ?.value as unknown;
  if (value === undefined) throw new DebuggerError('there is no source of this function');
  return thread.placeOf(value as Debugger.Location);
}
