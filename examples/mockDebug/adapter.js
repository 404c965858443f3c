// A debug adapter for the programs that MockRuntime runs, over stdio. The runtime has a process of its own.
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import dap from '@vscode/debugadapter';
import { IPCManager } from 'debug-adapter-ipc';
import { jsonRpcStreams } from 'debug-adapter-ipc/jsonrpc';
import { createMessageConnection } from 'vscode-jsonrpc/node';

const LAUNCHER = fileURLToPath(new URL('launcher.js', import.meta.url));
const THREAD_ID = 1;
const VARIABLES = 1;

class MockDebugSession extends dap.DebugSession {
  ipc = new IPCManager();

  initializeRequest(response) {
    response.body = { supportsConfigurationDoneRequest: true };
    this.sendResponse(response);
  }

  launchRequest(response, { program }) {
    this.answer(response, async () => {
      this.source = new dap.Source(basename(program), program);
      await this.startRuntime();
      await this.runtime.sendRequest('load', { program });
      this.sendEvent(new dap.InitializedEvent());
    });
  }

  /** What was `new MockRuntime()`: a process, a private connection with it, and JSON-RPC on that. */
  async startRuntime() {
    const args = [LAUNCHER, ...(await this.ipc.createListener())];
    const env = { ...process.env, ...this.ipc.launcherEnv };
    const launcher = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const { reader, writer } = jsonRpcStreams(this.ipc, { launcher });
    this.runtime = createMessageConnection(reader, writer);
    this.runtime.onNotification('stopped', ({ reason }) => {
      this.sendEvent(new dap.StoppedEvent(reason, THREAD_ID));
    });
    this.runtime.onNotification('output', ({ output }) => {
      this.sendEvent(new dap.OutputEvent(output, 'stdout'));
    });
    this.runtime.onClose(() => this.sendEvent(new dap.TerminatedEvent()));
    this.runtime.listen();
    await this.ipc.connected;
    this.sendEvent(new dap.Event('process', { name: 'mock', systemProcessId: launcher.pid }));
  }

  setBreakPointsRequest(response, { breakpoints = [] }) {
    this.answer(response, async () => {
      const lines = breakpoints.map(({ line }) => line);
      const verified = await this.runtime.sendRequest('setBreakpoints', { lines });
      return { breakpoints: lines.map((line, at) => ({ line, verified: verified[at] })) };
    });
  }

  configurationDoneRequest(response) {
    this.answer(response, () => this.runtime.sendNotification('start'));
  }

  continueRequest(response) {
    this.answer(response, () => this.runtime.sendNotification('continue'));
  }

  threadsRequest(response) {
    response.body = { threads: [new dap.Thread(THREAD_ID, 'mock')] };
    this.sendResponse(response);
  }

  stackTraceRequest(response) {
    this.answer(response, async () => {
      const line = await this.runtime.sendRequest('line');
      return { stackFrames: [new dap.StackFrame(1, `line ${line}`, this.source, line)], totalFrames: 1 };
    });
  }

  scopesRequest(response) {
    response.body = { scopes: [new dap.Scope('Variables', VARIABLES)] };
    this.sendResponse(response);
  }

  variablesRequest(response) {
    this.answer(response, async () => {
      const values = await this.runtime.sendRequest('variables');
      return { variables: Object.entries(values).map(([name, value]) => new dap.Variable(name, value)) };
    });
  }

  disconnectRequest(response) {
    // The launcher ends with the connection.
    void this.ipc.cleanup().then(() => super.disconnectRequest(response));
  }

  /** Every request gets one response: what the work gives, or why it failed. */
  async answer(response, work) {
    try {
      response.body = await work();
      this.sendResponse(response);
    } catch (error) {
      this.sendErrorResponse(response, 1, error.message);
    }
  }
}

dap.DebugSession.run(MockDebugSession);
