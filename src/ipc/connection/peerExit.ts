import type { LauncherExit, PeerProcess } from '../core/peerProcess.js';
import type { PeerStream } from '../resume/peerStream.js';
import type { CloseInfo } from './closeInfo.js';
import { explainedBy, MissingByeError } from './closeInfo.js';

/** The end of the peer's process, which explains an end of the connection by the peer. */
export class PeerExit {
  private exit: Promise<LauncherExit | undefined> | undefined;

  /** @param find called once at most. Undefined if the peer's process is not known */
  constructor(private readonly find: (() => Promise<LauncherExit | undefined>) | undefined) {}

  /** True if the end of the peer's process is waited for before this end is reported. */
  explains({ by }: CloseInfo): boolean {
    return by === 'peer' && this.find !== undefined;
  }

  /** Calls `report` with the explained end: at once, or when the end of the peer's process is known. */
  explain(info: CloseInfo, report: (info: CloseInfo) => void): void {
    if (this.find === undefined || !this.explains(info)) {
      report(info);
      return;
    }
    this.exit ??= this.find();
    void this.exit.then((exit) => report(explainedBy(exit, info)));
  }
}

/** Ends a session that waits for another connection when the peer's process has exited. */
export function expectExit(stream: PeerStream, launcher: PeerProcess | undefined): void {
  void launcher?.exited.then(() => stream.expectNobody(new MissingByeError()));
}
