import { brotliCompressSync } from 'node:zlib';
import { copyFileSync, writeFileSync } from 'node:fs';
import type * as vscode from 'vscode';
import { describe, expect, it } from 'vitest';
import { ProtocolTraffic } from '../../src/vscode/protocolTraffic.js';
import type { TrafficApi } from '../../src/vscode/protocolTraffic.js';
import { projectPath } from '../support/cliProcess.js';
import { newTracePath } from '../support/traces.js';
import { eventually } from '../support/within.js';

const PAGE = '<title>Trace</title>\nDATA\n<p>end</p>';

interface Update {
  readonly lines: readonly string[];
  readonly problems: readonly (readonly [number, string, string])[];
  readonly summary: { readonly entries: number };
}

/** An editor with the part of the API that is used. */
function editor(chosen?: string, maxCharacters?: number) {
  const updates: Update[] = [];
  const errors: string[] = [];
  const factories: vscode.DebugAdapterTrackerFactory[] = [];
  const types: string[] = [];
  let html = '';
  let close = (): void => undefined;
  const panel = {
    webview: {
      set html(text: string) {
        html = text;
      },
      postMessage: (update: Update) => updates.push(update),
    },
    onDidDispose: (listener: () => void) => (close = listener),
    dispose: () => close(),
  };
  const api = {
    ViewColumn: { Beside: -2 },
    window: {
      createWebviewPanel: () => panel,
      showErrorMessage: (text: string) => Promise.resolve(void errors.push(text)),
      showOpenDialog: () => Promise.resolve(chosen === undefined ? undefined : [{ fsPath: chosen }]),
    },
    debug: {
      registerDebugAdapterTrackerFactory: (type: string, factory: vscode.DebugAdapterTrackerFactory) => {
        types.push(type);
        factories.push(factory);
        return { dispose: () => factories.splice(factories.indexOf(factory), 1) };
      },
    },
  };
  const page = newTracePath();
  writeFileSync(page, brotliCompressSync(PAGE));
  const traffic = new ProtocolTraffic(api as unknown as TrafficApi, page, maxCharacters);
  return { traffic, updates, errors, factories, types, html: () => html };
}

/** The tracker of a session of some debug type. */
function trackerOf(factory: vscode.DebugAdapterTrackerFactory | undefined): vscode.DebugAdapterTracker {
  const session = { id: '0123456789', type: 'python' } as vscode.DebugSession;
  return factory?.createDebugAdapterTracker(session) as vscode.DebugAdapterTracker;
}

describe('the protocol traffic', () => {
  it('is observed only once it is asked for, and until its page is closed', () => {
    const { traffic, factories, types } = editor();
    expect(factories).toEqual([]);
    const page = traffic.showLive();
    expect(types).toEqual(['*']);
    expect(factories).toHaveLength(1);
    page.dispose();
    expect(factories).toEqual([]);
  });

  it('of sessions of any type is passed on to the page, without secrets, with violations', async () => {
    const { traffic, factories, updates } = editor();
    const page = traffic.showLive();
    const tracker = trackerOf(factories[0]);
    const args = { env: { A: 'a-private-value' } };
    tracker.onWillReceiveMessage?.({ seq: 1, type: 'request', command: 'launch', arguments: args });
    tracker.onDidSendMessage?.({ seq: 1, type: 'event', event: 'stopped', body: {} });
    tracker.onExit?.(1, undefined);
    await eventually(
      () => updates.some(({ summary }) => summary.entries === 3),
      'the page has all entries',
      10_000,
    );
    const lines = updates
      .flatMap((update) => update.lines)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual([
      expect.objectContaining({ session: 'python 01234567', direction: 'received', name: 'launch' }),
      expect.objectContaining({ direction: 'sent', name: 'stopped' }),
      expect.objectContaining({ kind: 'exit', note: { code: 1, signal: null } }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('a-private-value');
    expect(updates.flatMap(({ problems }) => problems)).toEqual([[1, 'shape', 'body.reason is missing']]);
    page.dispose();
  });

  it('is bounded, and the page says when it is full', async () => {
    const { traffic, factories, updates } = editor(undefined, 1_000);
    const page = traffic.showLive();
    const tracker = trackerOf(factories[0]);
    for (let seq = 1; seq <= 100; seq++) {
      tracker.onDidSendMessage?.({ seq, type: 'event', event: 'output', body: { output: 'x'.repeat(100) } });
    }
    await eventually(() => updates.length > 0, 'the page has what it takes', 10_000);
    tracker.onDidSendMessage?.({ seq: 101, type: 'event', event: 'output', body: { output: 'late' } });
    page.dispose();
    const lines = updates.flatMap((update) => update.lines);
    expect(lines.length).toBeLessThan(10);
    expect(lines.at(-1)).toContain('This page is full');
    expect(updates).toHaveLength(1);
  });

  it('of a file is shown, and a file that is none is told', async () => {
    const log = newTracePath();
    copyFileSync(projectPath('test/unit/trace/fixtures/dlv.txt'), log);
    const { traffic, html, errors } = editor(log);
    await traffic.showFile();
    expect(html()).toMatch(/"name":"initialize"[\s\S]*id="about"[\s\S]*<p>end/);
    writeFileSync(log, 'nothing');
    await traffic.showFile();
    expect(errors).toEqual([expect.stringContaining('no message in it that is known')]);
  });
});
