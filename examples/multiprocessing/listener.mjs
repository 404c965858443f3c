// Listens for client.py, starts it, and tells it how many characters each of its texts has.
//
//   node listener.mjs [PYTHON]
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { listen } from 'debug-adapter-ipc/multiprocessing';

const authkey = randomBytes(32);
// Python before 3.12 has no other digest than MD5. Leave this out where yours is newer.
const listener = await listen(undefined, { authkey, allowLegacyMd5: true });

const file = fileURLToPath(new URL('client.py', import.meta.url));
const env = { ...process.env, EXAMPLE_AUTHKEY: authkey.toString('hex') };
spawn(process.argv[2] ?? 'python3', [file, listener.address], { env, stdio: 'inherit' });

const connection = await listener.accept();
await listener.close();
for await (const { text } of connection) await connection.send({ characters: [...text].length });
console.log('the client has gone');
