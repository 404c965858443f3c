import type { Debugger, HeapProfiler, NodeWorker, Profiler, Runtime } from 'node:inspector';
import { DebuggerError, DetachedError } from './debuggerError.js';
import { disableOsr } from './osrWorkaround.js';
import type { InspectorChannel } from './inspectorChannel.js';

/** The inspector commands in use. Each entry holds the parameters and the result. */
interface Commands {
  'Debugger.enable': [undefined, object];
  'Debugger.setBreakpointByUrl': [
    Debugger.SetBreakpointByUrlParameterType,
    Debugger.SetBreakpointByUrlReturnType,
  ];
  'Debugger.setInstrumentationBreakpoint': [{ instrumentation: string }, { breakpointId: string }];
  'Debugger.getPossibleBreakpoints': [
    Debugger.GetPossibleBreakpointsParameterType,
    Debugger.GetPossibleBreakpointsReturnType,
  ];
  'Debugger.setBreakpoint': [Debugger.SetBreakpointParameterType, Debugger.SetBreakpointReturnType];
  'Debugger.setBreakpointOnFunctionCall': [
    { objectId: string; condition?: string },
    { breakpointId: string },
  ];
  'Debugger.setPauseOnExceptions': [Debugger.SetPauseOnExceptionsParameterType, object];
  'Debugger.getScriptSource': [Debugger.GetScriptSourceParameterType, Debugger.GetScriptSourceReturnType];
  'Debugger.removeBreakpoint': [Debugger.RemoveBreakpointParameterType, object];
  'Debugger.pause': [undefined, object];
  'Debugger.resume': [undefined, object];
  'Debugger.stepOver': [undefined, object];
  'Debugger.stepInto': [undefined, object];
  'Debugger.stepOut': [undefined, object];
  'Debugger.restartFrame': [Debugger.RestartFrameParameterType & { mode: 'StepInto' }, object];
  'Debugger.setBlackboxedRanges': [Debugger.SetBlackboxedRangesParameterType, object];
  'Debugger.setAsyncCallStackDepth': [Debugger.SetAsyncCallStackDepthParameterType, object];
  'Debugger.evaluateOnCallFrame': [
    Debugger.EvaluateOnCallFrameParameterType & EvaluationLimits,
    Debugger.EvaluateOnCallFrameReturnType,
  ];
  'Runtime.evaluate': [
    Runtime.EvaluateParameterType & EvaluationLimits & { replMode?: boolean },
    Runtime.EvaluateReturnType,
  ];
  'Runtime.getProperties': [
    Runtime.GetPropertiesParameterType & { nonIndexedPropertiesOnly?: boolean },
    GetPropertiesResult,
  ];
  'Runtime.callFunctionOn': [
    Runtime.CallFunctionOnParameterType & EvaluationLimits,
    Runtime.CallFunctionOnReturnType,
  ];
  'Debugger.setVariableValue': [Debugger.SetVariableValueParameterType, object];
  'Runtime.globalLexicalScopeNames': [object, Runtime.GlobalLexicalScopeNamesReturnType];
  'Runtime.releaseObject': [Runtime.ReleaseObjectParameterType, object];
  'Runtime.runIfWaitingForDebugger': [undefined, object];
  'Runtime.enable': [undefined, object];
  'Runtime.addBinding': [{ name: string; executionContextId: number }, object];
  'Runtime.discardConsoleEntries': [undefined, object];
  'Runtime.setMaxCallStackSizeToCapture': [{ size: number }, object];
  'Runtime.releaseObjectGroup': [Runtime.ReleaseObjectGroupParameterType, object];
  'NodeRuntime.notifyWhenWaitingForDisconnect': [{ enabled: boolean }, object];
  'Profiler.enable': [undefined, object];
  'Profiler.disable': [undefined, object];
  'Profiler.start': [undefined, object];
  'Profiler.stop': [undefined, Profiler.StopReturnType];
  'HeapProfiler.enable': [undefined, object];
  'HeapProfiler.disable': [undefined, object];
  'HeapProfiler.startSampling': [undefined, object];
  'HeapProfiler.stopSampling': [undefined, HeapProfiler.StopSamplingReturnType];
  'HeapProfiler.takeHeapSnapshot': [HeapProfiler.TakeHeapSnapshotParameterType, object];
  'NodeWorker.enable': [NodeWorker.EnableParameterType, object];
  'NodeWorker.disable': [undefined, object];
  'NodeWorker.detach': [NodeWorker.DetachParameterType, object];
  'NodeWorker.sendMessageToWorker': [NodeWorker.SendMessageToWorkerParameterType, object];
}

