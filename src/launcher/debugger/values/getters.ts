import type { Runtime } from 'node:inspector';
import type { VariableContainer } from './variableStore.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { callInProgram } from './inProgram.js';

/** Runs a getter on request of the user. @returns its value, or the exception that it throws */
export async function readGetter(
  client: InspectorClient,
  container: VariableContainer,
): Promise<Runtime.RemoteObject> {
  const { objectId, receiver, lifetime } = container;
  if (receiver === undefined) throw new DebuggerError('there is nothing to ask for this value');
  const { result, exceptionDetails } = await callInProgram(client, {
    code: 'function (getter) { return Reflect.apply(getter, this, []); }',
    thisObjectId: receiver.objectId,
    args: [{ objectId }],
    lifetime,
  });
  return exceptionDetails?.exception ?? result;
}
