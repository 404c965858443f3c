import { IpcError } from '../core/errors.js';
import { requireKnownFields } from '../core/knownFields.js';
import type { TransportConfig, TransportName } from '../core/transportConfig.js';
import { isLocalHost } from '../transport/tcpTransport.js';
import { authOf } from './auth.js';

/** The times of resume and heartbeats, as settings have them by default, in milliseconds. */
export const DEFAULT_GRACE_MS = 600_000;
const DEFAULT_SILENT_AFTER_MS = 20_000;
const DEFAULT_LOST_AFTER_MS = 60_000;

/** What a connection offers to its peer. Undefined: not offered. */
export interface ResumeSettings {
  readonly resume: { readonly graceMs: number } | undefined;
  readonly heartbeat: HeartbeatTimes | undefined;
}

export interface HeartbeatTimes {
  readonly silentAfterMs: number;
  readonly lostAfterMs: number;
}

/**
 * Reads `resume` and `heartbeat`.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for an invalid value, and for one that was asked for and cannot be had
 */
export function readResumeSettings(config: TransportConfig, transport: TransportName): ResumeSettings {
  const { resume, heartbeat } = config;
  const obstacle = obstacleOf(config);
  const isDefault = obstacle === undefined && transport === 'tcp' && isInTls(config);
  const wantsResume = resume === undefined ? isDefault : resume !== false;
  const wantsHeartbeat = heartbeat === undefined ? isDefault || wantsResume : heartbeat !== false;
  if (wantsResume)
    requirePossible('resume', transport === 'fd' ? 'an inherited pair cannot be made again' : obstacle);
  if (wantsHeartbeat)
    requirePossible('heartbeat', transport === 'fd' && config.framing === undefined ? undefined : obstacle);
  return {
    resume: wantsResume ? readGrace(resume) : undefined,
    heartbeat: wantsHeartbeat ? readTimes(heartbeat) : undefined,
  };
}

/** True if a connection of this configuration is inside TLS, as one beyond loopback is unless it is turned off. */
function isInTls({ tls, host, insecureCleartext }: TransportConfig): boolean {
  return tls !== undefined || (host !== undefined && !isLocalHost(host) && insecureCleartext !== true);
}

/** Why sessions of this configuration cannot have features. Undefined if they can. */
function obstacleOf(config: TransportConfig): string | undefined {
  if ((config.framing ?? 'dp') !== 'dp') return `framing ${config.framing ?? ''} has no frames for it`;
  return authOf(config) === 'key' ? undefined : "it needs auth 'key', by which both ends agree on it";
}

function requirePossible(name: string, obstacle: string | undefined): void {
  if (obstacle === undefined) return;
  throw new IpcError('ERR_IPC_CONFIG', `${name} cannot be had: ${obstacle}. Leave ${name} out`);
}

function readGrace(resume: TransportConfig['resume']): { readonly graceMs: number } {
  if (resume === undefined || typeof resume === 'boolean') return { graceMs: DEFAULT_GRACE_MS };
  requireKnownFields('resume', resume, { graceMs: true });
  return { graceMs: checkedMs('resume.graceMs', resume.graceMs ?? DEFAULT_GRACE_MS) };
}

function readTimes(heartbeat: TransportConfig['heartbeat']): HeartbeatTimes {
  if (heartbeat === undefined || typeof heartbeat === 'boolean') return readTimes({});
  requireKnownFields('heartbeat', heartbeat, { silentAfterMs: true, lostAfterMs: true });
  const { silentAfterMs = DEFAULT_SILENT_AFTER_MS } = heartbeat;
  const { lostAfterMs = Math.max(DEFAULT_LOST_AFTER_MS, 2 * silentAfterMs) } = heartbeat;
  checkedMs('heartbeat.silentAfterMs', silentAfterMs);
  checkedMs('heartbeat.lostAfterMs', lostAfterMs);
  if (lostAfterMs >= silentAfterMs) return { silentAfterMs, lostAfterMs };
  const what = `heartbeat.lostAfterMs (${lostAfterMs}) is less than silentAfterMs (${silentAfterMs})`;
  throw new IpcError('ERR_IPC_CONFIG', what);
}

function checkedMs(name: string, value: unknown): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new IpcError('ERR_IPC_CONFIG', `${name} must be a number of milliseconds above 0`);
}
