//! The generator of `src/kind/generated.rs` and `src/ast/generated.rs`, and the test that they are
//! fresh.
//!
//! What it is not: part of the crate. The crate is built from the generated files alone; this test
//! makes them from `weir.ungram` and fails when they differ. `UPDATE=1 cargo test -p weir-syntax
//! --test codegen` rewrites them. Invariant: same ungrammar, same bytes.

#![allow(clippy::disallowed_methods, reason = "a test may read the tree that it is part of")]

use std::fmt::Write as _;
use std::path::PathBuf;

use ungrammar::{Grammar, Node, Rule};

/// Tokens that carry text of their own: name in the ungrammar, kind, how messages call it.
const VARIABLE_TOKENS: &[(&str, &str, &str)] = &[
    ("#ident", "Ident", "a name"),
    ("#int", "IntLiteral", "an integer"),
    ("#float", "FloatLiteral", "a float"),
    ("#string", "StringLiteral", "a string"),
    ("#bytes", "BytesLiteral", "a bytes literal"),
    ("#fstring_start", "FStringStart", "an f-string"),
    ("#fstring_text", "FStringPiece", "text"),
    ("#fstring_end", "FStringEnd", "the end of the f-string"),
];

/// Tokens that the ungrammar does not mention: kind, how messages call it, what it is.
const OTHER_TOKENS: &[(&str, &str, &str)] = &[
    ("Whitespace", "space", "Spaces and tabs within a line, or the indentation of one."),
    ("LineEnd", "the end of the line", "`\\n`, `\\r\\n` or a lone `\\r`."),
    ("Comment", "a comment", "`# ...` to the end of the line."),
    ("DocComment", "a doc comment", "`## ...` to the end of the line."),
    ("ByteOrderMark", "a byte order mark", "U+FEFF as the first character of a file."),
    ("Semicolon", "`;`", "`;`, which Weir does not use: a habit from elsewhere."),
    ("Bang", "`!`", "`!`, the conversion of an f-string hole; elsewhere a habit."),
    ("Unknown", "this character", "A run of characters that no token begins with."),
    ("Newline", "the end of the line", "Virtual: the end of a logical line. Never in a tree."),
    ("Indent", "an indented block", "Virtual: the begin of an indented block. Never in a tree."),
    ("Dedent", "the end of the block", "Virtual: the end of an indented block. Never in a tree."),
    ("Eof", "the end of the file", "Virtual: the end of the file. Never in a tree."),
];

/// Names of the punctuation tokens.
const PUNCTUATION: &[(&str, &str)] = &[
    ("(", "LeftParen"),
    (")", "RightParen"),
    ("[", "LeftBracket"),
    ("]", "RightBracket"),
    ("{", "LeftBrace"),
    ("}", "RightBrace"),
    (",", "Comma"),
    (":", "Colon"),
    (".", "Dot"),
    ("->", "Arrow"),
    ("?", "Question"),
    ("!", "Bang"),
    ("_", "Underscore"),
    ("=", "Equals"),
    ("+=", "PlusEquals"),
    ("-=", "MinusEquals"),
    ("*=", "StarEquals"),
    ("/=", "SlashEquals"),
    ("//=", "SlashSlashEquals"),
    ("%=", "PercentEquals"),
    ("+", "Plus"),
    ("-", "Minus"),
    ("*", "Star"),
    ("/", "Slash"),
    ("//", "SlashSlash"),
    ("%", "Percent"),
    ("**", "StarStar"),
    ("==", "EqualsEquals"),
    ("!=", "NotEquals"),
    ("<", "Less"),
    ("<=", "LessEquals"),
    (">", "Greater"),
    (">=", "GreaterEquals"),
    ("<<", "ShiftLeft"),
    (">>", "ShiftRight"),
    ("|", "Pipe"),
    ("^", "Caret"),
    ("&", "Ampersand"),
    ("~", "Tilde"),
];

