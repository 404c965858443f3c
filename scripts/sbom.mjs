// The bill of materials of a package, in CycloneDX: what `npm audit` and other scanners can check without the
// network of the machine that made the package.
import { runNpm } from './npm.mjs';

const IS_DEVELOPMENT = 'cdx:npm:package:development';

/**
 * Lists the production dependencies, and the bundled packages although they are development dependencies. The
 * list comes from the lockfile, so it is the same on every machine. Paths and registries are not in it.
 *
 * @param root the project's folder
 * @param bundled name and version of each package whose code is bundled
 */
export function sbom(root, { name }, bundled) {
  const all = JSON.parse(runNpm(root, ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only']));
  const isBundled = new Set(bundled.map((one) => `${one.name}@${one.version}`));
  const components = all.components
    .filter((component) => !isDevelopment(component) || isBundled.has(component['bom-ref']))
    .map((component) => withoutPlaces(component));
  const listed = new Set(components.map((component) => component['bom-ref']));
  const missing = [...isBundled].filter((ref) => !listed.has(ref));
  if (missing.length > 0) throw new Error(`bundled, but not in the lockfile: ${missing.join(', ')}`);
  const own = all.metadata.component;
  return {
    ...all,
    // npm takes the name of the folder.
    metadata: { ...all.metadata, component: withoutPlaces({ ...own, name }) },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => ref === own['bom-ref'] || listed.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => listed.has(other)) })),
  };
}

function isDevelopment({ properties = [] }) {
  return properties.some((property) => property.name === IS_DEVELOPMENT && property.value === 'true');
}

/** Removes where the component was on this machine and where it was downloaded. The `purl` identifies it. */
function withoutPlaces({ properties, externalReferences, ...component }) {
  return {
    ...component,
    // A bundled package is part of what users run.
    ...(isDevelopment({ properties }) && { scope: 'required' }),
  };
}
