import { DEFAULT_LIMITS } from '../../ipc/index.js';

const EXAMPLES = `Example, beside an adapter that listens on port 4711:
  debug-adapter-ipc launch --ipc tcp --ipc-port 4711 --program server.js --arg=--verbose
Example, for a debugger that comes later:
  debug-adapter-ipc launch --listen auto --no-wait --program server.js
`;

/** The text of `--help`. */
export function helpText(): string {
  return `Usage: debug-adapter-ipc launch --ipc TRANSPORT ... --program FILE [--arg=A ...] [-- A ...]
       debug-adapter-ipc launch --listen ADDRESS [--no-wait] --program FILE [--arg=A ...] [-- A ...]
       debug-adapter-ipc launch --ipc TRANSPORT ... --inspector ADDRESS

Connects to a debug adapter that waits at the given endpoint, and runs the program under its
control, as "node FILE A ..." would. The program starts when the adapter has sent configurationDone.

With --listen it is the other way about: the program waits until somebody attaches, and goes on when
that debugger has detached; others may attach then, one at a time. How to is told on stderr.
  --listen ADDRESS    auto (a private socket, the default place for one), a socket's path, PORT or
                      127.0.0.1:PORT; port 0 picks one. From another machine, use an SSH tunnel
  --no-wait           run the program at once
  --key-file F        keep the key that lets a debugger in in this file, for the next time; default:
                      a new key in a private file, which goes with the program

Where the adapter waits (it gives these arguments):
  --ipc tcp --ipc-host H --ipc-port N    a TCP port; the host is 127.0.0.1 by default
  --ipc unix --ipc-path P                a Unix socket
  --ipc pipe --ipc-pipe NAME             a named pipe of Windows
  --ipc fd --ipc-fd N                    a socket that this process inherits
  --ipc-tls psk | certificate            with tcp: inside TLS
  --ipc-framing dp | length-prefix | content-length
                                         how messages are told apart; dp by default
  --ipc-auth key | multiprocessing       how both ends prove themselves, where it is not the framing's usual way
  --connect-timeout-ms N                 how long to try, default ${DEFAULT_LIMITS.connectTimeoutMs} over TCP, else 2000

The session's key, where the adapter asks for one, comes by a file that DEBUG_ADAPTER_IPC_KEY_FILE
names, or by DEBUG_ADAPTER_IPC_KEY. Neither reaches the program.

What to debug, one of:
  --program FILE      a program: CommonJS or an ES module
  --code TEXT         code, as for "node -e"
  --command FILE      an executable such as npm, which is not debugged: the Node.js programs that it
                      starts are, with --child-rendezvous
  --inspector ADDRESS a program that runs already, with an inspector ("node --inspect") on this machine:
                      PORT, HOST:PORT or ws://HOST:PORT/PATH; with --stop-on-entry and
                      "node --inspect-brk", it stops before its first statement
  --inspector-pid N   with it: refuse any other process than this one
and:
  --arg=A             an argument of the program; repeat it for more. "--arg A" is the same
  -- A B              more arguments of the program, behind all --arg

How:
  --stop-on-entry     stop before the program's first statement
  --no-debug          only run: no breakpoints, no pauses, no waiting for configurationDone
  --keep-running      when the adapter goes away, leave the program running; default: end it
  --reattach-timeout-ms N   and listen for another one; a stopped program stays stopped for N ms
  --session-id S      a name for this session, given back in the "process" event
  --log-level L       trace, debug, info, warn, error, fatal or silent; default silent, info with --log-file
  --log-file F        where to log, default stderr
  --trace F           record the traffic with the adapter in this file (docs/trace.md); it is for you alone
  --trace-size N      the most bytes of that file, default 64M
  -h, --help          this text

Exit code: the program's. 2: these arguments are wrong. 1: the adapter could not be reached, or went
away before the program was started.

${EXAMPLES}`;
}