/// Accessors that no rule of thumb can derive, written by hand in `src/ast/`: what stands where
/// is told by the tokens between, not by the count of children.
const BY_HAND: &[(&str, &str)] = &[
    ("AssignStmt", "target"),
    ("AssignStmt", "value"),
    ("AssignStmt", "op"),
    ("AssertStmt", "condition"),
    ("AssertStmt", "message"),
    ("MapEntry", "key"),
    ("MapEntry", "value"),
    ("SliceIndex", "start"),
    ("SliceIndex", "end"),
    ("ConditionalExpr", "then_value"),
    ("ConditionalExpr", "condition"),
    ("ConditionalExpr", "else_value"),
    ("BinaryExpr", "lhs"),
    ("BinaryExpr", "rhs"),
    ("BinaryExpr", "op"),
    ("UnaryExpr", "op"),
    ("IndexExpr", "base"),
    ("IndexExpr", "indices"),
];

#[test]
fn generated_files_are_fresh() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("weir.ungram")).expect("weir.ungram is there");
    let grammar: Grammar = text.parse().expect("weir.ungram is an ungrammar");
    let mut stale = Vec::new();
    for (path, fresh) in
        [("src/kind/generated.rs", kinds(&grammar)), ("src/ast/generated.rs", tree(&grammar))]
    {
        let file = root.join(path);
        if std::fs::read_to_string(&file).unwrap_or_default() == fresh {
            continue;
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, fresh).expect("the generated file can be written");
        } else {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; run again with UPDATE=1");
}

const HEADER: &str = "\
//! Made from `weir.ungram` by `tests/codegen.rs`; do not edit. `UPDATE=1 cargo test -p weir-syntax
//! --test codegen` makes it afresh.
";

// ------------------------------------------------------------------------------------------ kinds

/// `src/kind/generated.rs`: the enum, the text of fixed tokens, the keyword look-up.
fn kinds(grammar: &Grammar) -> String {
    let mut out = String::from(HEADER);
    let mut all: Vec<String> = Vec::new();
    let mut texts: Vec<(String, String)> = Vec::new();
    out.push_str("\n/// The kind of a token or a node of the tree.\n");
    out.push_str("#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n");
    out.push_str("#[repr(u16)]\npub enum SyntaxKind {\n");
    let mut variant = |out: &mut String, doc: &str, name: &str| {
        let _ = writeln!(out, "    /// {doc}\n    {name},");
        all.push(name.to_string());
    };
    for (name, words, doc) in OTHER_TOKENS {
        variant(&mut out, doc, name);
        texts.push((name.to_string(), words.to_string()));
    }
    for (_, name, words) in VARIABLE_TOKENS {
        variant(&mut out, &format!("A token: {words}."), name);
        texts.push((name.to_string(), words.to_string()));
    }
    for (text, name) in PUNCTUATION {
        if *name != "Bang" {
            variant(&mut out, &format!("`{text}`"), name);
            texts.push((name.to_string(), format!("`{text}`")));
        }
    }
    for text in keyword_texts(grammar) {
        let name = token_kind(&text);
        variant(&mut out, &format!("`{text}`"), &name);
        texts.push((name, format!("`{text}`")));
    }
    variant(&mut out, "A node: what the parser could make nothing of.", "Error");
    for node in grammar.iter() {
        if variants(grammar, node).is_none() {
            let data = &grammar[node];
            let rule = show(grammar, &data.rule, false);
            variant(&mut out, &format!("A node: `{} = {rule}`", data.name), &data.name);
        }
    }
    out.push_str("}\n\nimpl SyntaxKind {\n");
    let _ = writeln!(out, "    /// Every kind, in the order of its number.");
    let _ = writeln!(out, "    pub const ALL: [SyntaxKind; {}] = [", all.len());
    for name in &all {
        let _ = writeln!(out, "        SyntaxKind::{name},");
    }
    out.push_str("    ];\n\n");
    let keywords = keyword_texts(grammar);
    for (constant, text) in [("FIRST", keywords.first()), ("LAST", keywords.last())] {
        let kind = token_kind(text.expect("a grammar has keywords"));
        let _ = writeln!(
            out,
            "    pub(crate) const {constant}_KEYWORD: SyntaxKind = SyntaxKind::{kind};"
        );
    }
    out.push_str(
        "\n    /// What a message calls a token of this kind; nodes have no such words.\n",
    );
    out.push_str("    pub fn words(self) -> &'static str {\n        match self {\n");
    for (name, words) in &texts {
        let _ = writeln!(out, "            SyntaxKind::{name} => {words:?},");
    }
    out.push_str("            _ => \"this\",\n        }\n    }\n}\n");
    out
}

