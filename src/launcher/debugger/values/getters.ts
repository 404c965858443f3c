import type { Runtime } from 'node:inspector';
import type { Container } from './variableStore.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { callInProgram } from './inProgram.js';

/** Runs a getter, as the person has asked for it. @returns its value, or what it throws */
export async function readGetter(
  client: InspectorClient,
  container: Container,
): Promise<Runtime.RemoteObject> {
  const { objectId, receiver, lifetime } = container;
  if (receiver === undefined) throw new DebuggerError('there is nothing to ask for this value');
  const { result, exceptionDetails } = await callInProgram(client, {
    code: 'function (getter) { return Reflect.apply(getter, this, []); }',
    self: receiver.objectId,
    args: [{ objectId }],
    lifetime,
  });
  return exceptionDetails?.exception ?? result;
}
