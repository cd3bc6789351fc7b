//! What holds for every text.
//!
//! What it is not: the making of texts. Invariant: a check that fails says on which text.

use weir_syntax::format::{format, same_program};
use weir_syntax::{Parse, TextSize, parse};

use super::choices::Choices;
use super::edits;

/// How many edits there were, for how many a part was enough, and how many gave a program that could be
/// formatted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Edits {
    pub(crate) all: usize,
    pub(crate) of_parts: usize,
    pub(crate) formatted: usize,
}

impl std::ops::AddAssign for Edits {
    fn add_assign(&mut self, more: Self) {
        self.all += more.all;
        self.of_parts += more.of_parts;
        self.formatted += more.formatted;
    }
}

/// The tree has the text's text, and the findings lie in it.
#[track_caller]
pub(crate) fn check_text(text: &str) -> Parse {
    let parsed = parse(text);
    assert_eq!(parsed.syntax().text(), text, "the text of the tree is another one");
    for error in parsed.errors() {
        assert!(error.range.end() <= TextSize::of(text), "{error:?} in {text:?}");
        assert!(text.is_char_boundary(error.range.start().into()), "{error:?} in {text:?}");
        assert!(text.is_char_boundary(error.range.end().into()), "{error:?} in {text:?}");
        assert!(!error.message.is_empty());
    }
    parsed
}

/// What is formatted is the same program, and its own format; false if the text has mistakes.
#[track_caller]
pub(crate) fn check_format(parsed: &Parse) -> bool {
    let Ok(formatted) = format(parsed) else { return false };
    let again = check_text(&formatted);
    assert_eq!(again.errors(), [], "of the format of {}", parsed.syntax());
    assert!(
        same_program(parsed.green(), again.green()),
        "not the same program\n{}\n----\n{formatted}",
        parsed.syntax()
    );
    assert_eq!(format(&again).as_deref(), Ok(formatted.as_str()), "of {}", parsed.syntax());
    true
}

/// After each of these edits the reparse is the parse.
#[track_caller]
pub(crate) fn check_edits(text: &str, count: usize, choices: &mut Choices<'_>) -> Edits {
    let mut text = text.to_string();
    let mut parsed = check_text(&text);
    let mut edits = Edits::default();
    for _ in 0..count {
        let edit = edits::edit(&text, choices);
        let new_text = edits::apply(&text, &edit);
        let whole = check_text(&new_text);
        edits.all += 1;
        edits.formatted += usize::from(check_format(&whole));
        if let Some(part) = parsed.reparse_part(&edit, &new_text) {
            edits.of_parts += 1;
            let is_same = part == whole;
            assert!(is_same, "{}", difference(&text, &edit, &part, &whole));
        }
        // A mistake may show only in the edit after the next, so go on from the reparse.
        parsed = parsed.reparse(&edit, &new_text);
        assert!(parsed == whole);
        text = new_text;
    }
    edits
}

fn difference(text: &str, edit: &weir_syntax::TextEdit, part: &Parse, whole: &Parse) -> String {
    let tree = |parse: &Parse| weir_syntax::debug_tree(&parse.syntax());
    let (part_tree, whole_tree) = (tree(part), tree(whole));
    let lines = part_tree.lines().zip(whole_tree.lines());
    let first = lines.filter(|(part, whole)| part != whole).take(5).collect::<Vec<_>>();
    format!(
        "the reparse is not the parse\n{text}\n----\n{edit:?}\n---- trees\n{first:#?}\n---- part\n{:#?}\n---- whole\n{:#?}",
        part.errors(),
        whole.errors()
    )
}
