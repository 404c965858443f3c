// The runtime's process: connects back to the adapter that started it, and serves the runtime over JSON-RPC.
import { IPCManager, parseLauncherArgs } from 'debug-adapter-ipc';
import { jsonRpcStreams } from 'debug-adapter-ipc/jsonrpc';
import { createMessageConnection } from 'vscode-jsonrpc/node';
import { MockRuntime } from './runtime.js';

const ipc = new IPCManager();
await ipc.connect(parseLauncherArgs(process.argv.slice(2)).config);
const { reader, writer } = jsonRpcStreams(ipc);
const adapter = createMessageConnection(reader, writer);
// An adapter that has gone hears nothing more; the end of the connection ends this process too.
const tell = (event, body) => adapter.sendNotification(event, body).catch(() => undefined);

const runtime = new MockRuntime();
runtime.on('stopped', (reason) => tell('stopped', { reason }));
runtime.on('output', (output) => tell('output', { output }));
runtime.on('ended', () => ipc.cleanup());

adapter.onRequest('load', ({ program }) => runtime.load(program));
adapter.onRequest('setBreakpoints', ({ lines }) => runtime.setBreakpoints(lines));
adapter.onRequest('line', () => runtime.line);
adapter.onRequest('variables', () => runtime.variables());
adapter.onNotification('start', () => runtime.start());
adapter.onNotification('continue', () => runtime.run());
adapter.listen();
