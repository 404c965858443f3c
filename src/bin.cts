#!/usr/bin/env node
// The one command of the package. `launch` is told apart here, before anything else is loaded: the launcher
// hosts the program on this very thread, so what is loaded before it is something that the program could see.
if (process.argv[2] === 'launch') {
  process.argv.splice(2, 1);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the program has to start in this very turn
  require('./launcher/main.cjs');
} else {
  void import('./cli/main.js').then(({ main }) => main(process.argv.slice(2)));
}
