/** The kinds of launchers that speak an envelope dialect; `src/adapter/profiles` has one profile for each. */
export const LAUNCHER_PROFILES = ['native', 'dapper'] as const;

/** The name of a launcher's kind, as `launcher.profile` gives it. */
export type ProfileName = (typeof LAUNCHER_PROFILES)[number];

/** All values of `launcher.profile`, for messages. `dap` is a DAP server, whose arguments have their own reader. */
export const PROFILE_NAMES: readonly string[] = [...LAUNCHER_PROFILES, 'dap'];

/** True if the text is the name of a kind of launcher. */
export function isProfileName(name: string): name is ProfileName {
  return LAUNCHER_PROFILES.some((known) => known === name);
}
