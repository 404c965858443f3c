import { isRecord } from '../../ipc/index.js';
import type { Message, ResponseEnvelope } from '../../ipc/index.js';

/**
 * The ids of data breakpoints. dapper's `dataBreakpointInfo` gives one that its `setDataBreakpoints` does not
 * take, so the one that it takes is made here: of the frame whose scope the variable is in, and its name.
 */
export class DapperDataIds {
  /** Reference of a scope to the frame that it is of. */
  private readonly frames = new Map<number, number>();

  /** Takes note of the scopes of a frame. */
  learnScopes({ body }: ResponseEnvelope, { frameId }: Message): void {
    if (typeof frameId !== 'number' || !Array.isArray(body?.scopes)) return;
    for (const scope of body.scopes.filter(isRecord)) {
      if (typeof scope.variablesReference === 'number') this.frames.set(scope.variablesReference, frameId);
    }
  }

  /** `dataBreakpointInfo`'s response with an id that can be used, or none where there is no such id. */
  withUsableId(response: ResponseEnvelope, { variablesReference, name }: Message): ResponseEnvelope {
    const frameId = typeof variablesReference === 'number' ? this.frames.get(variablesReference) : undefined;
    if (typeof name === 'string' && frameId !== undefined) {
      return { ...response, body: { ...response.body, dataId: `frame:${frameId}:var:${name}` } };
    }
    const description = 'Only a variable of a frame can be watched for changes.';
    return { ...response, body: { ...response.body, dataId: null, description } };
  }

  /** The program goes on: references are given anew at the next stop. */
  clear(): void {
    this.frames.clear();
  }
}
