import type { InspectorClient } from '../inspector/inspectorClient.js';

/**
 * Pauses a worker before it runs a script with a source map, so that the breakpoints of its sources are set
 * first. V8 does not pause before CommonJS modules, because they run as functions.
 */
export class ScriptStop {
  private inspectorId: Promise<string> | undefined;

  constructor(private readonly client: InspectorClient) {}

  /** @throws DebuggerError when the thread has ended */
  async setEnabled(isEnabled: boolean): Promise<void> {
    const known = this.inspectorId;
    if (isEnabled === (known !== undefined)) return;
    if (known !== undefined) {
      this.inspectorId = undefined;
      await this.client.post('Debugger.removeBreakpoint', { breakpointId: await known });
      return;
    }
    const set = this.client.post('Debugger.setInstrumentationBreakpoint', {
      instrumentation: 'beforeScriptWithSourceMapExecution',
    });
    this.inspectorId = set.then(({ breakpointId }) => breakpointId);
    await this.inspectorId;
  }
}
