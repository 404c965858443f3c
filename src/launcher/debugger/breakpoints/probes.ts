import type { Debugger } from 'node:inspector';
import type { BreakableThread } from './breakpoint.js';
import { PROBE_NAME } from '../inspector/probeName.js';
import { probeSource } from './probe.js';

/** The exception of a condition, reported once per breakpoint. */
export interface ConditionFailure {
  readonly id: number;
  readonly text: string;
}

/** The probes of one thread. Each context in which a conditional breakpoint was hit has one probe. */
export class Probes {
  private installed: Promise<void> | undefined;
  /** The contexts of scripts outside of the thread's main context, by script id. */
  private readonly contexts = new Map<string, number>();

  constructor(private readonly thread: Pick<BreakableThread, 'client' | 'recordCounterId'>) {
    thread.client.on('Debugger.scriptParsed', ({ scriptId, executionContextId, executionContextAuxData }) => {
      if (!isDefault(executionContextAuxData)) this.contexts.set(scriptId, executionContextId);
    });
  }

  /** Installs the probe in the thread's main context. Idempotent. */
  install(): Promise<void> {
    this.installed ??= Promise.all([this.installIn(undefined), this.countRecords()]).then(() => undefined);
    return this.installed;
  }

  /** Installs the probe in the context of a frame. */
  async installFor(frame: Debugger.CallFrame): Promise<void> {
    await this.installIn(this.contexts.get(frame.location.scriptId));
  }

  /** Returns the conditions that threw since the last call. Undefined if the frame's context has no probe. */
  async takeFailures({ callFrameId }: Debugger.CallFrame): Promise<ConditionFailure[] | undefined> {
    const { result } = await this.thread.client.post('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression: `typeof ${PROBE_NAME} === 'undefined' ? undefined : ${PROBE_NAME}.takeFailures()`,
      returnByValue: true,
      silent: true,
    });
    return typeof result.value === 'string' ? (JSON.parse(result.value) as ConditionFailure[]) : undefined;
  }

  /** Evaluates a condition in the frame of the hit. Returns true if the result is true. */
  async holds({ callFrameId }: Debugger.CallFrame, expression: string): Promise<boolean> {
    const { result } = await this.thread.client.post('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression,
      returnByValue: true,
      silent: true,
    });
    return result.value === true;
  }

  private async countRecords(): Promise<void> {
    const { client, recordCounterId: objectId } = this.thread;
    if (objectId === undefined) return;
    const functionDeclaration = `function () { ${PROBE_NAME}.countRecords(this); }`;
    await client.post('Runtime.callFunctionOn', { objectId, functionDeclaration, silent: true });
  }

  private async installIn(contextId: number | undefined): Promise<void> {
    await this.thread.client.post('Runtime.evaluate', {
      expression: probeSource(),
      silent: true,
      ...(contextId !== undefined && { contextId }),
    });
  }
}

function isDefault(auxData: object | undefined): boolean {
  return auxData === undefined || !('isDefault' in auxData) || auxData.isDefault !== false;
}
