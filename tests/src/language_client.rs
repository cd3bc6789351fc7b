//! An editor, as far as the server can tell: it talks to `weir lsp` over pipes.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::weir::Weir;

/// The server answers in milliseconds; a machine under load may take longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// One session.
pub struct LanguageClient {
    child: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What came while something else was waited for.
    passed_over: VecDeque<Value>,
    requests: u64,
}

impl LanguageClient {
    /// Starts a server and initializes it.
    pub fn start(weir: &Weir) -> Self {
        let mut client = Self::start_uninitialized(weir);
        client.initialize(json!({}));
        client
    }

    /// Starts a server and says nothing.
    pub fn start_uninitialized(weir: &Weir) -> Self {
        let mut child = weir.start(&["lsp", "--stdio"]);
        let (sender, messages) = channel();
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || receive_all(BufReader::new(stdout), &sender));
        }
        let stdin = child.stdin.take();
        Self { child, stdin, messages, passed_over: VecDeque::new(), requests: 0 }
    }

    /// Begins the session with these capabilities; gives the server's answer.
    pub fn initialize(&mut self, capabilities: Value) -> Value {
        let answer = self.request("initialize", json!({"capabilities": capabilities}));
        self.notify("initialized", json!({}));
        answer
    }

    /// Sends a request and waits for its answer: the whole message.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send_request(method, params);
        self.wait(&format!("an answer to `{method}`"), |message| message["id"] == id)
    }

    /// Sends a request and does not wait; gives its id.
    pub fn send_request(&mut self, method: &str, params: Value) -> u64 {
        self.requests += 1;
        let id = self.requests;
        let mut request = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if !params.is_null() {
            request["params"] = params;
        }
        self.send(&request);
        id
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        let mut notification = json!({"jsonrpc": "2.0", "method": method});
        if !params.is_null() {
            notification["params"] = params;
        }
        self.send(&notification);
    }

    /// Opens a document.
    pub fn open(&mut self, uri: &str, text: &str) {
        let item = json!({"uri": uri, "languageId": "weir", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
    }

    /// Edits a document: `(range, text)`, the range as the protocol writes it.
    pub fn change(&mut self, uri: &str, version: i32, edits: &[(Value, &str)]) {
        let change = |(range, text): &(Value, &str)| json!({"range": range, "text": text});
        let changes: Vec<_> = edits.iter().map(change).collect();
        let document = json!({"uri": uri, "version": version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.notify("textDocument/didChange", params);
    }

    /// The findings of that version of a document, as soon as they are published.
    pub fn diagnostics(&mut self, uri: &str, version: i32) -> Vec<Value> {
        let message = self.wait(&format!("the findings of version {version}"), |message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].as_array().cloned().unwrap_or_default()
    }

    /// Waits for a message.
    ///
    /// # Panics
    /// When none comes, saying what came instead.
    pub fn wait(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(index) = self.passed_over.iter().position(&is_it) {
            return self.passed_over.remove(index).unwrap_or_default();
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.messages.recv_timeout(left) {
                Ok(message) if is_it(&message) => return message,
                Ok(message) => self.passed_over.push_back(message),
                Err(_) => panic!("waited in vain for {what}; there was {:?}", self.passed_over),
            }
        }
    }

    /// Hangs up: closes the server's standard input.
    pub fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// The exit status, once the process has ended; none when it does not end.
    pub fn ended(&mut self) -> Option<i32> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status.code().unwrap_or(-1));
            }
            thread::sleep(Duration::from_millis(5));
        }
        None
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let Some(stdin) = &mut self.stdin else { return };
        let sent = write!(stdin, "Content-Length: {}\r\n\r\n{body}", body.len());
        sent.and_then(|()| stdin.flush())
            .unwrap_or_else(|error| panic!("the server hung up: {error}"));
    }
}

impl Drop for LanguageClient {
    fn drop(&mut self) {
        // A test that failed half-way leaves no server behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads messages until the server closes its output.
fn receive_all(mut from: BufReader<ChildStdout>, to: &Sender<Value>) {
    while let Some(message) = receive(&mut from) {
        if to.send(message).is_err() {
            return;
        }
    }
}

fn receive(from: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => {
                if let Some(value) = header.strip_prefix("Content-Length: ") {
                    length = value.parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
