#!/usr/bin/env node
// The only command of the package. `launch` is handled first, before other modules are loaded: the launcher
// runs the program on this thread, and the program could see modules that were loaded before.
if (process.argv[2] === 'launch') {
  process.argv.splice(2, 1);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the program has to start in this very turn
  require('./launcher/main.cjs');
} else {
  // The bundle that the build makes.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the loader of ES modules takes longer than the command
  void (require('./cli/main.cjs') as { main: (argv: readonly string[]) => Promise<void> }).main(
    process.argv.slice(2),
  );
}
