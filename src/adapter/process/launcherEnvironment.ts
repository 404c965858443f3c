import { changedEnvironment } from '../settings/environment.js';
import type { Environment } from '../settings/environment.js';

/**
 * Builds a launcher's environment: the adapter's environment, changed as the launch asks, and the variables of
 * the endpoint.
 *
 * @param changes variables of the launch; `null` removes a variable
 * @param endpoint variables that the endpoint needs
 */
export function launcherEnvironment(
  changes: Environment,
  endpoint: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  return changedEnvironment(process.env, { ...changes, ...endpoint });
}
