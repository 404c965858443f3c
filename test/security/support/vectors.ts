import type { RawTranscript, Role } from './rawHandshake.js';

/** Known answers, made with another implementation of HMAC-SHA-256 (Python's). The docs list them. */
export const VECTOR_KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

export const VECTOR_TRANSCRIPT: Omit<RawTranscript, 'endpoint'> = {
  connectorNonce: Buffer.alloc(32, 0xc0),
  listenerNonce: Buffer.alloc(32, 0x1e),
};

/** The key of an inherited descriptor, which is no secret. */
const NO_KEY = Buffer.alloc(32);

export interface ProofVector {
  readonly role: Role;
  readonly endpoint: string;
  readonly key: Buffer;
  readonly hex: string;
}

function vector(role: Role, endpoint: string, hex: string, key: Buffer = VECTOR_KEY): ProofVector {
  return { role, endpoint, key, hex };
}

const UNIX = 'unix /run/user/1000/dai-Kx3f2q/s';
const PIPE = 'pipe \\\\.\\pipe\\debug-adapter-ipc-00';

export const PROOF_VECTORS: readonly ProofVector[] = [
  vector('listener', UNIX, 'b98af1561e0ffbc435c1201815ab3cc35a06796cead6818fca3bc9530c7e7816'),
  vector('connector', UNIX, '2d8d658c4e2d08d71355f657ec9bb62e431d1df42bb21302ae0c9a9ee9cee2c3'),
  vector(
    'listener',
    'tcp 127.0.0.1:4711',
    '0e0143cd1e03894b77c97e2611c0aa47aa1a25d6be704a57bce4e5f8810218d9',
  ),
  vector(
    'connector',
    'tcp 127.0.0.1:4711',
    '93a19fd3525d0f92d95579177e288d18899be14f6e7e834fecabf2f460a45ca0',
  ),
  vector('listener', 'tcp [::1]:4711', 'feb00a340f1ad4f15a8e58a529f428bd3eac21f2ede12d27f679667c5406d422'),
  vector('connector', 'tcp [::1]:4711', '983f87fc515a725c49a5e3afad77480768219aecc62cdb83674ce9df2e496601'),
  vector('listener', PIPE, 'f2c38c98e91668e1495cd421b27baca79035fd5503dc4a37f9e3971c576d4f05'),
  vector('connector', PIPE, '1c7bd9b7eb24cfa82d43032954f574f2197574276d1455d4fb7e098749026206'),
  vector(
    'listener',
    'unix /tmp/dai-ä/漢',
    'c0f973399b78b6438728d54cbbc8c7379496c95f1725610572fff033777c5e1e',
  ),
  vector(
    'connector',
    'unix /tmp/dai-ä/漢',
    'f1c747d399c6d70f4869b772e8ef919e6c3c4972ca7a91fae6a04ff1360435e2',
  ),
  vector('listener', 'fd 3', '23be515066153bb377e07e0b9e27f155bd9b2ea7bd61191432650177686bc6d6', NO_KEY),
  vector('connector', 'fd 3', 'aef2e85eb9cf45c0fd172b5ec5bd586d9aa4fcba50d39cee625a394b0bdfcc78', NO_KEY),
];