/// The words among the quoted tokens, sorted.
fn keyword_texts(grammar: &Grammar) -> Vec<String> {
    let mut texts: Vec<String> = grammar
        .tokens()
        .map(|token| grammar[token].name.clone())
        .filter(|text| text.starts_with(|c: char| c.is_ascii_alphabetic()))
        .collect();
    texts.sort();
    texts
}

fn token_kind(text: &str) -> String {
    if let Some((_, kind, _)) = VARIABLE_TOKENS.iter().find(|(name, _, _)| *name == text) {
        return kind.to_string();
    }
    if let Some((_, kind)) = PUNCTUATION.iter().find(|(name, _)| *name == text) {
        return kind.to_string();
    }
    assert!(
        text.chars().all(|c| c.is_ascii_alphabetic()),
        "punctuation `{text}` has no name in PUNCTUATION"
    );
    let mut name = text[..1].to_uppercase();
    name.push_str(&text[1..]);
    name + "Keyword"
}

// ------------------------------------------------------------------------------------------- tree

/// `src/ast/generated.rs`: one struct or enum for each rule.
fn tree(grammar: &Grammar) -> String {
    let mut out = String::from(HEADER);
    out.push_str("\nuse crate::ast::support::{self, ast_enum, ast_node};\n");
    out.push_str("use crate::ast::{AstChildren, AstNode};\n");
    out.push_str("use crate::{SyntaxKind, SyntaxNode, SyntaxToken};\n");
    for node in grammar.iter() {
        let data = &grammar[node];
        let rule = show(grammar, &data.rule, false);
        let doc = format!("`{} = {rule}`", data.name);
        if let Some(members) = variants(grammar, node) {
            let _ = writeln!(out, "\nast_enum! {{\n    #[doc = {doc:?}]\n    {} {{", data.name);
            for member in members {
                let _ = writeln!(out, "        {member},");
            }
            out.push_str("    }\n}\n");
            continue;
        }
        let _ = writeln!(out, "\nast_node! {{\n    #[doc = {doc:?}]\n    {}\n}}", data.name);
        let accessors: String = fields(grammar, node).iter().map(Field::accessor).collect();
        if !accessors.is_empty() {
            let _ = writeln!(out, "\nimpl {} {{{}}}", data.name, accessors);
        }
    }
    out
}

/// The alternatives of a rule that is nothing but nodes: an enum.
fn variants(grammar: &Grammar, node: Node) -> Option<Vec<String>> {
    let Rule::Alt(rules) = &grammar[node].rule else {
        return None;
    };
    let names = rules.iter().map(|rule| match rule {
        Rule::Node(node) => Some(grammar[*node].name.clone()),
        _ => None,
    });
    names.collect()
}

struct Field {
    name: String,
    of: Of,
    many: bool,
}

#[derive(PartialEq, Clone)]
enum Of {
    Node(String),
    Token(String),
}

impl Field {
    fn accessor(&self) -> String {
        let name = &self.name;
        match (&self.of, self.many) {
            (Of::Node(ty), false) => format!(
                "\n    /// The first `{ty}` child.\n    pub fn {name}(&self) -> Option<{ty}> {{\n        \
                 support::child(self.syntax())\n    }}\n"
            ),
            (Of::Node(ty), true) => format!(
                "\n    /// All `{ty}` children.\n    pub fn {name}(&self) -> AstChildren<{ty}> {{\n        \
                 support::children(self.syntax())\n    }}\n"
            ),
            (Of::Token(kind), _) => format!(
                "\n    /// The first `{kind}` token.\n    pub fn {name}(&self) -> Option<SyntaxToken> {{\n        \
                 support::token(self.syntax(), SyntaxKind::{kind})\n    }}\n"
            ),
        }
    }
}

