import type { Runtime } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';

/** The thrown value while the thread is paused at an exception. */
export class ThrownValue {
  private value: Runtime.RemoteObject | undefined;

  constructor(client: InspectorClient) {
    client.on('Debugger.paused', ({ reason, data }) => {
      const isThrown = reason === 'exception' || reason === 'promiseRejection';
      this.value = isThrown ? (data as Runtime.RemoteObject | undefined) : undefined;
    });
    client.on('Debugger.resumed', () => (this.value = undefined));
  }

  /** Undefined if the thread runs, or is paused for another reason. */
  get current(): Runtime.RemoteObject | undefined {
    return this.value;
  }
}
