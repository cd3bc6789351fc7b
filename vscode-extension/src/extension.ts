// Starts `weir lsp` and connects the editor to it. It knows nothing of the language: whatever the
// editor shows of a program, the server said.

import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand("weir.restartServer", restart),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("weir.path")) {
        await restart();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await stop();
}

async function start(): Promise<void> {
  const path = serverPath();
  const server: ServerOptions = { command: path, args: ["lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "weir" },
      { scheme: "untitled", language: "weir" },
    ],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/{*.weir,weir.toml}") },
  };
  client = new LanguageClient("weir", "Weir", server, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    await reportFailedStart(path, error);
  }
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  if (running?.needsStop()) {
    await running.stop();
  }
}

async function restart(): Promise<void> {
  await stop();
  await start();
}

function serverPath(): string {
  const configured = vscode.workspace.getConfiguration("weir").get<string>("path", "").trim();
  return configured === "" ? "weir" : configured;
}

async function reportFailedStart(path: string, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const openSettings = "Open Settings";
  const choice = await vscode.window.showErrorMessage(
    `Weir could not start \`${path} lsp\` (${reason}). Install weir, or say in the settings where it is.`,
    openSettings,
  );
  if (choice === openSettings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "weir.path");
  }
}