/** Evaluation parameters that are missing in the types of Node 20. */
export interface EvaluationLimits {
  throwOnSideEffect?: boolean;
  /** In milliseconds. */
  timeout?: number;
}

/** The result of `Runtime.getProperties`, with a field that is missing in the types of Node 20. */
export type GetPropertiesResult = Runtime.GetPropertiesReturnType & {
  privateProperties?: PrivateProperty[];
};

/** A private member, written as `#name`. */
export interface PrivateProperty {
  name: string;
  value?: Runtime.RemoteObject;
  get?: Runtime.RemoteObject;
  set?: Runtime.RemoteObject;
}

interface Events {
  'Debugger.scriptParsed': Debugger.ScriptParsedEventDataType;
  'Debugger.paused': Debugger.PausedEventDataType;
  'Debugger.resumed': undefined;
  'Runtime.consoleAPICalled': Runtime.ConsoleAPICalledEventDataType;
  'Runtime.bindingCalled': { name: string; payload: string };
  'HeapProfiler.addHeapSnapshotChunk': HeapProfiler.AddHeapSnapshotChunkEventDataType;
  'Debugger.breakpointResolved': Debugger.BreakpointResolvedEventDataType;
  'NodeWorker.attachedToWorker': NodeWorker.AttachedToWorkerEventDataType;
  'NodeWorker.detachedFromWorker': NodeWorker.DetachedFromWorkerEventDataType;
  'NodeWorker.receivedMessageFromWorker': NodeWorker.ReceivedMessageFromWorkerEventDataType;
}

/**
 * The inspector client of one thread. Owns its channel. {@link InspectorClient.disconnect} closes the
 * channel, which removes all breakpoints and ends a pause.
 */
export class InspectorClient {
  private readonly pending = new Set<(reason: Error) => void>();
  private readonly listeners = new Map<string, ((params: never) => void)[]>();
  private connected = true;

  constructor(private readonly channel: InspectorChannel) {
    channel.listen((method, params) => {
      for (const listener of this.listeners.get(method) ?? []) listener(params as never);
    });
  }

  /** @throws DebuggerError with the inspector's message, or if the debugger is detached */
  post<Method extends keyof Commands>(
    method: Method,
    ...[params]: Commands[Method][0] extends undefined ? [] : [Commands[Method][0]]
  ): Promise<Commands[Method][1]> {
    return new Promise((resolve, reject) => {
      if (!this.connected) {
        reject(new DetachedError());
        return;
      }
      disableOsr(method);
      this.pending.add(reject);
      this.channel.post(method, params, (error, result) => {
        this.pending.delete(reject);
        if (error === null) resolve(result as Commands[Method][1]);
        else reject(new DebuggerError(error.message, { cause: error }));
      });
    });
  }

  /** Adds a listener. Returns a function that removes it. */
  on<Name extends keyof Events>(name: Name, listener: (params: Events[Name]) => void): () => void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
    return () => {
      const others = this.listeners.get(name)?.filter((other) => other !== listener) ?? [];
      this.listeners.set(name, others);
    };
  }

  /** Disconnects, and lets the thread run. Rejects pending commands, because node would never answer them. */
  disconnect(): void {
    if (!this.connected) return;
    this.connected = false;
    for (const reject of this.pending) reject(new DetachedError());
    this.pending.clear();
    this.channel.close();
  }
}
