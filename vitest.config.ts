import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SLOWNESS } from './test/support/slowness.js';

const builtMainThread = fileURLToPath(new URL('dist/launcher/mainThread/', import.meta.url));

export default defineConfig({
  resolve: {
    // Vite compiles no `.cts` files, so those of the build are used.
    alias: [{ find: /^(?:\.\.\/)+launcher\/mainThread\/(.*\.cjs)$/, replacement: `${builtMainThread}$1` }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Ends the run if dist is missing or older than src.
    globalSetup: ['test/support/requireBuild.ts'],
    setupFiles: ['test/support/leakGuard.ts'],
    // Inner deadlines are shorter, so that a failure names what did not happen.
    testTimeout: 30_000 * SLOWNESS,
    hookTimeout: 30_000 * SLOWNESS,
    pool: 'forks',
    // The tests wait more than they compute: a worker a core, where the runner would leave one core out.
    maxWorkers: availableParallelism(),
  },
});
