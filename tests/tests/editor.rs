//! The editor's own grammar: it colours what the lexer and the parser take for keywords.

use std::collections::BTreeSet;

use serde_json::Value;
use weir_syntax::keywords::{CONTEXTUAL, RESERVED};
use weir_tests::markdown::root;

/// How the scopes of keywords begin.
const KEYWORDS: [&str; 4] = ["keyword.", "storage.", "constant.language.", "variable.language."];

/// What begins so too: directives in comments, and the letter before a string.
const OTHERS: [&str; 2] = ["keyword.other.directive.", "storage.type.string."];

#[test]
fn the_grammar_names_every_keyword_and_no_other() {
    let path = root().join("vscode-extension/syntaxes/weir.tmLanguage.json");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let grammar: Value = serde_json::from_str(&text).unwrap_or_default();
    let mut named = BTreeSet::new();
    collect(&grammar, &mut named);
    let reserved = RESERVED.iter().map(|(text, _)| *text);
    let keywords = reserved.chain(CONTEXTUAL.iter().map(|word| word.text));
    let keywords: BTreeSet<_> = keywords.map(str::to_owned).collect();
    let missing: Vec<_> = keywords.difference(&named).collect();
    let unknown: Vec<_> = named.difference(&keywords).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing {missing:?}, unknown {unknown:?}");
}

/// Adds the words that a rule of the grammar, or one inside it, shows as keywords.
fn collect(rule: &Value, named: &mut BTreeSet<String>) {
    let expressions = [("match", "captures"), ("begin", "beginCaptures"), ("end", "endCaptures")];
    for (expression, captures) in expressions {
        let Some(expression) = rule[expression].as_str() else { continue };
        let is_all = is_keyword(&rule["name"]);
        for (word, groups) in words(expression) {
            let in_group = |group: &usize| is_keyword(&rule[captures][group.to_string()]["name"]);
            if is_all || groups.iter().any(in_group) {
                named.insert(word);
            }
        }
    }
    match rule {
        Value::Array(rules) => rules.iter().for_each(|rule| collect(rule, named)),
        Value::Object(rules) => rules.values().for_each(|rule| collect(rule, named)),
        _ => {}
    }
}

fn is_keyword(scope: &Value) -> bool {
    let scope = scope.as_str().unwrap_or_default();
    let begins = |with: &&str| scope.starts_with(*with);
    KEYWORDS.iter().any(begins) && !OTHERS.iter().any(begins)
}

/// The words that a regular expression matches letter by letter, each with the numbers of the
/// groups that it stands in. What is only looked at, before or behind the match, is left out.
fn words(expression: &str) -> Vec<(String, Vec<usize>)> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let (mut open, mut groups) = (Vec::new(), 0);
    let mut rest = expression;
    while let Some(next) = rest.chars().next() {
        if next.is_ascii_lowercase() || next == '_' {
            word.push(next);
            rest = &rest[1..];
            continue;
        }
        if !word.is_empty() && !open.contains(&Group::Look) {
            words.push((std::mem::take(&mut word), numbers(&open)));
        }
        word.clear();
        let (group, length) = opened(rest, &mut groups);
        open.extend(group);
        if next == ')' {
            open.pop();
        }
        rest = &rest[length..];
    }
    if !word.is_empty() {
        words.push((word, numbers(&open)));
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Numbered(usize),
    Unnumbered,
    Look,
}

fn numbers(open: &[Group]) -> Vec<usize> {
    let number = |group: &Group| match group {
        Group::Numbered(number) => Some(*number),
        Group::Unnumbered | Group::Look => None,
    };
    open.iter().filter_map(number).collect()
}

/// The group that the expression begins with, if it does, and the length of what is no word: a
/// group's head, a class of characters, an escape, or one character.
fn opened(rest: &str, groups: &mut usize) -> (Option<Group>, usize) {
    for head in ["(?=", "(?!", "(?<=", "(?<!"] {
        if rest.starts_with(head) {
            return (Some(Group::Look), head.len());
        }
    }
    if rest.starts_with("(?:") {
        return (Some(Group::Unnumbered), 3);
    }
    if rest.starts_with('(') {
        *groups += 1;
        return (Some(Group::Numbered(*groups)), 1);
    }
    (None, passed_over(rest))
}

fn passed_over(rest: &str) -> usize {
    let mut characters = rest.char_indices();
    match characters.next().map(|(_, character)| character) {
        Some('\\') if rest.starts_with("\\p{") => rest.find('}').map_or(rest.len(), |end| end + 1),
        Some('\\') => 1 + characters.next().map_or(0, |(_, escaped)| escaped.len_utf8()),
        Some('[') => {
            let mut end = 1;
            while end < rest.len() && !rest[end..].starts_with(']') {
                end += passed_over(&rest[end..]);
            }
            (end + 1).min(rest.len())
        }
        Some(other) => other.len_utf8(),
        None => 0,
    }
}

#[test]
fn words_of_an_expression_are_what_it_matches_letter_by_letter() {
    let found = words(r"(?<!x)\b(case)\s+(?:timeout|[a-z\]]no)\b(?=\s*look)(\p{L}end)");
    let found: Vec<_> = found.iter().map(|(word, groups)| (word.as_str(), &groups[..])).collect();
    assert_eq!(found, [("case", &[1][..]), ("timeout", &[]), ("no", &[]), ("end", &[2])]);
}
