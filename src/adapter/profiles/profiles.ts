import type { ProfileName } from '../settings/launcherProfiles.js';
import { dapperProfile } from './dapperProfile.js';
import type { LauncherProfile } from './launcherProfile.js';
import { nativeProfile } from './nativeProfile.js';

const PROFILES: Readonly<Record<ProfileName, LauncherProfile>> = {
  native: nativeProfile,
  dapper: dapperProfile,
};

/** Gives the profile of the launcher that a launch names. Default: the profile of this package's launcher. */
export function profileOf(launch: {
  readonly launcher: { readonly profile: ProfileName } | undefined;
}): LauncherProfile {
  return PROFILES[launch.launcher?.profile ?? 'native'];
}

/** The DAP requests that some launchers support and others do not. */
export const OPTIONAL_REQUESTS: ReadonlySet<string> = new Set(
  Object.values(PROFILES).flatMap(({ requests }) => [...requests]),
);
