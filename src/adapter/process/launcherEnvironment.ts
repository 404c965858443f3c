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
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return { ...env, ...endpoint };
}
