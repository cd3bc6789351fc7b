//! What is wrong with the comments that allow findings.

use weir_syntax::{TextRange, TextSize};

use super::{Allow, Allows, Choice};
use crate::SourceFile;
use crate::diagnostics::selector::Selector;
use crate::diagnostics::{Code, Diagnostic, Label, ResolvedFix};

/// The findings about a file's allows. Unless the file was analysed as a whole, a finding that an
/// allow was written for may only be hidden behind another mistake.
pub(super) fn about(
    file: SourceFile,
    text: &str,
    allows: &Allows,
    is_whole: bool,
) -> Vec<Diagnostic> {
    let judge = Judge { file, text };
    let unreadable = allows.unreadable.iter().map(|comment| judge.unreadable(*comment));
    let read = allows.allows.iter().flat_map(|allow| judge.allow(allow, is_whole));
    unreadable.chain(read).collect()
}

struct Judge<'a> {
    file: SourceFile,
    text: &'a str,
}

impl Judge<'_> {
    fn unreadable(&self, comment: TextRange) -> Diagnostic {
        let message = "this comment allows nothing: it cannot be read";
        self.finding(Code::A001, comment, message)
            .with_help("write it as `# weir: allow(R001) why`, with a code, a name or a family")
    }

    fn allow(&self, allow: &Allow, is_whole: bool) -> Vec<Diagnostic> {
        let choices = allow.choices.iter();
        let wrong: Vec<_> = choices.filter_map(|choice| self.impossible(choice)).collect();
        if !wrong.is_empty() {
            return wrong;
        }
        let (used, unused): (Vec<&Choice>, Vec<_>) =
            allow.choices.iter().partition(|choice| choice.is_used);
        let unused = (!unused.is_empty() && is_whole).then(|| self.unused(allow, &used, &unused));
        let unexplained =
            (!allow.has_reason && !used.is_empty()).then(|| self.unexplained(allow, &used));
        unused.into_iter().chain(unexplained).collect()
    }

    /// What no comment can allow.
    fn impossible(&self, choice: &Choice) -> Option<Diagnostic> {
        let name = &self.text[choice.range];
        match choice.means {
            Ok(selector) if selector.can_be_lowered() => None,
            Ok(_) => {
                let message = format!("`{name}` cannot be allowed");
                let help = "mend the mistake: with it the program has no meaning that could be run";
                Some(self.finding(Code::A001, choice.range, message).with_help(help))
            }
            Err(unknown) => {
                let message = format!("no rule is called `{name}`, so this allows nothing");
                let finding = self.finding(Code::A001, choice.range, message);
                Some(match unknown.near {
                    Some(near) => finding
                        .with_help(format!("did you mean `{near}`?"))
                        .with_fix(self.fix(format!("write `{near}`"), false, choice.range, near)),
                    None => finding.with_help("name a code, a rule or a family of rules"),
                })
            }
        }
    }

    fn unused(&self, allow: &Allow, used: &[&Choice], unused: &[&Choice]) -> Diagnostic {
        let names = self.names(unused);
        let message = match allow.line {
            Some(_) => format!("this allows {names}, and the line has no such finding"),
            None => format!("this allows {names}, and no line follows that it could be about"),
        };
        let fix = match used.is_empty() {
            true => self.take_away(allow.comment),
            false => self.keep(allow, used, unused),
        };
        self.finding(Code::A001, allow.comment, message)
            .with_help("take it away, or put it on the line of the finding or right above")
            .with_fix(fix)
    }

    fn unexplained(&self, allow: &Allow, used: &[&Choice]) -> Diagnostic {
        let names = self.names(used);
        let message = format!("this allows {names} without saying why");
        self.finding(Code::A003, allow.comment, message)
            .with_help("write the reason behind the bracket, for whoever reads this next")
    }

    /// The whole comment goes, with its line if nothing else is on it.
    fn take_away(&self, comment: TextRange) -> ResolvedFix {
        let before = &self.text[..comment.start().into()];
        let kept = before.trim_end_matches([' ', '\t']);
        let after = &self.text[comment.end().into()..];
        let line_end = after.len() - after.trim_start_matches('\r').len();
        let is_alone = kept.is_empty() || kept.ends_with(['\n', '\r', '\u{feff}']);
        let end = match after[line_end..].starts_with('\n') {
            true if is_alone => usize::from(comment.end()) + line_end + 1,
            _ => comment.end().into(),
        };
        let range = TextRange::new(size(kept.len()), size(end));
        self.fix("take the comment away".to_owned(), true, range, "")
    }

    /// The names that allow something stay.
    fn keep(&self, allow: &Allow, used: &[&Choice], unused: &[&Choice]) -> ResolvedFix {
        let (first, last) = (allow.choices.first(), allow.choices.last());
        let list = first.zip(last).map_or(allow.comment, |(first, last)| {
            TextRange::new(first.range.start(), last.range.end())
        });
        let kept: Vec<_> = used.iter().map(|choice| &self.text[choice.range]).collect();
        let title = format!("take {} out of the comment", self.names(unused));
        self.fix(title, true, list, &kept.join(", "))
    }

    fn names(&self, choices: &[&Choice]) -> String {
        let names = choices.iter().map(|choice| match choice.means {
            Ok(Selector::Family(letter)) => format!("the family `{letter}`"),
            _ => format!("`{}`", &self.text[choice.range]),
        });
        names.collect::<Vec<_>>().join(" and ")
    }

    fn finding(&self, code: Code, range: TextRange, message: impl Into<String>) -> Diagnostic {
        let primary = Label { file: self.file, range, message: String::new() };
        Diagnostic::new(code, primary, message)
    }

    fn fix(&self, title: String, safe: bool, range: TextRange, text: &str) -> ResolvedFix {
        ResolvedFix { title, safe, edits: vec![(self.file, range, text.to_owned())] }
    }
}

fn size(bytes: usize) -> TextSize {
    TextSize::new(u32::try_from(bytes).unwrap_or(u32::MAX))
}
