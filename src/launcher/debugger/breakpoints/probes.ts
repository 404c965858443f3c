import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { PROBE, probeSource } from './probe.js';

/** A condition that threw, told once for each breakpoint. */
export interface ConditionFailure {
  readonly id: number;
  readonly text: string;
}

/** The probes of one thread: one in each context that has had a breakpoint with a condition hit. */
export class Probes {
  private installed: Promise<void> | undefined;
  /** The contexts of scripts that are not of the thread's own, by their scripts. */
  private readonly contexts = new Map<string, number>();

  constructor(private readonly client: InspectorClient) {
    client.on('Debugger.scriptParsed', ({ scriptId, executionContextId, executionContextAuxData }) => {
      if (!isDefault(executionContextAuxData)) this.contexts.set(scriptId, executionContextId);
    });
  }

  /** Puts the probe into the thread's own context. Idempotent. */
  install(): Promise<void> {
    this.installed ??= this.installIn(undefined);
    return this.installed;
  }

  /** Brings the probe to the context of a frame that has none. */
  async bring(frame: Debugger.CallFrame): Promise<void> {
    await this.installIn(this.contexts.get(frame.location.scriptId));
  }

  /** Which conditions have thrown since this was asked last; undefined where the frame's context has no probe. */
  async take({ callFrameId }: Debugger.CallFrame): Promise<ConditionFailure[] | undefined> {
    const { result } = await this.client.post('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression: `typeof ${PROBE} === 'undefined' ? undefined : ${PROBE}.take()`,
      returnByValue: true,
      silent: true,
    });
    return typeof result.value === 'string' ? (JSON.parse(result.value) as ConditionFailure[]) : undefined;
  }

  /** Evaluates a condition in the frame that it was hit in. */
  async holds({ callFrameId }: Debugger.CallFrame, expression: string): Promise<boolean> {
    const { result } = await this.client.post('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression,
      returnByValue: true,
      silent: true,
    });
    return result.value === true;
  }

  private async installIn(contextId: number | undefined): Promise<void> {
    await this.client.post('Runtime.evaluate', {
      expression: probeSource(),
      silent: true,
      ...(contextId !== undefined && { contextId }),
    });
  }
}

function isDefault(auxData: object | undefined): boolean {
  return auxData === undefined || !('isDefault' in auxData) || auxData.isDefault !== false;
}
