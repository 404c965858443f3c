/*
 * Faults of Wine 8 that are not this project's. Each has a script in this folder that shows it on the bare node.exe,
 * and the tests that cannot pass because of it.
 */
const FAULTS = [
  {
    script: 'halfClose.cjs',
    tests:
      /over tcp .*(?:loses nothing: 8 MiB|leaves time for what was still to be sent|does not keep a close from ending)/,
    messages: /neither read everything|clean: false|Unterminated string|did not happen/,
  },
  {
    script: 'symbolicLinks.cjs',
    tests: /a symbolic link is|are left if a link|behind links|not taken from a link/,
    messages: /expected false to be true|ENOENT/,
  },
];

/**
 * Finds the fault of Wine that explains a failure.
 *
 * @param name the test: its file and its full name
 * @param message the failure
 * @returns the name of the fault's script. Undefined: the failure is ours
 */
export function faultOf(name, message) {
  return FAULTS.find(({ tests, messages }) => tests.test(name) && messages.test(message))?.script;
}
