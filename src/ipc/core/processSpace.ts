import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The command by which macOS says which boot this is, and the time that it may take, in milliseconds. */
const BOOT_COMMAND = { file: '/usr/sbin/sysctl', args: ['-n', 'kern.bootsessionuuid'] } as const;
const ANSWER_MS = 2_000;

/** How the system says what it is. Each throws if it does not. */
export interface SpaceSources {
  readonly platform: NodeJS.Platform;
  readonly readFile: (path: string) => string;
  readonly readLink: (path: string) => string;
  readonly run: (file: string, args: readonly string[]) => string;
  readonly hostname: () => string;
}

const THIS_SYSTEM: SpaceSources = {
  platform: process.platform,
  readFile: (path) => readFileSync(path, 'utf8'),
  readLink: (path) => readlinkSync(path),
  run: (file, args) =>
    execFileSync(file, args, {
      encoding: 'utf8',
      env: {},
      timeout: ANSWER_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    }),
  hostname,
};

let own: string | undefined;

/**
 * Names the space in which the process ids of this process are valid: the machine since it was booted and, on
 * Linux, the pid namespace. Two processes with the same name can signal each other by id. A process at the
 * other end of a tunnel, or in a container, gets another name, also if its machine has the same host name. On systems
 * other than Linux and macOS, the host name is all that is known.
 */
export function processSpace(): string {
  own ??= spaceOf(THIS_SYSTEM);
  return own;
}

/** As {@link processSpace}, of a system that may be simulated. */
export function spaceOf({ platform, readFile, readLink, run, hostname: nameOf }: SpaceSources): string {
  try {
    if (platform === 'linux') {
      return `${readFile('/proc/sys/kernel/random/boot_id').trim()} ${readLink('/proc/self/ns/pid')}`;
    }
    if (platform === 'darwin') {
      const boot = run(BOOT_COMMAND.file, BOOT_COMMAND.args).trim();
      if (boot !== '') return `${boot} ${nameOf()}`;
    }
  } catch {
    // A sandbox in which the system does not say it.
  }
  return nameOf();
}
