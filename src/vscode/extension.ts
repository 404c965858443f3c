import * as vscode from 'vscode';
import { register } from './register.js';

/** Called once by the editor, when a session of this debugger starts or its configurations are requested. */
export function activate(context: vscode.ExtensionContext): void {
  register(vscode, context);
}
