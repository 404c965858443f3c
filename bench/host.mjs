// One measurement: this process is the adapter's side, the peer it starts the launcher's. Takes the job as
// JSON, prints its result as JSON, and leaves nothing behind, also when whoever started it goes away.
import { CONTENDERS } from './contenders/index.mjs';
import { PeerHandle } from './peerHandle.mjs';
import { WORKLOADS } from './workloads/index.mjs';

const { contender, workload, settings } = JSON.parse(process.argv[2]);
process.stdin.on('end', () => process.exit(1)).resume();

const peer = new PeerHandle(contender, CONTENDERS[contender]);
try {
  const result = await WORKLOADS[workload].run({ peer, settings, contender });
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  await peer.stop();
  process.stdin.destroy();
}
