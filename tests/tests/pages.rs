//! The style of the rules' pages, and the table of all rules. The style is written down in
//! `docs/rules.md`; `UPDATE=1` rewrites the table.

use std::{env, fs};

use weir_analyzer::diagnostics::{REGISTRY, Rule};
use weir_tests::markdown::root;
use weir_tests::rules;

const LINE_CHARACTERS_MAX: usize = 110;
const FIRST_SENTENCE_WORDS_MAX: usize = 40;
const WHAT_WORDS_MAX: usize = 60;
const WHY_WORDS_MAX: usize = 220;
const PROGRAM_LINES_MAX: usize = 30;

/// Words that talk down, that blame, that are Latin or that stand for nothing.
const WORDS_NOT_USED: [&str; 14] = [
    "simply",
    "just",
    "obviously",
    "easily",
    "please",
    "illegal",
    "invalid",
    "e.g.",
    "i.e.",
    "etc.",
    "foo",
    "bar",
    "baz",
    "note that",
];

/// The parts of a page in their order.
struct Page<'a> {
    what: &'a str,
    why: &'a str,
    programs: [&'a str; 2],
}

/// Takes a page apart; fails when it is put together in another way.
fn page(rule: &Rule) -> Result<Page<'_>, String> {
    let missing = |part: &str| format!("`{part}` is missing or at another place");
    let title = format!("# {}: {}\n\n", rule.code, rule.name);
    let rest = rule.page.strip_prefix(&title).ok_or_else(|| missing(title.trim()))?;
    let (what, rest) = rest.split_once("\n\n## Why\n\n").ok_or_else(|| missing("## Why"))?;
    let split = rest.split_once("\n\n## Flagged\n\n").ok_or_else(|| missing("## Flagged"))?;
    let (why, rest) = split;
    let split = rest.split_once("\n\n## Mended\n\n").ok_or_else(|| missing("## Mended"))?;
    let programs = [program(split.0)?, program(split.1)?];
    let headings =
        rule.page.lines().filter(|line| line.starts_with('#') && !line.starts_with("# w"));
    match headings.count() {
        4 => Ok(Page { what, why, programs }),
        count => Err(format!("it has {count} headings")),
    }
}

/// The one program of a part, with the fences around its files.
fn program(part: &str) -> Result<&str, String> {
    let mut is_inside = false;
    let mut files = Vec::new();
    let mut is_alone = true;
    for line in part.lines() {
        match line.strip_prefix("```") {
            Some(info) if !is_inside => {
                is_inside = true;
                files.push(info);
            }
            Some(_) => is_inside = false,
            None => is_alone &= is_inside || line.is_empty(),
        }
    }
    let is_program =
        files.iter().all(|info| ["weir", "toml"].iter().any(|of| info.starts_with(of)))
            && files.iter().filter(|info| **info == "weir").count() <= 1;
    match is_alone && is_program && !files.is_empty() {
        true => Ok(part.trim()),
        false => Err(format!("not one program alone: {part}")),
    }
}

/// Checks each page for what is wrong with it.
fn assert_pages(mistakes: impl Fn(&Rule, &Page<'_>) -> Vec<String>) {
    let of_rule = |rule: &Rule| match page(rule) {
        Ok(page) => mistakes(rule, &page),
        Err(mistake) => vec![mistake],
    };
    let all = REGISTRY.iter().flat_map(|rule| {
        of_rule(rule).into_iter().map(|mistake| format!("{}: {mistake}", rule.code))
    });
    let all: Vec<_> = all.collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn too_long(part: &str, is: usize, max: usize) -> Option<String> {
    (is > max).then(|| format!("{part} is {is} long, and {max} is the most"))
}

#[test]
fn every_page_has_the_same_parts_none_of_them_long() {
    assert_pages(|_, page| {
        let sentence = page.what.split(['.', ':']).next().unwrap_or_default();
        let line = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        let lines = page.programs.map(|program| program.lines().count());
        let checks = [
            too_long("the first sentence", words(sentence), FIRST_SENTENCE_WORDS_MAX),
            too_long("the first paragraph", words(page.what), WHAT_WORDS_MAX),
            too_long("why", words(page.why), WHY_WORDS_MAX),
            too_long("a line", line(page.what).max(line(page.why)), LINE_CHARACTERS_MAX),
            too_long("a program", lines[0].max(lines[1]), PROGRAM_LINES_MAX),
            page.what.contains("\n\n").then(|| "what is wrong takes one paragraph".to_owned()),
        ];
        checks.into_iter().flatten().collect()
    });
}

#[test]
fn every_page_begins_with_what_is_wrong_in_whole_sentences() {
    assert_pages(|_, page| {
        let starts = page.what.starts_with(|first: char| first.is_uppercase() || first == '`');
        let about_itself = ["This rule", "Checks", "Detects", "Reports", "Flags"];
        let mistakes = [
            (!starts, "the first sentence begins in the middle"),
            (!page.what.ends_with('.'), "the first paragraph ends without a full stop"),
            (!page.why.ends_with('.'), "why ends without a full stop"),
            (about_itself.iter().any(|of| page.what.starts_with(of)), "it speaks of the rule"),
        ];
        mistakes.iter().filter(|(is, _)| *is).map(|(_, mistake)| (*mistake).to_owned()).collect()
    });
}

#[test]
fn no_page_talks_down_blames_or_says_nothing() {
    assert_pages(|_, page| {
        let prose = format!("{} {}", page.what, page.why).to_lowercase();
        let is_part = |character: char| !character.is_alphanumeric() && character != '.';
        let words: Vec<&str> = prose.split(is_part).collect();
        let used = WORDS_NOT_USED.iter().filter(|word| match word.contains(' ') {
            true => prose.contains(**word),
            false => words.iter().any(|of| of == *word || of.trim_end_matches('.') == **word),
        });
        let used = used.map(|word| format!("it says `{word}`"));
        used.chain(prose.contains('!').then(|| "it exclaims".to_owned())).collect()
    });
}

#[test]
fn titles_are_one_line_that_says_what_is_flagged() {
    assert_pages(|rule, _| {
        let title = rule.title;
        let is_plain = !title.ends_with('.') && !title.contains('\n') && title.len() <= 90;
        let starts_low = title.starts_with(|first: char| first.is_lowercase());
        match is_plain && starts_low {
            true => Vec::new(),
            false => vec![format!("`{title}` is no title")],
        }
    });
}

#[test]
fn the_table_of_rules_is_the_registrys() {
    let path = root().join(rules::PATH);
    let document = fs::read_to_string(&path).unwrap_or_default();
    let current = rules::with_table(&document).unwrap_or_default();
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &current).unwrap_or_else(|error| panic!("{}: {error}", rules::PATH));
    }
    let is_current = document == current || env::var_os("UPDATE").is_some();
    assert!(is_current, "{} is stale: run it with UPDATE=1", rules::PATH);
}
