//! The language server, driven over pipes as an editor drives it.

use serde_json::{Value, json};
use weir_tests::language_client::LanguageClient;
use weir_tests::weir::Weir;

const URI: &str = "file:///project/main.weir";

/// `line` is a type mismatch; nothing else is wrong.
const PROGRAM: &str = "fn main():\n    line: int = \"text\"\n    print(line)\n";

fn client() -> (Weir, LanguageClient) {
    let weir = Weir::at(env!("CARGO_BIN_EXE_weir-under-test"));
    let client = LanguageClient::start(&weir);
    (weir, client)
}

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().filter_map(|diagnostic| diagnostic["code"].as_str()).collect()
}

fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    let position = |(line, character): (u32, u32)| json!({"line": line, "character": character});
    json!({"start": position(start), "end": position(end)})
}

#[test]
fn an_opened_document_is_checked() {
    let (_weir, mut client) = client();
    client.open(URI, PROGRAM);
    let found = client.diagnostics(URI, 1);
    assert_eq!(codes(&found), ["T001"]);
    assert_eq!(found[0]["severity"], 1);
    assert_eq!(found[0]["source"], "weir");
    assert_eq!(found[0]["range"]["start"]["line"], 1);
}

#[test]
fn an_edit_changes_the_findings() {
    let (_weir, mut client) = client();
    client.open(URI, PROGRAM);
    assert_eq!(codes(&client.diagnostics(URI, 1)), ["T001"]);
    client.change(URI, 2, &[(range((1, 16), (1, 22)), "42")]);
    assert_eq!(codes(&client.diagnostics(URI, 2)), [""; 0]);
    client.change(URI, 3, &[(range((2, 10), (2, 14)), "lien")]);
    assert_eq!(codes(&client.diagnostics(URI, 3)), ["N001"]);
}

#[test]
fn of_a_burst_of_edits_the_last_one_counts() {
    let (_weir, mut client) = client();
    client.open(URI, "");
    for version in 2..=101 {
        let end = version - 2;
        client.change(URI, version as i32, &[(range((0, end), (0, end)), "#")]);
    }
    client.change(URI, 102, &[(Value::Null, PROGRAM)]);
    assert_eq!(codes(&client.diagnostics(URI, 102)), ["T001"]);
}

#[test]
fn columns_are_counted_in_what_was_agreed_on() {
    let program = "fn main():\n    s: str = (\"𝄞\", 1)[1]\n    print(s)\n";
    let starts = [json!(["utf-8", "utf-16"]), json!(["utf-16"])].map(|encodings| {
        let weir = Weir::at(env!("CARGO_BIN_EXE_weir-under-test"));
        let mut client = LanguageClient::start_uninitialized(&weir);
        let answer = client.initialize(json!({"general": {"positionEncodings": encodings}}));
        client.open(URI, program);
        let found = client.diagnostics(URI, 1);
        let encoding = answer["result"]["capabilities"]["positionEncoding"].clone();
        (encoding, found[0]["range"]["end"]["character"].as_u64())
    });
    let [(bytes, in_bytes), (units, in_units)] = starts;
    assert_eq!((bytes, units), (json!("utf-8"), json!("utf-16")));
    assert_eq!(in_bytes.zip(in_units).map(|(bytes, units)| bytes - units), Some(2));
}

#[test]
fn a_closed_document_has_no_findings() {
    let (_weir, mut client) = client();
    client.open(URI, PROGRAM);
    assert_eq!(codes(&client.diagnostics(URI, 1)), ["T001"]);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    let message = client.wait("no findings", |message| {
        message["method"] == "textDocument/publishDiagnostics"
            && message["params"]["version"].is_null()
    });
    assert_eq!(message["params"]["diagnostics"], json!([]));
}

#[test]
fn the_server_finds_what_analyze_finds() {
    let weir = Weir::at(env!("CARGO_BIN_EXE_weir-under-test")).file("main.weir", PROGRAM);
    let analyzed = weir.run(&["analyze", "--format", "json", "main.weir"]).stdout;
    let analyzed: Value = serde_json::from_str(&analyzed).unwrap_or_default();
    let analyzed = analyzed["diagnostics"].as_array().cloned().unwrap_or_default();
    let mut client = LanguageClient::start(&weir);
    client.open(URI, PROGRAM);
    let served = client.diagnostics(URI, 1);
    assert_eq!(codes(&served), codes(&analyzed));
    let line = |found: &Value| found["range"]["start"]["line"].as_u64();
    assert_eq!(line(&served[0]).map(|line| line + 1), line(&analyzed[0]));
}

#[test]
fn a_hover_on_a_finding_shows_its_rule() {
    let (_weir, mut client) = client();
    client.open(URI, PROGRAM);
    let at = |line: u32, character: u32| json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}});
    let answer = client.request("textDocument/hover", at(1, 18));
    let page = answer["result"]["contents"]["value"].as_str().unwrap_or_default();
    assert!(page.contains("T001"), "{answer}");
    let answer = client.request("textDocument/hover", at(0, 0));
    assert_eq!(answer["result"], Value::Null);
}

#[test]
fn a_hover_on_a_name_shows_its_declaration_and_what_that_says() {
    const TEXT: &str = "## Twice as much.\nfn twice(n: int) -> int:\n    return n * 2\n\nfn main():\n    \
                        print(sorted([twice(1)], key=fn(x): -x), \"a b\".split())\n";
    let (_weir, mut client) = client();
    client.open(URI, TEXT);
    let line = TEXT.lines().nth(5).unwrap_or_default();
    let mut shown = |word: &str| -> String {
        let character = line.find(word).unwrap_or_default() + 1;
        let params = json!({
            "textDocument": {"uri": URI},
            "position": {"line": 5, "character": character},
        });
        let answer = client.request("textDocument/hover", params);
        answer["result"]["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(shown("twice"), "```weir\nfn twice(n: int) -> int\n```\n\nTwice as much.");
    assert_eq!(
        shown("sorted"),
        "```weir\nfn sorted[T, K: ordered](items: iterable[T], key: mutable fn(T) -> K, reverse: bool \
         = false) -> list[T]\n```\n\nA new list of the elements by ascending `key`; equals stay in \
         their order."
    );
    assert_eq!(
        shown("split"),
        "```weir\nfn split(self) -> list[str]\n```\n\nThe words between runs of blanks."
    );
}

#[test]
fn exit_after_shutdown_ends_the_process_well() {
    let (_weir, mut client) = client();
    assert_eq!(client.request("shutdown", Value::Null)["error"], Value::Null);
    client.notify("exit", Value::Null);
    assert_eq!(client.ended(), Some(0));
}

#[test]
fn exit_alone_ends_the_process_too() {
    let (_weir, mut client) = client();
    client.notify("exit", Value::Null);
    assert_eq!(client.ended(), Some(1));
}

#[test]
fn an_editor_that_hangs_up_leaves_no_server_behind() {
    let (_weir, mut client) = client();
    client.hang_up();
    assert_eq!(client.ended(), Some(1));
}

#[test]
fn a_request_about_an_unknown_document_has_an_empty_answer() {
    let (_weir, mut client) = client();
    let params = json!({"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}});
    let answer = client.request("textDocument/hover", params);
    assert_eq!(answer["result"], Value::Null);
}
