//! `docs/language/grammar.md` shows the rules of `weir.ungram`, all of them and as they are.
//!
//! `UPDATE=1 cargo test -p weir-syntax --test grammar_page` writes the page.

#![allow(clippy::disallowed_methods, reason = "the environment says whether to write the page")]

use std::path::Path;

const HEAD: &str = "\
# Grammar

All forms on one page, for those who write tools. This is the shape of the tree that the parser builds, in the notation
of [ungrammar](https://github.com/rust-analyzer/ungrammar): `'text'` is a token of that text, `'#name'` a token with text
of its own, `?` may be missing, `*` may be repeated, `label:` names a part. Line ends and indentation steer the parser
and are not part of the tree; a block is statements, however it was laid out.

The page is made from [`syntax/weir.ungram`](../../syntax/weir.ungram), and a test holds them together.
";

fn page(grammar: &str) -> String {
    let mut page = HEAD.to_owned();
    let mut is_open = false;
    for line in grammar.lines() {
        if let Some(ruler) = line.strip_prefix("//---") {
            if is_open {
                page.truncate(page.trim_end().len());
                page += "\n```\n";
            }
            let title = ruler.trim_start_matches('-').trim();
            let (first, rest) = title.split_at(title.len().min(1));
            page += &format!("\n## {}{rest}\n\n```text\n", first.to_uppercase());
            is_open = true;
        } else if is_open && !(line.is_empty() && page.ends_with("```text\n")) {
            let line = line.strip_prefix("//").map_or(line.to_owned(), |of| format!("#{of}"));
            page += &line;
            page.push('\n');
        }
    }
    page.truncate(page.trim_end().len());
    page + "\n```\n"
}

#[test]
fn the_grammar_page_shows_the_grammar() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let grammar = std::fs::read_to_string(root.join("weir.ungram")).unwrap_or_default();
    let path = root.join("../docs/language/grammar.md");
    let expected = page(&grammar);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap_or_else(|error| panic!("{error}"));
    }
    let shown = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(shown == expected, "`docs/language/grammar.md` is stale: run this test with UPDATE=1");
    let rules =
        grammar.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim());
    let rules = rules.filter(|name| name.chars().all(char::is_alphanumeric) && !name.is_empty());
    let missing: Vec<_> =
        rules.filter(|name| *name != "SourceFile" && !shown.contains(*name)).collect();
    assert!(missing.is_empty(), "the page does not name {missing:?}");
}
