//! The text of a comment, and what it asks for.

use weir_syntax::{TextRange, TextSize};

use super::MARK;

/// What a comment asks of Weir. Ranges count from the comment's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Instruction {
    /// `# weir: allow(R001, unused) why`
    Allow {
        /// Each code, name or family.
        choices: Vec<TextRange>,
        /// Whether it says why.
        has_reason: bool,
    },
    /// It was meant to ask for something, and cannot be read.
    Unreadable,
}

/// What the comment asks for; nothing, when it speaks to people.
pub(super) fn instruction(comment: &str) -> Option<Instruction> {
    let asked = comment.strip_prefix('#')?.trim_start().strip_prefix(MARK)?.trim_start();
    let word = asked.trim_start_matches(|character: char| character.is_alphanumeric());
    let rest = word.trim_start();
    let word = &asked[..asked.len() - word.len()];
    if word != "allow" {
        // A sentence may begin with `weir:`; a call of something cannot be one.
        return (!word.is_empty() && rest.starts_with('(')).then_some(Instruction::Unreadable);
    }
    let inside = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let Some((inside, reason)) = inside else { return Some(Instruction::Unreadable) };
    let start = inside.as_ptr() as usize - comment.as_ptr() as usize;
    let choices = choices(inside, start);
    if choices.is_empty() {
        return Some(Instruction::Unreadable);
    }
    let has_reason = reason.chars().any(char::is_alphanumeric);
    Some(Instruction::Allow { choices, has_reason })
}

/// The ranges of what stands between the commas.
fn choices(inside: &str, mut start: usize) -> Vec<TextRange> {
    let mut choices = Vec::new();
    for part in inside.split(',') {
        let choice = part.trim();
        let at = start + (part.len() - part.trim_start().len());
        if !choice.is_empty() {
            choices.push(TextRange::at(size(at), size(choice.len())));
        }
        start += part.len() + 1;
    }
    choices
}

fn size(bytes: usize) -> TextSize {
    TextSize::new(u32::try_from(bytes).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(comment: &str) -> Option<(Vec<&str>, bool)> {
        match instruction(comment)? {
            Instruction::Allow { choices, has_reason } => {
                Some((choices.into_iter().map(|range| &comment[range]).collect(), has_reason))
            }
            Instruction::Unreadable => Some((Vec::new(), false)),
        }
    }

    #[test]
    fn an_allow_names_rules_and_says_why() {
        let read = [
            read("# weir: allow(R001) both only append"),
            read("#weir:allow( R001 , unused,)"),
            read("# weir: allow (N): generated"),
        ];
        let expected =
            [(vec!["R001"], true), (vec!["R001", "unused"], false), (vec!["N"], true)].map(Some);
        assert_eq!(read, expected);
    }

    #[test]
    fn what_was_meant_as_an_allow_is_unreadable() {
        for comment in
            ["# weir: allow R001", "# weir: allow(R001", "# weir: allow()", "# weir: alow(R001)"]
        {
            assert_eq!(read(comment), Some((Vec::new(), false)), "{comment}");
        }
    }

    #[test]
    fn prose_asks_for_nothing() {
        for comment in
            ["# a weir: allow(R001)", "# weir: a low wall", "## weir: allow(R001) x", "#"]
        {
            assert_eq!(read(comment), None, "{comment}");
        }
    }
}
