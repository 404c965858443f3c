import type { SourceLocations } from '../debugger/sources/sourceLocations.js';
import type { ConsoleCall, ThreadDebugger } from '../debugger/threadDebugger.js';
import { describeConsoleCall } from './consoleMessages.js';

/** The number of console calls that are reported per second, for programs that this launcher hosts. */
const CALLS_PER_SECOND = 1_000;
const SECOND_MS = 1_000;
const REST = 'Further lines of this second are where the program runs.\n';

/** The program whose calls are reported. */
interface ReportedProgram {
  readonly locations: Pick<SourceLocations, 'translateStack'>;
  readonly settings: { readonly ansiStyles: boolean; readonly reportConsole: boolean };
}

/** Reports console calls one by one, for programs whose output does not come to the adapter. */
export class ReportedCalls {
  private secondBegan = -SECOND_MS;
  private calls = 0;

  /** Returns the bodies of the `output` events of a call. A flood is cut, so that the client is not behind it. */
  outputsOf(call: ConsoleCall, thread: ThreadDebugger, { locations, settings }: ReportedProgram): object[] {
    if (settings.reportConsole && this.count() > CALLS_PER_SECOND) {
      const isFirst = this.calls === CALLS_PER_SECOND + 1;
      return isFirst ? [{ category: 'console', output: REST }] : [];
    }
    const output = describeConsoleCall(call, thread, { locations, hasStyles: settings.ansiStyles });
    return output === undefined ? [] : [output];
  }

  private count(): number {
    const nowMs = performance.now();
    if (nowMs - this.secondBegan >= SECOND_MS) {
      this.secondBegan = nowMs;
      this.calls = 0;
    }
    this.calls += 1;
    return this.calls;
  }
}
