/** Creates a channel over node's own channel between parent and child, in its default serialization, JSON. */

function channelOver(end, receive) {
  end.on('message', (message) => {
    if (message.control === undefined) receive(message);
  });
  return {
    send: (message) => end.send(message),
    sendAndWait: (message) => new Promise((resolve) => end.send(message, resolve)),
    close: () => Promise.resolve(),
  };
}

export const childProcess = {
  title: 'child_process json',
  listen: (receive) =>
    Promise.resolve({
      args: [],
      env: {},
      accept: (child) => Promise.resolve(channelOver(child, receive)),
      close: () => undefined,
    }),
  connect: (args, receive) => Promise.resolve(channelOver(process, receive)),
};
