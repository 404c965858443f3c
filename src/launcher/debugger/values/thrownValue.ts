import type { Runtime } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';

/** What was thrown, as long as the thread stands still for it. */
export class ThrownValue {
  private value: Runtime.RemoteObject | undefined;

  constructor(client: InspectorClient) {
    client.on('Debugger.paused', ({ reason, data }) => {
      const isThrown = reason === 'exception' || reason === 'promiseRejection';
      this.value = isThrown ? (data as Runtime.RemoteObject | undefined) : undefined;
    });
    client.on('Debugger.resumed', () => (this.value = undefined));
  }

  /** Undefined where the thread runs, or stands still for something else. */
  get current(): Runtime.RemoteObject | undefined {
    return this.value;
  }
}
