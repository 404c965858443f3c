import { Session, type Debugger, type InspectorNotification, type Runtime } from 'node:inspector';
import { DebuggerError, DetachedError } from './debuggerError.js';

/** The inspector commands in use: parameters, then result. */
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
  'Debugger.removeBreakpoint': [Debugger.RemoveBreakpointParameterType, object];
  'Debugger.pause': [undefined, object];
  'Debugger.resume': [undefined, object];
  'Debugger.stepOver': [undefined, object];
  'Debugger.stepInto': [undefined, object];
  'Debugger.stepOut': [undefined, object];
  'Debugger.evaluateOnCallFrame': [
    Debugger.EvaluateOnCallFrameParameterType & Limits,
    Debugger.EvaluateOnCallFrameReturnType,
  ];
  'Runtime.evaluate': [Runtime.EvaluateParameterType & Limits, Runtime.EvaluateReturnType];
  'Runtime.getProperties': [
    Runtime.GetPropertiesParameterType & { nonIndexedPropertiesOnly?: boolean },
    GetPropertiesResult,
  ];
  'Runtime.callFunctionOn': [Runtime.CallFunctionOnParameterType, Runtime.CallFunctionOnReturnType];
  'Runtime.releaseObjectGroup': [Runtime.ReleaseObjectGroupParameterType, object];
}

/** What Node 20's types leave out of the evaluations. */
export interface Limits {
  throwOnSideEffect?: boolean;
  /** In milliseconds. */
  timeout?: number;
}

/** What Node 20's types leave out of the properties. */
export type GetPropertiesResult = Runtime.GetPropertiesReturnType & {
  privateProperties?: PrivateProperty[];
};

/** A `#name` member. */
export interface PrivateProperty {
  name: string;
  value?: Runtime.RemoteObject;
}

interface Events {
  'Debugger.scriptParsed': Debugger.ScriptParsedEventDataType;
  'Debugger.paused': Debugger.PausedEventDataType;
  'Debugger.resumed': undefined;
  'Debugger.breakpointResolved': Debugger.BreakpointResolvedEventDataType;
}

type Post = (
  method: string,
  params: object | undefined,
  callback: (error: Error | null, result: unknown) => void,
) => void;

/**
 * The inspector of the main thread, reached from this worker without any port. Owns the inspector session;
 * {@link InspectorClient.disconnect} ends it, and with it every breakpoint and pause.
 */
export class InspectorClient {
  private readonly session = new Session();
  private readonly waiting = new Set<(reason: Error) => void>();
  private connected = true;

  constructor() {
    this.session.connectToMainThread();
  }

  /** @throws DebuggerError with the inspector's own message, or that the debugger is detached */
  post<Method extends keyof Commands>(
    method: Method,
    ...[params]: Commands[Method][0] extends undefined ? [] : [Commands[Method][0]]
  ): Promise<Commands[Method][1]> {
    return new Promise((resolve, reject) => {
      if (!this.connected) {
        reject(new DetachedError());
        return;
      }
      this.waiting.add(reject);
      // One name for the overloads that the types have for every method.
      const post = this.session.post.bind(this.session) as unknown as Post;
      post(method, params, (error, result) => {
        this.waiting.delete(reject);
        if (error === null) resolve(result as Commands[Method][1]);
        else reject(new DebuggerError(error.message, { cause: error }));
      });
    });
  }

  on<Name extends keyof Events>(name: Name, listener: (params: Events[Name]) => void): void {
    this.session.on(name, (notification: InspectorNotification<Events[Name]>) => {
      listener(notification.params);
    });
  }

  /** Lets the program run free. Commands that still wait are rejected: node would never answer them. */
  disconnect(): void {
    if (!this.connected) return;
    this.connected = false;
    this.session.disconnect();
    for (const reject of this.waiting) reject(new DetachedError());
    this.waiting.clear();
  }
}
