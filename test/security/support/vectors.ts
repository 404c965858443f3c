import type { RawTranscript, Role } from './rawHandshake.js';

/** Known answers, made with another implementation of HMAC-SHA-256 (Python's). The docs list them. */
export const VECTOR_KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

export const VECTOR_TRANSCRIPT: Omit<RawTranscript, 'endpoint'> = {
  connectorNonce: Buffer.alloc(32, 0xc0),
  listenerNonce: Buffer.alloc(32, 0x1e),
};

/** The key of an inherited descriptor, which is no secret. */
const NO_KEY = Buffer.alloc(32);

/** The value of the TLS session of two of the vectors. */
const VECTOR_BINDING = Buffer.alloc(32, 0xb5);

export interface ProofVector {
  readonly role: Role;
  readonly endpoint: string;
  readonly key: Buffer;
  readonly version: 1 | 2;
  readonly channelBinding?: Buffer;
  readonly hex: string;
}

function vector(role: Role, endpoint: string, hex: string, more: Partial<ProofVector> = {}): ProofVector {
  return { role, endpoint, key: VECTOR_KEY, version: 2, hex, ...more };
}

const UNIX = 'unix /run/user/1000/dai-Kx3f2q/s';
const PIPE = 'pipe \\\\.\\pipe\\debug-adapter-ipc-00';

export const PROOF_VECTORS: readonly ProofVector[] = [
  vector('listener', UNIX, 'f327382ee0b95d33a8f67b2fe3d39b872f24e3ec89084a6aa5d536fe788db9d1'),
  vector('connector', UNIX, 'f1df62251935705da3d153e29a17933314d12a2d5b6bf4a7bef6c4353d00d2e2'),
  vector(
    'listener',
    'tcp 127.0.0.1:4711',
    'a74c59b748f7440bec82de1dd2a6db808be39cd4bded69dceac63197d3c1edc8',
  ),
  vector(
    'connector',
    'tcp 127.0.0.1:4711',
    '318bf853bdb205629c4e79570a991035b1d7676bb313f07920f1e52408a936ee',
  ),
  vector('listener', 'tcp [::1]:4711', '52664803e1b1d4ef9d14ecc27441a03b5fff11bd1c6048d76cee61c80e5c6ce5'),
  vector('connector', 'tcp [::1]:4711', '8ebe7da7414b855d980f7b4126b0fc1bf1ef7c0ca84005dd0338e13db782e8ac'),
  vector('listener', PIPE, '577e26e9c7c50be2ed35349fded2aa2cee3286bb88f0b447eb528c9a65cc8027'),
  vector('connector', PIPE, '692ec13c49ff7bd5d1014e7452552e9a10b9403f8f91a4eb30faea28c397f19a'),
  vector(
    'listener',
    'unix /tmp/dai-ä/漢',
    '6cc2d5594ec6caf9d4719ba6db7248b807f4301b34f510caee3662b5f57baadf',
  ),
  vector(
    'connector',
    'unix /tmp/dai-ä/漢',
    '71e06bb8488d47a219a1ae38aeb0674279f71e19e6c4b1ff7c828a5e1f57859c',
  ),
  vector('listener', 'fd 3', '1b03aa92d8e335de6ff85f6b4a9a20df7b3f4d1ed85949326e978bb6b35db608', {
    key: NO_KEY,
  }),
  vector('connector', 'fd 3', '661ec39bb31970175df3aa10ea6a788e08591ed95d08ca8c13f44aa25efea80d', {
    key: NO_KEY,
  }),
  vector(
    'listener',
    'tcp 127.0.0.1:4711',
    'ced581d2a36c181553edb80c1cd7c0fa45fab581e51f981f76faafbacf512a7e',
    { channelBinding: VECTOR_BINDING },
  ),
  vector(
    'connector',
    'tcp 127.0.0.1:4711',
    'ef9e1367cdae64f14d9d2798d5e3f19dbc7930448ccba6547599bacbc968a8fa',
    { channelBinding: VECTOR_BINDING },
  ),
];

/** Of version 1, which listeners answer too. */
export const OLD_PROOF_VECTORS: readonly ProofVector[] = [
  vector('listener', UNIX, 'b98af1561e0ffbc435c1201815ab3cc35a06796cead6818fca3bc9530c7e7816', {
    version: 1,
  }),
  vector('connector', UNIX, '2d8d658c4e2d08d71355f657ec9bb62e431d1df42bb21302ae0c9a9ee9cee2c3', {
    version: 1,
  }),
];

/** The codes of the capabilities `{"versions":[1],"features":[]}` behind the connector's first proof of the list. */
export const CAPABILITIES_VECTORS: readonly { readonly role: Role; readonly hex: string }[] = [
  { role: 'connector', hex: 'fbcccac5bb534edd4d09651a96c21030817c2d00b7cbda9f2b0dc24143d478d3' },
  { role: 'listener', hex: 'da0d15883db3bb36c4ede6e7be25bde8d3fceb8e50701288fe3cf450a0aa869a' },
];
