import { describe, expect, it } from 'vitest';
import { markedLine } from '../../../src/cli/demo/markedLines.js';
import { CliProcess } from '../../support/cliProcess.js';

describe('the demo', () => {
  it('debugs the example program and tells all of it, well within ten seconds', async () => {
    const demo = new CliProcess('scripts/demo.mjs', []);
    const { code, stdout, stderr } = await demo.result();
    expect(stderr).toBe('');
    const parts = [
      /^transport +(unix|pipe) \(.+\)$/m,
      /^launcher +--ipc (unix --ipc-path|pipe --ipc-pipe) \S+$/m,
      /^first stop +\d+ ms/m,
      /^First stop: breakpoint at examples.inventory.warehouse\.js:\d+ in Warehouse\.take$/m,
      /^ {4}> \d+ \| .*\/\/ demo: take$/m,
      /^ {4}#0 Warehouse\.take .*\n {4}#1 fulfil /m,
      /^ {4}wanted = 120$/m,
      /^ {2}Evaluate item\n/m,
      /quantity = 500$/m,
      /^After one step \(next\): step at/m,
      /^ {2}Evaluate item\.quantity\n {4}380$/m,
      /^Second stop: breakpoint at examples.inventory.main\.js:\d+ in fulfil$/m,
      /^ {4}left {7}101\.60 EUR$/m,
      /^ {4}Grace lacks 20 x Lock nut$/m,
      /^exit code +0$/m,
      /main\.js --fail$/m,
      /^exit code +3$/m,
      /^== All as it should be, in \d{1,4} ms ==$/m,
    ];
    for (const part of parts) expect(stdout).toMatch(part);
    expect(code).toBe(0);
  });

  it('finds its lines by their marks, and says so if one is missing', () => {
    expect(markedLine('main.js', 'price').line).toBeGreaterThan(1);
    expect(() => markedLine('main.js', 'nowhere')).toThrow(/no line that ends in "\/\/ demo: nowhere"/);
  });
});
