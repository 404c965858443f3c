import type { DebugProtocol } from '@vscode/debugprotocol';
import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { lackingCapabilities } from '../dap/capabilities.js';

/**
 * The capabilities that are taken from dapper's response. Missing are `supportsCompletionsRequest`, for which dapper
 * has no command, and `supportsSetExpression`, whose command fails with a TypeError.
 */
const TRUSTED = [
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

/** The capabilities of dapper that its response does not contain. */
const FIXED: DebugProtocol.Capabilities = {
  supportsGotoTargetsRequest: true,
  supportsModulesRequest: true,
  // The program always ends with the connection.
  supportTerminateDebuggee: false,
};

function filtersOf({
  exceptionBreakpointFilters: filters,
}: Message): DebugProtocol.ExceptionBreakpointsFilter[] {
  const named = Array.isArray(filters) ? filters.filter(isNamed) : [];
  // DAP requires a label for each filter.
  return named.map((filter) => ({ label: filter.filter, ...filter }));
}

function isNamed(filter: unknown): filter is { filter: string } {
  return isRecord(filter) && typeof filter.filter === 'string';
}

/** Gives the client's view of a dapper launcher. @param announced the body of its response to `initialize` */
export function dapperCapabilities(announced: Message): DebugProtocol.Capabilities {
  const trusted = Object.fromEntries(TRUSTED.map((name) => [name, announced[name] === true]));
  return {
    ...lackingCapabilities({}),
    ...trusted,
    ...FIXED,
    exceptionBreakpointFilters: filtersOf(announced),
  };
}
