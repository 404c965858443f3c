/*
 * node.exe f5.cjs EXTENSION_FOLDER
 *
 * Presses F5 in the packaged extension, as VS Code does on Windows, once with each letter case of the drive: the path of
 * the open file has one, those of the breakpoints have the other. Exits with code 0 if the program stops both times.
 */
const fs = require('node:fs');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');

const TIMEOUT_MS = 60_000;
const [folder] = process.argv.slice(2);
const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
const program = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'f5-')), 'main.js');
fs.writeFileSync(program, 'const twice = (n) => {\r\n  return n * 2;\r\n};\r\ntwice(21);\r\n');
// The extension looks for Node.js there.
process.env.PATH = path.dirname(process.execPath);

/** What the extension registers with the editor. */
const registered = {};
const disposable = { dispose: () => undefined };
const window = { showErrorMessage: (text) => Promise.resolve(say(text)) };
const vscode = {
  window,
  DebugConfigurationProviderTriggerKind: { Initial: 1, Dynamic: 2 },
  DebugAdapterExecutable: class {},
  DebugAdapterInlineImplementation: class {
    constructor(implementation) {
      this.implementation = implementation;
    }
  },
  debug: {
    registerDebugConfigurationProvider: (_type, provider) => register({ provider }),
    registerDebugAdapterDescriptorFactory: (_type, factory) => register({ factory }),
  },
};

function register(one) {
  Object.assign(registered, one);
  return disposable;
}

function say(text) {
  fs.writeSync(1, `${text}\n`);
}

/** The path with its drive's letter in upper or lower case. */
function withDrive(file, letterCase) {
  return file[0][letterCase]() + file.slice(1);
}

async function pressF5(file, breakpointFile) {
  window.activeTextEditor = {
    document: { languageId: 'javascript', uri: { scheme: 'file', fsPath: file } },
  };
  const { provider, factory } = registered;
  const first = await provider.resolveDebugConfiguration(undefined, {});
  const configuration =
    (await provider.resolveDebugConfigurationWithSubstitutedVariables?.(undefined, first)) ?? first;
  const { implementation: adapter } = await factory.createDebugAdapterDescriptor({ configuration });
  let seq = 0;
  const send = (command, args) => {
    adapter.handleMessage({ seq: (seq += 1), type: 'request', command, arguments: args });
  };
  const stopped = await new Promise((resolve) => {
    const deadline = setTimeout(resolve, TIMEOUT_MS, 'neither stopped nor ended');
    const settle = (how) => {
      clearTimeout(deadline);
      resolve(how);
    };
    adapter.onDidSendMessage((message) => {
      const { event, command, success, body } = message;
      if (command === 'initialize') send('launch', configuration);
      if (event === 'initialized') {
        send('setBreakpoints', { source: { path: breakpointFile }, breakpoints: [{ line: 2 }] });
        send('configurationDone', {});
      }
      if (event === 'stopped') settle(body.reason);
      if (event === 'terminated' || success === false) settle(JSON.stringify(message));
    });
    send('initialize', { adapterID: manifest.name, pathFormat: 'path' });
  });
  send('disconnect', { terminateDebuggee: true });
  adapter.dispose();
  say(
    `${stopped === 'breakpoint' ? 'ok  ' : 'FAIL'} open ${file}, breakpoint in ${breakpointFile}: ${stopped}`,
  );
  return stopped === 'breakpoint';
}

async function main() {
  const load = Module._load;
  Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
  require(path.join(folder, manifest.main)).activate({
    subscriptions: [],
    extension: { packageJSON: manifest },
    asAbsolutePath: (name) => path.join(folder, name),
  });
  const [lower, upper] = ['toLowerCase', 'toUpperCase'].map((letterCase) => withDrive(program, letterCase));
  const first = await pressF5(lower, upper);
  const second = await pressF5(upper, lower);
  process.exit(first && second ? 0 : 1);
}

void main();
