// Wine 8 loses what arrives over TCP after this end was ended: on Windows all 4 MiB arrive.
const net = require('node:net');
const BYTES = 4 * 1024 * 1024;
const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.resume().on('end', () => socket.end(Buffer.alloc(BYTES)));
});
server.listen(0, '127.0.0.1', () => {
  let received = 0;
  const socket = net.connect({ port: server.address().port, allowHalfOpen: true });
  socket.end();
  socket.on('data', ({ length }) => (received += length));
  socket
    .on('error', () => undefined)
    .on('close', () => {
      require('node:fs').writeSync(1, `${received} of ${BYTES} bytes arrived\n`);
      process.exit(received === BYTES ? 0 : 1);
    });
});
