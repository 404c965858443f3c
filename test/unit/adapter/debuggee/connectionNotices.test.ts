import { expect, it } from 'vitest';
import { connectionNotices } from '../../../../src/adapter/debuggee/connectionNotices.js';
import { eventually } from '../../../support/within.js';
import { healthOf, LONG_MS, proxiedPair } from '../../ipc/resume/support.js';

/** The lines that the user gets of the health of one end, whose peer can be made silent. */
async function noticesOf(heartbeat: { silentAfterMs: number; lostAfterMs: number }) {
  const { adapter, proxy } = await proxiedPair({ adapter: { heartbeat }, launcher: { heartbeat } });
  const lines: string[] = [];
  const watch = connectionNotices({
    send: (_event, body) => void lines.push((body as { output: string }).output),
  });
  adapter.watchHealth(watch);
  return { adapter, proxy, lines };
}

it('tells when the connection is silent, and when it is back with how long, in one line each', async () => {
  const { adapter, proxy, lines } = await noticesOf({ silentAfterMs: 200, lostAfterMs: 100_000 });
  await eventually(() => (adapter.health.roundTrips?.count ?? 0) > 0, 'an answer', LONG_MS);
  expect(lines).toEqual([]);
  proxy.stall();
  await healthOf(adapter, 'silent');
  expect(lines).toEqual(['Nothing comes from the program any more: the connection may be broken.\n']);
  proxy.unstall();
  await eventually(() => lines.length > 1, 'the connection is back', LONG_MS);
  expect(lines[1]).toMatch(/^The connection to the program is back, after (?:0\.\d|\d+) s\.\n$/);
});

it('counts the silence with the time of the resume that follows', async () => {
  const { adapter, proxy, lines } = await noticesOf({ silentAfterMs: 80, lostAfterMs: 160 });
  proxy.stall();
  await eventually(() => adapter.health.resumes > 0, 'the session goes on', LONG_MS);
  expect(lines.slice(0, 3)).toEqual([
    'Nothing comes from the program any more: the connection may be broken.\n',
    'The connection to the program is broken: trying to get it back.\n',
    expect.stringMatching(/is back, after/),
  ]);
});
