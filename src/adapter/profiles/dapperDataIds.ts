import { isRecord } from '../../ipc/index.js';
import type { Message, ResponseEnvelope } from '../../ipc/index.js';

/**
 * Makes the ids of data breakpoints. dapper's `setDataBreakpoints` does not accept the id that its
 * `dataBreakpointInfo` returns, so an accepted id is made here from the frame and the name of the variable.
 */
export class DapperDataIds {
  /** Maps the variables reference of a scope to the id of its frame. */
  private readonly frames = new Map<number, number>();

  /** Records the scopes of a frame. */
  recordScopes({ body }: ResponseEnvelope, { frameId }: Message): void {
    if (typeof frameId !== 'number' || !Array.isArray(body?.scopes)) return;
    for (const scope of body.scopes.filter(isRecord)) {
      if (typeof scope.variablesReference === 'number') this.frames.set(scope.variablesReference, frameId);
    }
  }

  /** Puts a usable id into a response to `dataBreakpointInfo`, or null if the variable cannot be watched. */
  withUsableId(response: ResponseEnvelope, { variablesReference, name }: Message): ResponseEnvelope {
    const frameId = typeof variablesReference === 'number' ? this.frames.get(variablesReference) : undefined;
    if (typeof name === 'string' && frameId !== undefined) {
      return { ...response, body: { ...response.body, dataId: `frame:${frameId}:var:${name}` } };
    }
    const description = 'Only a variable of a frame can be watched for changes.';
    return { ...response, body: { ...response.body, dataId: null, description } };
  }

  /** Forgets all scopes, because their references end with the stop. */
  clear(): void {
    this.frames.clear();
  }
}
