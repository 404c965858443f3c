import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect } from 'vitest';
import { lineOf } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { fixture, stopped, valueOf } from './proofSessions.js';
import type { Proofs } from './proofSessions.js';

const INSPECTED = fixture('looks.cjs');
const PLACE = { path: INSPECTED, line: lineOf(INSPECTED, 'look') };

/** Runs a program to a stop. @returns the innermost frame, and the reference of its local variables */
async function stoppedForInspection(
  client: DapClient,
): Promise<{ frameId: number; variablesReference: number }> {
  const frameId = await stopped(client, {}, PLACE);
  const { scopes } = await client.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
  return { frameId, variablesReference: scopes[0]?.variablesReference ?? 0 };
}

async function memoryOf(client: DapClient, frameId: number): Promise<string | undefined> {
  const evaluation = { expression: 'bytes', frameId, context: 'watch' };
  return (await client.request<DebugProtocol.EvaluateResponse['body']>('evaluate', evaluation))
    .memoryReference;
}

/** Proofs of the capabilities to inspect and change values. */
export const INSPECTION_PROOFS: Proofs = {
  async supportsSetVariable(client) {
    const { frameId, variablesReference } = await stoppedForInspection(client);
    const { variables } = await client.request<DebugProtocol.VariablesResponse['body']>('variables', {
      variablesReference,
    });
    const name = variables.find((variable) => variable.name === 'name')?.variablesReference;
    const change = { variablesReference: name, name: 'first', value: '"Augusta"' };
    expect(await client.request('setVariable', change)).toMatchObject({ value: "'Augusta'" });
    expect(await valueOf(client, 'name.first', frameId)).toBe("'Augusta'");
  },

  async supportsSetExpression(client) {
    const { frameId } = await stoppedForInspection(client);
    const change = { expression: 'name.last', value: '"Byron"', frameId };
    expect(await client.request('setExpression', change)).toMatchObject({ value: "'Byron'" });
    await client.request('continue', { threadId: 1 });
    await client.waitForEvent('exited');
    expect(client.output('stdout')).toContain('Byron');
  },

  async supportsValueFormattingOptions(client) {
    const { frameId } = await stoppedForInspection(client);
    const asked = { expression: 'whole', frameId, context: 'watch', format: { hex: true } };
    expect(await client.request('evaluate', asked)).toMatchObject({ result: '0xff' });
  },

  async supportsClipboardContext(client) {
    const { frameId } = await stoppedForInspection(client);
    // The whole text, not a preview.
    const text = await valueOf(client, 'Array.from({ length: 500 }, (_, at) => at)', frameId, 'clipboard');
    expect(text).toContain('499');
  },

  /** A client asks for completions as soon as one of these characters is typed. */
  async completionTriggerCharacters(client) {
    const { frameId } = await stoppedForInspection(client);
    const labels = async (text: string): Promise<string[]> => {
      const args = { frameId, text, column: text.length + 1 };
      const { targets } = await client.request<DebugProtocol.CompletionsResponse['body']>(
        'completions',
        args,
      );
      return targets.map(({ label }) => label);
    };
    for (const text of ['name.', 'name[', "name['"]) {
      expect((await labels(text)).some((label) => label.includes('first'))).toBe(true);
    }
  },

  async supportsCompletionsRequest(client) {
    const { frameId } = await stoppedForInspection(client);
    const { targets } = await client.request<DebugProtocol.CompletionsResponse['body']>('completions', {
      frameId,
      text: 'name.fi',
      column: 8,
    });
    expect(targets).toContainEqual(expect.objectContaining({ label: 'first' }));
  },

  async supportsReadMemoryRequest(client) {
    const { frameId } = await stoppedForInspection(client);
    const asked = { memoryReference: await memoryOf(client, frameId), offset: 1, count: 2 };
    const { data = '' } = await client.request<{ data?: string }>('readMemory', asked);
    expect([...Buffer.from(data, 'base64')]).toEqual([2, 3]);
  },

  async supportsWriteMemoryRequest(client) {
    const { frameId } = await stoppedForInspection(client);
    const data = Buffer.of(9, 8).toString('base64');
    await client.request('writeMemory', {
      memoryReference: await memoryOf(client, frameId),
      offset: 1,
      data,
    });
    expect(await valueOf(client, 'bytes[1] * 10 + bytes[2]', frameId)).toBe('98');
  },
};
