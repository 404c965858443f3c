import { dapperProfile } from './dapperProfile.js';
import type { LauncherProfile } from './launcherProfile.js';
import { nativeProfile } from './nativeProfile.js';

/** Every kind of launcher that `launcher.profile` may name. */
const PROFILES = { native: nativeProfile, dapper: dapperProfile } as const;

/** The name of a kind of launcher. */
export type ProfileName = keyof typeof PROFILES;

/** The profile of a launch: that of the launcher it names, or of this package's own. */
export function profileOf(launch: {
  readonly launcher: { readonly profile: ProfileName } | undefined;
}): LauncherProfile {
  return PROFILES[launch.launcher?.profile ?? 'native'];
}

/** The requests that some launcher does, and not every one. */
export const OPTIONAL_REQUESTS: ReadonlySet<string> = new Set(
  Object.values(PROFILES).flatMap(({ requests }) => [...requests]),
);

export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(PROFILES, name);
}

/** The names, for a message: that of DAP servers too, which are no launchers and have a reader of their own. */
export const PROFILE_NAMES: readonly string[] = [...Object.keys(PROFILES), 'dap'];
