//! Suppression: `# weir: allow(R001) why` on the line of a finding, or above it.
//!
//! What it is not: a query. Comments are what no stage sees, so that writing one runs no analysis
//! again; they are read here, at the very end, together with the ranges.
//!
//! **Nouns.** An *allow* is such a comment; it is about one logical line, and each code, name or
//! family in it is *used* when it allowed a finding that starts on that line. **Invariant.** A
//! finding without whose mend the program has no meaning cannot be allowed, and an allow that
//! allows nothing is itself a finding.

mod comment;
mod judge;

use weir_syntax::{LogicalLines, TextRange};

use super::selector::{Selector, UnknownRule};
use super::{Code, Diagnostic};
use crate::SourceFile;
use comment::{Instruction, instruction};

/// How every such comment begins, behind its `#` and spaces.
const MARK: &str = "weir:";

/// Takes out the findings of a file that its comments allow and puts in those about the comments.
/// Says how many it took out.
pub(super) fn suppress(file: SourceFile, text: &str, found: &mut Vec<Diagnostic>) -> usize {
    // Almost no file has such a comment, and then it is not lexed again.
    if !text.contains(MARK) {
        return 0;
    }
    let mut allows = Allows::read(text);
    let before = found.len();
    found.retain(|finding| !allows.allow(finding));
    let suppressed = before - found.len();
    let is_whole = !found.iter().any(|finding| finding.code.rule().is_fundamental);
    found.extend(judge::about(file, text, &allows, is_whole));
    suppressed
}

/// The allows of a file, in the order of the text.
struct Allows {
    allows: Vec<Allow>,
    /// Comments that were meant to be allows.
    unreadable: Vec<TextRange>,
}

struct Allow {
    comment: TextRange,
    line: Option<TextRange>,
    choices: Vec<Choice>,
    has_reason: bool,
}

/// One code, name or family of an allow.
struct Choice {
    range: TextRange,
    means: Result<Selector, UnknownRule>,
    is_used: bool,
}

impl Allows {
    fn read(text: &str) -> Self {
        let lines = LogicalLines::new(text);
        let mut this = Self { allows: Vec::new(), unreadable: Vec::new() };
        for comment in lines.comments() {
            match instruction(&text[comment]) {
                Some(Instruction::Allow { choices, has_reason }) => {
                    let choices = choices.into_iter().map(|range| range + comment.start());
                    let choices = choices.map(|range| Choice::read(text, range)).collect();
                    let line = lines.of_comment(comment);
                    this.allows.push(Allow { comment, line, choices, has_reason });
                }
                Some(Instruction::Unreadable) => this.unreadable.push(comment),
                None => {}
            }
        }
        this
    }

    /// Whether a comment allows the finding; the nearest one that does is used.
    fn allow(&mut self, finding: &Diagnostic) -> bool {
        if finding.code.rule().is_fundamental {
            return false;
        }
        let start = finding.primary.range.start();
        let is_before = |of: &Allow| of.line.is_some_and(|line| line.start() <= start);
        let above = self.allows.partition_point(is_before);
        let of_line = self.allows[..above]
            .iter_mut()
            .rev()
            .take_while(|allow| allow.line.is_some_and(|line| line.contains_inclusive(start)));
        let mut choices = of_line.flat_map(|allow| &mut allow.choices);
        let choice = choices.find(|choice| choice.allows(finding.code));
        choice.map(|choice| choice.is_used = true).is_some()
    }
}

impl Choice {
    fn read(text: &str, range: TextRange) -> Self {
        let means = match Selector::parse(&text[range]) {
            Ok(Selector::All) => Err(UnknownRule { near: None }),
            other => other,
        };
        Self { range, means, is_used: false }
    }

    fn allows(&self, code: Code) -> bool {
        self.means.is_ok_and(|selector| selector.means(code))
    }
}
