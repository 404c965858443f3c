import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { DapWriter } from '../../../../src/adapter/dap/dapWriter.js';
import { ReverseRequests } from '../../../../src/adapter/dap/reverseRequests.js';
import { DAP_ERROR_IDS } from '../../../../src/adapter/dap/dapErrors.js';

function requests(): { reverse: ReverseRequests; sent: () => string } {
  const stream = new PassThrough();
  const writer = new DapWriter();
  writer.attach(stream);
  const reverse = new ReverseRequests(writer);
  return { reverse, sent: () => String(stream.read()) };
}

const response = { type: 'response', seq: 9, request_seq: 1, command: 'startDebugging' };

describe('what the adapter asks of its client', () => {
  it('goes out as a request, and is answered by the response with its number', async () => {
    const { reverse, sent } = requests();
    const answer = reverse.send('startDebugging', { request: 'attach' });
    expect(sent()).toMatch(/\{"type":"request","command":"startDebugging","arguments":\{.*\},"seq":1\}$/);
    expect(reverse.settle({ ...response, request_seq: 2, success: true })).toBe(false);
    expect(reverse.settle({ ...response, success: true, body: { taken: 1 } })).toBe(true);
    expect(reverse.settle({ ...response, success: true })).toBe(false);
    expect(await answer).toEqual({ taken: 1 });
  });

  it('fails with the client’s reason', async () => {
    const { reverse } = requests();
    const answer = reverse.send('startDebugging', {});
    reverse.settle({ ...response, success: false, message: 'no', body: { error: { format: 'not now' } } });
    await expect(answer).rejects.toMatchObject({
      id: DAP_ERROR_IDS.clientRefused,
      message: 'The client did not do startDebugging: not now.',
    });
  });

  it('goes out as an event too, and is answered by its id', async () => {
    const { reverse, sent } = requests();
    const answer = reverse.sendAsEvent('childSession', { configuration: {} });
    expect(sent()).toMatch(/"event":"childSession","body":\{"configuration":\{\},"requestId":1\}/);
    for (const requestId of [2, '1', undefined]) reverse.answerEvent({ requestId, success: false });
    reverse.answerEvent({ requestId: 1, success: true });
    await answer;
    const refused = reverse.sendAsEvent('childSession', {});
    reverse.answerEvent({ requestId: 2, success: false, message: 'not now' });
    await expect(refused).rejects.toThrow('The client did not do childSession: not now.');
    await expect(reverse.sendAsEvent('childSession', {}, 1)).rejects.toThrow(/no answer within 1 ms/);
  });

  it('fails at its deadline, and when the client goes', async () => {
    const { reverse } = requests();
    await expect(reverse.send('startDebugging', {}, 1)).rejects.toThrow(/no answer within 1 ms/);
    const answer = reverse.send('startDebugging', {});
    reverse.end('the client has gone');
    await expect(answer).rejects.toThrow(/the client has gone/);
    await expect(reverse.send('startDebugging', {})).rejects.toThrow(/the client has gone/);
  });
});
