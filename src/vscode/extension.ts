import * as vscode from 'vscode';
import { register } from './register.js';

/** Called by the editor, once, when a session of this debugger is about to start or its configurations are asked for. */
export function activate(context: vscode.ExtensionContext): void {
  register(vscode, context);
}
