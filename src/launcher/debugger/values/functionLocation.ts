import type { Debugger } from 'node:inspector';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { SourcePlace } from '../sources/sourceLocations.js';
import type { InspectedThread } from './inspectedThread.js';

/**
 * Finds the source location of a function. @throws DebuggerError if the value is not a function of the
 * program
 */
export async function functionLocation(
  thread: Pick<InspectedThread, 'client' | 'variableStore' | 'placeOf'>,
  reference: number,
): Promise<SourcePlace> {
  const { objectId } = thread.variableStore.get(reference);
  const { internalProperties = [] } = await thread.client.post('Runtime.getProperties', {
    ...{ objectId, ownProperties: true, nonIndexedPropertiesOnly: true },
  });
  const value = internalProperties.find(({ name }) => name === '[[FunctionLocation]]')?.value
    ?.value as unknown;
  if (value === undefined) throw new DebuggerError('there is no source of this function');
  return thread.placeOf(value as Debugger.Location);
}
