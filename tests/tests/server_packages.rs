//! The language server on packages: files on the disk, open documents, and what comes and goes.

use serde_json::{Value, json};
use weir_tests::language_client::LanguageClient;
use weir_tests::weir::Weir;

const MANIFEST: &str = "[package]\nname = \"shop\"\n";
const MAIN: &str =
    "import prices\n\nfn main():\n    total: int = prices.total()\n    print(total)\n";
const PRICES: &str = "fn total() -> int:\n    return 3\n";
const IN_TEXT: &str = "fn total() -> str:\n    return \"3\"\n";

/// What the editor calls it when a file is new, changed or gone.
const CREATED: u32 = 1;
const CHANGED: u32 = 2;
const DELETED: u32 = 3;

fn shop() -> Weir {
    Weir::at(env!("CARGO_BIN_EXE_weir-under-test"))
        .file("weir.toml", MANIFEST)
        .file("src/main.weir", MAIN)
        .file("src/prices.weir", PRICES)
}

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().filter_map(|diagnostic| diagnostic["code"].as_str()).collect()
}

/// Waits until a document's published findings are those.
fn wait_for(client: &mut LanguageClient, uri: &str, expected: &[&str]) -> Vec<Value> {
    let message = client.wait(&format!("{expected:?} in {uri}"), |message| {
        let found = message["params"]["diagnostics"].as_array();
        message["method"] == "textDocument/publishDiagnostics"
            && message["params"]["uri"] == uri
            && found.is_some_and(|found| codes(found) == expected)
    });
    message["params"]["diagnostics"].as_array().cloned().unwrap_or_default()
}

fn files_changed(client: &mut LanguageClient, changes: &[(&str, u32)]) {
    let change = |(uri, kind): &(&str, u32)| json!({"uri": uri, "type": kind});
    let changes: Vec<_> = changes.iter().map(change).collect();
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
}

fn close(client: &mut LanguageClient, uri: &str) {
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
}

#[test]
fn an_opened_documents_imports_are_read_from_the_disk() {
    let weir = shop();
    let mut client = LanguageClient::start(&weir);
    let main = weir.uri("src/main.weir");
    client.open(&main, MAIN);
    assert_eq!(codes(&client.diagnostics(&main, 1)), [""; 0]);
}

#[test]
fn a_file_in_no_package_stays_alone() {
    let weir = Weir::at(env!("CARGO_BIN_EXE_weir-under-test")).file("prices.weir", PRICES);
    let mut client = LanguageClient::start(&weir);
    let main = weir.uri("main.weir");
    client.open(&main, MAIN);
    assert_eq!(codes(&client.diagnostics(&main, 1)), ["N003"]);
}

#[test]
fn an_edit_in_one_document_changes_the_findings_of_another() {
    let weir = shop();
    let mut client = LanguageClient::start(&weir);
    let (main, prices) = (weir.uri("src/main.weir"), weir.uri("src/prices.weir"));
    client.open(&main, MAIN);
    client.open(&prices, PRICES);
    wait_for(&mut client, &main, &[]);
    client.change(&prices, 2, &[(Value::Null, IN_TEXT)]);
    wait_for(&mut client, &main, &["T001"]);
    client.change(&prices, 3, &[(Value::Null, PRICES)]);
    wait_for(&mut client, &main, &[]);
}

#[test]
fn closing_a_document_brings_the_disks_text_back() {
    let weir = shop();
    let mut client = LanguageClient::start(&weir);
    let (main, prices) = (weir.uri("src/main.weir"), weir.uri("src/prices.weir"));
    client.open(&main, MAIN);
    client.open(&prices, IN_TEXT);
    wait_for(&mut client, &main, &["T001"]);
    close(&mut client, &prices);
    wait_for(&mut client, &main, &[]);
}

#[test]
fn a_document_that_is_not_saved_yet_is_a_module() {
    let weir = Weir::at(env!("CARGO_BIN_EXE_weir-under-test"))
        .file("weir.toml", MANIFEST)
        .file("src/main.weir", MAIN);
    let mut client = LanguageClient::start(&weir);
    let (main, prices) = (weir.uri("src/main.weir"), weir.uri("src/prices.weir"));
    client.open(&main, MAIN);
    wait_for(&mut client, &main, &["N003"]);
    client.open(&prices, PRICES);
    wait_for(&mut client, &main, &[]);
    close(&mut client, &prices);
    wait_for(&mut client, &main, &["N003"]);
}

#[test]
fn files_that_come_go_and_change_on_the_disk_are_taken_in() {
    let weir = shop();
    let mut client = LanguageClient::start(&weir);
    let (main, prices) = (weir.uri("src/main.weir"), weir.uri("src/prices.weir"));
    client.open(&main, MAIN);
    wait_for(&mut client, &main, &[]);
    weir.delete("src/prices.weir");
    files_changed(&mut client, &[(&prices, DELETED)]);
    wait_for(&mut client, &main, &["N003"]);
    weir.write("src/prices.weir", PRICES);
    files_changed(&mut client, &[(&prices, CREATED)]);
    wait_for(&mut client, &main, &[]);
    weir.write("src/prices.weir", IN_TEXT);
    files_changed(&mut client, &[(&prices, CHANGED)]);
    wait_for(&mut client, &main, &["T001"]);
}

