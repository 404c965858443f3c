import { get } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IPCManager } from '../../../../src/ipc/index.js';
import { likenessOf } from '../../../../src/ipc/framing/firstBytes.js';

describe('bytes that are no frame', () => {
  it.each([
    ['Content-Length: 20\r\n\r\n{}', /Content-Length header.*framing "content-length"/],
    ['GET / HTTP/1.1\r\n', /HTTP request/],
    ['OPTIONS * HTTP/1.1\r\n', /HTTP request/],
    ['HTTP/1.1 400 Bad Request', /HTTP response/],
    ['SSH-2.0-OpenSSH_9.2', /SSH server/],
    ['\x16\x03\x01\x02\x00\x01', /TLS.*both ends/],
    ['{"event":"x"}', /JSON without a header/],
    ['Debugger listening on', /text/],
    ['\x00\x00\x00\x05\x80', /^$/],
    ['', /^$/],
  ])('%j are told by what they look like', (text, likeness) => {
    expect(likenessOf(Buffer.from(`..${text}`, 'latin1'), 2)).toMatch(likeness);
  });

  it('are named when a browser comes to a session', async () => {
    const manager = new IPCManager();
    onTestFinished(() => manager.cleanup());
    await manager.createListener({ transport: 'tcp' });
    const { endpoint } = manager.listening ?? {};
    manager.startReader(() => undefined, { accept: true, timeoutMs: 2_000 });
    get({ port: endpoint?.transport === 'tcp' ? endpoint.port : 0 }).on('error', () => undefined);
    await expect(manager.connected).rejects.toThrow(/speaks another protocol\. It begins as an HTTP request/);
  });
});
