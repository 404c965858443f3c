import type { TraceEntry } from '../format/traceFormat.js';
import { checkShape } from './checkShape.js';
import { DapRules } from './dapRules.js';
import { LinkRules } from './linkRules.js';
import type { Problem, Report } from './problem.js';

/** The rules of one link. */
interface Rules {
  check(entry: TraceEntry, index: number, report: Report): void;
  end(report: Report): void;
}

/**
 * Checks recorded sessions, entry by entry: each message's shape by DAP's schema, that each request has one response, and
 * the order that DAP demands. The same rules for any adapter, from whatever log the entries come.
 */
export class SessionChecker {
  private readonly links = new Map<string, readonly Rules[]>();
  private latest: { readonly entry: TraceEntry; readonly rules: readonly Rules[] } | undefined;
  private index = -1;

  /** Checks the next entry. @returns the violations that it shows, some of them by earlier entries */
  check(entry: TraceEntry): Problem[] {
    this.index += 1;
    const { index } = this;
    const problems: Problem[] = [];
    const report: Report = (rule, text, at = index) => problems.push({ entry: at, rule, text });
    for (const rules of this.rulesOf(entry)) rules.check(entry, index, report);
    if (isDap(entry) && entry.cut !== true && entry.message !== undefined) {
      for (const mistake of checkShape(entry.message)) report('shape', mistake);
    }
    return problems;
  }

  /** Ends the check. @returns the violations that only the end shows */
  end(): Problem[] {
    const problems: Problem[] = [];
    const report: Report = (rule, text, entry = this.index) => problems.push({ entry, rule, text });
    for (const rules of this.links.values()) for (const one of rules) one.end(report);
    return problems;
  }

  private rulesOf(entry: TraceEntry): readonly Rules[] {
    // Most entries are of the same link as the one before.
    if (this.latest !== undefined && isSameLink(this.latest.entry, entry)) return this.latest.rules;
    const key = JSON.stringify([entry.session, entry.side, entry.link]);
    const rules =
      this.links.get(key) ?? (isDap(entry) ? [new LinkRules(), new DapRules()] : [new LinkRules()]);
    // A note says nothing about the protocol.
    if (entry.message !== undefined) this.links.set(key, rules);
    if (this.links.has(key)) this.latest = { entry, rules };
    return rules;
  }
}

function isSameLink(a: TraceEntry, b: TraceEntry): boolean {
  return a.session === b.session && a.link === b.link && a.side === b.side;
}

/** Checks all entries of a recording. */
export function checkEntries(entries: Iterable<TraceEntry>): Problem[] {
  const checker = new SessionChecker();
  const problems: Problem[] = [];
  for (const entry of entries) problems.push(...checker.check(entry));
  return [...problems, ...checker.end()].sort((a, b) => a.entry - b.entry);
}

function isDap({ message }: TraceEntry): boolean {
  return message !== undefined && 'type' in message;
}
