// The launcher's side of a measurement. Connects to the address in its arguments and serves. With `--idle` it
// waits for a control message before it connects. Ends with its parent process.
import { CONTENDERS } from './contenders/index.mjs';
import { makeNoise } from './noise.mjs';
import { serve } from './peerService.mjs';

const [name, ...args] = process.argv.slice(2);
const contender = CONTENDERS[name];

async function connect(launcherArgs, greeting) {
  let channel;
  channel = await contender.connect(launcherArgs, (message) => serve(message, channel));
  if (greeting) channel.send({ event: 'hello' });
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (message.control === 'connect') {
    Object.assign(process.env, message.env);
    void connect(message.args, true);
  } else if (message.control === 'noise') {
    void makeNoise(message).then((outcome) => process.send({ control: 'noise', ...outcome }));
  }
});

if (args[0] === '--idle') process.send({ control: 'ready' });
else await connect(args, false);
