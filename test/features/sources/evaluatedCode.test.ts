import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect, it } from 'vitest';
import { configuring, nextStop } from '../support/breakpointSession.js';
import { Project } from '../../support/project.js';

/** A source map of one line to one line, as an URL. */
function inlineMap(source: string, content: string): string {
  const map = { version: 3, sources: [source], sourcesContent: [content], names: [], mappings: 'AAAA;AACA' };
  return `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
}

it.each(['eval', '(0, eval)'])('lists the scopes around code that %s runs with a source map', async (run) => {
  const project = new Project();
  const code = `const sum = 41 + 1;\ndebugger;\n//# sourceMappingURL=${inlineMap('cart.ts', 'const sum = 41 + 1;\ndebugger;\n')}`;
  const program = project.write(
    'main.cjs',
    `function load() {\n  const outer = 'seen';\n  ${run}(${JSON.stringify(code)});\n  return outer;\n}\nload();\n`,
  );
  const client = await configuring(program);
  await client.request('configurationDone');
  const { threadId } = await nextStop(client);
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
    threadId,
  });
  const { scopes } = await client.request<DebugProtocol.ScopesResponse['body']>('scopes', {
    frameId: stackFrames[0]?.id,
  });
  expect(scopes.length).toBeGreaterThan(0);
  expect(scopes.filter(({ line }) => line !== undefined && line < 1)).toEqual([]);
  const values = await Promise.all(
    scopes
      .filter(({ expensive }) => !expensive)
      .map(({ variablesReference }) =>
        client.request<DebugProtocol.VariablesResponse['body']>('variables', { variablesReference }),
      ),
  );
  expect(values.flatMap(({ variables }) => variables)).toContainEqual(
    expect.objectContaining({ name: 'sum', value: '42' }),
  );
});
