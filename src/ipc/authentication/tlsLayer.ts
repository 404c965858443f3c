import { hkdfSync } from 'node:crypto';
import type { Socket } from 'node:net';
import type tls from 'node:tls';
import { timerMs } from '../core/deferred.js';
import { IpcError, toError } from '../core/errors.js';
import type { TlsOptions } from '../core/transportConfig.js';

export interface TlsLayerOptions {
  readonly tls: TlsOptions;
  /** The session's key. */
  readonly key: Uint8Array;
  readonly handshakeTimeoutMs: number;
}

const PSK_IDENTITY = 'debug-adapter-ipc';
/**
 * TLS settings for pre-shared keys, which Node.js supports up to TLS 1.2. ECDHE keeps recorded sessions
 * secret even if the key leaks later.
 */
const PSK_CONTEXT: tls.SecureContextOptions = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
};
const PSK_BYTES = 32;
/** With TLS 1.3 the exporter of RFC 9266 identifies the session without further conditions. */
const CERTIFICATE_CONTEXT: tls.SecureContextOptions = { minVersion: 'TLSv1.3' };
const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
const EXPORTER_BYTES = 32;
const ignore = (): void => undefined;

/** Node's TLS, loaded when it is needed: it takes as long to load as all of this package's files. */
function nodeTls(): typeof tls {
  return process.getBuiltinModule('node:tls');
}

/**
 * Puts TLS over an accepted socket.
 *
 * @throws IpcError `ERR_IPC_TLS`, `ERR_IPC_HANDSHAKE_TIMEOUT`. The caller destroys the socket
 */
export function secureAsListener(socket: Socket, options: TlsLayerOptions): Promise<Socket> {
  const { tls } = options;
  const { createSecureContext, TLSSocket } = nodeTls();
  const credentials =
    tls.mode === 'psk'
      ? { secureContext: createSecureContext(PSK_CONTEXT), pskCallback: () => pskOf(options.key) }
      : { secureContext: createSecureContext({ ...CERTIFICATE_CONTEXT, cert: tls.cert, key: tls.key }) };
  const secured = new TLSSocket(socket, { isServer: true, ...credentials });
  return whenSecure(secured, 'secure', options);
}

/** Puts TLS over a connected socket. @throws IpcError as {@link secureAsListener} */
export function secureAsConnector(socket: Socket, host: string, options: TlsLayerOptions): Promise<Socket> {
  const { tls } = options;
  const credentials =
    tls.mode === 'psk'
      ? {
          ...PSK_CONTEXT,
          pskCallback: () => ({ psk: pskOf(options.key), identity: PSK_IDENTITY }),
          // There is no certificate to check: the key of the other end is its proof.
          checkServerIdentity: () => undefined,
        }
      : { ...CERTIFICATE_CONTEXT, ...(tls.ca !== undefined && { ca: tls.ca }) };
  return whenSecure(nodeTls().connect({ socket, host, ...credentials }), 'secureConnect', options);
}

/**
 * Returns the value that identifies a TLS session for its two ends: `tls-exporter` of RFC 9266. Undefined for TLS by the
 * session's key, which only the two ends have, and without TLS.
 */
export function channelBindingOf(socket: Socket, mode: TlsOptions['mode'] | undefined): Buffer | undefined {
  if (mode !== 'certificate' || !(socket instanceof nodeTls().TLSSocket)) return undefined;
  return socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
}

/** Derives a separate key for TLS, so that one use of the key reveals nothing about the other. */
function pskOf(key: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'debug-adapter-ipc tls-psk', PSK_BYTES));
}

/** Returns OpenSSL's reason, without the source locations around it. */
function reasonOf(thrown: unknown): string {
  const error = toError(thrown);
  return 'reason' in error ? String(error.reason) : error.message;
}

function whenSecure(
  secured: tls.TLSSocket,
  event: 'secure' | 'secureConnect',
  { handshakeTimeoutMs }: TlsLayerOptions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const removeListeners = (): void => {
      clearTimeout(timer);
      secured
        .removeListener(event, onSecure)
        .removeListener('error', onError)
        .removeListener('close', onClose);
      secured.on('error', ignore);
    };
    const fail = (error: IpcError): void => {
      removeListeners();
      secured.destroy();
      reject(error);
    };
    const onSecure = (): void => {
      removeListeners();
      resolve(secured);
    };
    const onError = (cause: unknown): void => {
      fail(
        new IpcError('ERR_IPC_TLS', `no TLS with the peer: ${reasonOf(cause)}. Have both the same key?`, {
          cause,
        }),
      );
    };
    const onClose = (): void => {
      fail(new IpcError('ERR_IPC_TLS', 'no TLS with the peer: it closed. Has it the same key?'));
    };
    const timer = setTimeout(() => {
      const what = `the peer did not finish TLS within ${handshakeTimeoutMs} ms`;
      fail(new IpcError('ERR_IPC_HANDSHAKE_TIMEOUT', what));
    }, timerMs(handshakeTimeoutMs));
    secured.once(event, onSecure).on('error', onError).once('close', onClose);
  });
}