#[test]
fn what_is_open_counts_before_what_changes_on_the_disk() {
    let weir = shop();
    let mut client = LanguageClient::start(&weir);
    let (main, prices) = (weir.uri("src/main.weir"), weir.uri("src/prices.weir"));
    client.open(&main, MAIN);
    client.open(&prices, PRICES);
    weir.write("src/prices.weir", IN_TEXT);
    files_changed(&mut client, &[(&prices, CHANGED)]);
    wait_for(&mut client, &main, &[]);
    close(&mut client, &prices);
    wait_for(&mut client, &main, &["T001"]);
}

#[test]
fn a_broken_manifest_has_its_findings_whether_it_is_open_or_not() {
    let weir = shop().file("weir.toml", "[package]\nnam = \"shop\"\n");
    let mut client = LanguageClient::start(&weir);
    let (main, manifest) = (weir.uri("src/main.weir"), weir.uri("weir.toml"));
    client.open(&main, MAIN);
    let found = wait_for(&mut client, &manifest, &["M001"]);
    assert_eq!(found[0]["range"]["start"]["line"], 1);
    wait_for(&mut client, &main, &[]);
    client.open(&manifest, MANIFEST);
    wait_for(&mut client, &manifest, &[]);
    close(&mut client, &manifest);
    wait_for(&mut client, &manifest, &["M001"]);
}

#[test]
fn a_manifest_that_comes_makes_a_package_and_one_that_goes_ends_it() {
    let weir = Weir::at(env!("CARGO_BIN_EXE_weir-under-test"))
        .file("src/main.weir", MAIN)
        .file("src/prices.weir", PRICES);
    let mut client = LanguageClient::start(&weir);
    let (main, manifest) = (weir.uri("src/main.weir"), weir.uri("weir.toml"));
    client.open(&main, MAIN);
    wait_for(&mut client, &main, &["N003"]);
    weir.write("weir.toml", MANIFEST);
    files_changed(&mut client, &[(&manifest, CREATED)]);
    wait_for(&mut client, &main, &[]);
    weir.delete("weir.toml");
    files_changed(&mut client, &[(&manifest, DELETED)]);
    wait_for(&mut client, &main, &["N003"]);
}

#[test]
fn the_manifests_source_folder_decides_what_is_a_module() {
    let weir = shop();
    let mut client = LanguageClient::start(&weir);
    let (main, manifest) = (weir.uri("src/main.weir"), weir.uri("weir.toml"));
    client.open(&main, MAIN);
    wait_for(&mut client, &main, &[]);
    client.open(&manifest, &format!("{MANIFEST}source = \".\"\n"));
    wait_for(&mut client, &main, &["N003"]);
}

#[test]
fn labels_in_documents_that_are_not_open_have_their_address() {
    let weir =
        shop().file("src/prices.weir", "fn fill(xs: mutable_list[int]):\n    xs.append(1)\n");
    let text = "import prices\n\nfn main():\n    xs = mutable_list[int]()\n    concurrent:\n        spawn prices.fill(xs)\n        xs.append(2)\n    print(xs)\n";
    let mut client = LanguageClient::start(&weir);
    let main = weir.uri("src/main.weir");
    client.open(&main, text);
    let found = wait_for(&mut client, &main, &["R001"]);
    let related = found[0]["relatedInformation"].as_array().cloned().unwrap_or_default();
    let prices = weir.uri("src/prices.weir");
    assert!(related.iter().any(|place| place["location"]["uri"] == prices), "{related:#?}");
}

#[test]
fn a_server_asks_to_hear_of_files_where_the_editor_can_tell() {
    let weir = shop();
    let mut client = LanguageClient::start_uninitialized(&weir);
    client
        .initialize(json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}}));
    let asked = client
        .wait("a wish to watch files", |message| message["method"] == "client/registerCapability");
    let watchers = &asked["params"]["registrations"][0]["registerOptions"]["watchers"];
    let globs = [&watchers[0]["globPattern"], &watchers[1]["globPattern"]];
    assert_eq!(globs, ["**/*.weir", "**/weir.toml"]);
}

#[test]
fn a_module_that_cannot_be_read_is_told_where_it_is_imported() {
    let weir = shop().file("src/prices.weir", b"\xff");
    let mut client = LanguageClient::start(&weir);
    let main = weir.uri("src/main.weir");
    client.open(&main, MAIN);
    let found = client.diagnostics(&main, 1);
    assert_eq!(codes(&found), ["N003"]);
    let message = found[0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("`prices` cannot be read"), "{message}");
    weir.write("src/prices.weir", PRICES);
    files_changed(&mut client, &[(&weir.uri("src/prices.weir"), CHANGED)]);
    wait_for(&mut client, &main, &[]);
}
