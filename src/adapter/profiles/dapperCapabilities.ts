import type { DebugProtocol } from '@vscode/debugprotocol';
import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { lackingCapabilities } from '../dap/capabilities.js';

/**
 * What dapper's word is taken for. Not `supportsCompletionsRequest`, for which it has no command, and not
 * `supportsSetExpression`, whose command fails with a TypeError.
 */
const BELIEVED = [
  'supportsFunctionBreakpoints',
  'supportsConditionalBreakpoints',
  'supportsHitConditionalBreakpoints',
  'supportsExceptionFilterOptions',
  'supportsExceptionInfoRequest',
  'supportsDataBreakpoints',
  'supportsSetVariable',
  'supportsEvaluateForHovers',
  'supportsBreakpointLocationsRequest',
  'supportsLogPoints',
  'supportsValueFormattingOptions',
] as const;

/** What it does or does not, and does not say. */
const KNOWN: DebugProtocol.Capabilities = {
  supportsGotoTargetsRequest: true,
  supportsModulesRequest: true,
  // Its program ends with the connection: there is no choice to offer.
  supportTerminateDebuggee: false,
};

function filtersOf({
  exceptionBreakpointFilters: filters,
}: Message): DebugProtocol.ExceptionBreakpointsFilter[] {
  const named = Array.isArray(filters) ? filters.filter(isNamed) : [];
  // DAP wants a label for each.
  return named.map((filter) => ({ label: filter.filter, ...filter }));
}

function isNamed(filter: unknown): filter is { filter: string } {
  return isRecord(filter) && typeof filter.filter === 'string';
}

/** What a dapper launcher can do for the client, by what it told at `initialize`. */
export function dapperCapabilities(told: Message): DebugProtocol.Capabilities {
  const believed = Object.fromEntries(BELIEVED.map((name) => [name, told[name] === true]));
  return {
    ...lackingCapabilities({}),
    ...believed,
    ...KNOWN,
    exceptionBreakpointFilters: filtersOf(told),
  };
}