fn fields(grammar: &Grammar, node: Node) -> Vec<Field> {
    let mut found = Vec::new();
    collect(grammar, &grammar[node].rule, None, false, &mut found);
    let owner = &grammar[node].name;
    found.retain(|field| !BY_HAND.contains(&(owner, &field.name)));
    for (i, field) in found.iter().enumerate() {
        for other in &found[..i] {
            assert!(
                field.of != other.of || matches!(field.of, Of::Token(_)),
                "{owner}: `{}` and `{}` cannot be told apart; write them by hand",
                other.name,
                field.name
            );
        }
    }
    found
}

fn collect(grammar: &Grammar, rule: &Rule, label: Option<&str>, many: bool, out: &mut Vec<Field>) {
    match rule {
        Rule::Labeled { label, rule } => collect(grammar, rule, Some(label), many, out),
        Rule::Node(node) => {
            let ty = grammar[*node].name.clone();
            let single = label.map_or_else(|| snake(&ty), str::to_string);
            let plural = label.map_or_else(|| plural(&snake(&ty)), str::to_string);
            let seen = out.iter_mut().find(|field| {
                field.of == Of::Node(ty.clone()) && (field.name == single || field.name == plural)
            });
            if let Some(field) = seen {
                field.name = plural;
                field.many = true;
                return;
            }
            let name = if many { plural } else { single };
            out.push(Field { name, of: Of::Node(ty), many });
        }
        Rule::Token(token) => {
            let text = &grammar[*token].name;
            let kind = token_kind(text);
            let bare = kind.strip_suffix("Keyword").or(kind.strip_suffix("Literal"));
            let name = match label {
                Some("op") => "op".to_string(),
                Some(label) => format!("{label}_token"),
                None => format!("{}_token", snake(bare.unwrap_or(&kind))),
            };
            // A separator is nobody's part: who wants it walks the tokens.
            if !many && !out.iter().any(|field| field.name == name) && text != "," && text != "|" {
                out.push(Field { name, of: Of::Token(kind), many: false });
            }
        }
        Rule::Seq(rules) | Rule::Alt(rules) => {
            for rule in rules {
                collect(grammar, rule, label, many, out);
            }
        }
        Rule::Opt(rule) => collect(grammar, rule, label, many, out),
        Rule::Rep(rule) => collect(grammar, rule, label, true, out),
    }
}

fn snake(name: &str) -> String {
    let name = name.replace("FString", "Fstring");
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    if out == "type" { "ty".to_string() } else { out }
}

fn plural(name: &str) -> String {
    match name.strip_suffix('y') {
        Some("t") => "types".to_string(),
        Some(stem) => format!("{stem}ies"),
        None if name == "index" => "indices".to_string(),
        None => format!("{name}s"),
    }
}

/// A rule as text again, for the docs.
fn show(grammar: &Grammar, rule: &Rule, inner: bool) -> String {
    let join = |rules: &[Rule], by: &str| {
        let parts: Vec<String> = rules.iter().map(|rule| show(grammar, rule, true)).collect();
        if inner { format!("({})", parts.join(by)) } else { parts.join(by) }
    };
    match rule {
        Rule::Labeled { label, rule } => format!("{label}:{}", show(grammar, rule, true)),
        Rule::Node(node) => grammar[*node].name.clone(),
        Rule::Token(token) => format!("'{}'", grammar[*token].name),
        Rule::Seq(rules) => join(rules, " "),
        Rule::Alt(rules) => join(rules, " | "),
        Rule::Opt(rule) => format!("{}?", show(grammar, rule, true)),
        Rule::Rep(rule) => format!("{}*", show(grammar, rule, true)),
    }
}
