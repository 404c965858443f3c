// Wine 8 lets two servers listen at one pipe: on Windows the second one is refused with EADDRINUSE.
const net = require('node:net');
const name = `\\\\.\\pipe\\two-listeners-${process.pid}`;
const first = net.createServer().listen(name, () => {
  const second = net.createServer();
  const end = (outcome, exitCode) => {
    require('node:fs').writeSync(1, `the second server: ${outcome}\n`);
    process.exit(exitCode);
  };
  second.on('error', ({ code }) => end(code, 0)).listen(name, () => end('listens', 1));
});
first.unref();
