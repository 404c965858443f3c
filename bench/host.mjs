// Runs one measurement: this process is the adapter's side, and the peer that it starts is the launcher's
// side. Takes the job as JSON and prints its result as JSON. Leaves no processes or files behind, even if its
// parent process dies.
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
