"use strict";
// Starts `weir lsp` and connects the editor to it. It knows nothing of the language: whatever the
// editor shows of a program, the server said.
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    o[k2] = m[k];
}));
var __setModuleDefault = (this && this.__setModuleDefault) || (Object.create ? (function(o, v) {
    Object.defineProperty(o, "default", { enumerable: true, value: v });
}) : function(o, v) {
    o["default"] = v;
});
var __importStar = (this && this.__importStar) || (function () {
    var ownKeys = function(o) {
        ownKeys = Object.getOwnPropertyNames || function (o) {
            var ar = [];
            for (var k in o) if (Object.prototype.hasOwnProperty.call(o, k)) ar[ar.length] = k;
            return ar;
        };
        return ownKeys(o);
    };
    return function (mod) {
        if (mod && mod.__esModule) return mod;
        var result = {};
        if (mod != null) for (var k = ownKeys(mod), i = 0; i < k.length; i++) if (k[i] !== "default") __createBinding(result, mod, k[i]);
        __setModuleDefault(result, mod);
        return result;
    };
})();
Object.defineProperty(exports, "__esModule", { value: true });
exports.activate = activate;
exports.deactivate = deactivate;
const vscode = __importStar(require("vscode"));
const node_1 = require("vscode-languageclient/node");
let client;
async function activate(context) {
    context.subscriptions.push(vscode.commands.registerCommand("weir.restartServer", restart), vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("weir.path")) {
            return restart();
        }
    }));
    await start();
}
async function deactivate() {
    await stop();
}
async function start() {
    const path = serverPath();
    const server = { command: path, args: ["lsp"] };
    const options = {
        documentSelector: [
            { scheme: "file", language: "weir" },
            { scheme: "untitled", language: "weir" },
        ],
        synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/{*.weir,weir.toml}") },
    };
    client = new node_1.LanguageClient("weir", "Weir", server, options);
    try {
        await client.start();
    }
    catch (error) {
        client = undefined;
        await reportFailedStart(path, error);
    }
}
async function stop() {
    const running = client;
    client = undefined;
    if (running?.needsStop()) {
        await running.stop();
    }
}
async function restart() {
    await stop();
    await start();
}
function serverPath() {
    const configured = vscode.workspace.getConfiguration("weir").get("path", "").trim();
    return configured === "" ? "weir" : configured;
}
async function reportFailedStart(path, error) {
    const reason = error instanceof Error ? error.message : String(error);
    const openSettings = "Open Settings";
    const choice = await vscode.window.showErrorMessage(`Weir could not start \`${path} lsp\` (${reason}). Install weir, or say in the settings where it is.`, openSettings);
    if (choice === openSettings) {
        await vscode.commands.executeCommand("workbench.action.openSettings", "weir.path");
    }
}
//# sourceMappingURL=extension.js.map