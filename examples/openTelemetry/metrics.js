// Metrics of all connections of this process, for OpenTelemetry. Import this file before the first connection: the package
// publishes by node:diagnostics_channel, and knows nothing of OpenTelemetry. Without an SDK that exports them, such as
// @opentelemetry/sdk-metrics, the instruments of the API do nothing.
import { subscribe } from 'node:diagnostics_channel';
import { metrics } from '@opentelemetry/api';

const NS_PER_S = 1e9;
const NOTHING = { messagesSent: 0, messagesReceived: 0, bytesSent: 0, bytesReceived: 0, resumes: 0 };

/** The open connections. The counts of one that has ended are added to those of its transport. */
const open = new Set();
const ended = new Map();

const meter = metrics.getMeter('debug-adapter-ipc');
const changes = meter.createCounter('debug_adapter_ipc.health.changes', {
  description: 'Changes of the state of a connection: good, slow, silent, resuming',
});
const connections = meter.createObservableGauge('debug_adapter_ipc.connections', {
  description: 'Open connections, by their state',
});
const messages = meter.createObservableCounter('debug_adapter_ipc.messages');
const bytes = meter.createObservableCounter('debug_adapter_ipc.bytes', { unit: 'By' });
const resumes = meter.createObservableCounter('debug_adapter_ipc.resumes', {
  description: 'How often another connection has continued a session',
});
const roundTrip = meter.createObservableGauge('debug_adapter_ipc.round_trip', {
  description: 'The 99th percentile of the time from ping to answer',
  unit: 's',
});

subscribe('debug-adapter-ipc:open', ({ connection }) => open.add(connection));
subscribe('debug-adapter-ipc:health', ({ connection, change }) => {
  changes.add(1, { transport: connection.transport, state: change.state });
});
subscribe('debug-adapter-ipc:close', ({ connection }) => {
  const { transport, health } = connection;
  if (open.delete(connection)) ended.set(transport, sum(ended.get(transport) ?? NOTHING, health));
});

meter.addBatchObservableCallback(observe, [connections, messages, bytes, resumes, roundTrip]);

function observe(result) {
  const states = new Map();
  const totals = new Map(ended);
  for (const { transport, health } of open) {
    const key = `${transport} ${health.state}`;
    states.set(key, (states.get(key) ?? 0) + 1);
    totals.set(transport, sum(totals.get(transport) ?? NOTHING, health));
    const times = health.roundTrips;
    if (times !== undefined) result.observe(roundTrip, times.percentile(99) / NS_PER_S, { transport });
  }
  for (const [key, count] of states) {
    const [transport, state] = key.split(' ');
    result.observe(connections, count, { transport, state });
  }
  for (const [transport, total] of totals) {
    result.observe(messages, total.messagesSent, { transport, direction: 'sent' });
    result.observe(messages, total.messagesReceived, { transport, direction: 'received' });
    result.observe(bytes, total.bytesSent, { transport, direction: 'sent' });
    result.observe(bytes, total.bytesReceived, { transport, direction: 'received' });
    result.observe(resumes, total.resumes, { transport });
  }
}

function sum(one, other) {
  return Object.fromEntries(Object.keys(NOTHING).map((name) => [name, one[name] + other[name]]));
}
