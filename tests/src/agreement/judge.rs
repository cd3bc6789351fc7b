//! What the check says of a program, and what its runs come to.

use weir_analyzer::diagnostics::{Code, Diagnostic, Level, file_diagnostics};
use weir_runtime_sim::Program;

use super::runs::{End, Reach, each_run};
use crate::reused::Reused;

/// What the runs of a program say to a claim about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A run shows what goes wrong.
    Shown,
    /// All runs were made, and none goes wrong.
    NotShown,
    /// None of the runs made goes wrong, and there are more.
    Open,
}

/// What came of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is no program that the check is about: why.
    Broken(String),
    /// The check finds no error. What a run shows that goes wrong comes with the run's story.
    Accepted(Standing, String),
    /// The check finds no error, and says that it does not follow all (A002).
    NotFollowed,
    /// The check finds errors; how the program stands, and each of them.
    Reported(Standing, Vec<Finding>),
}

impl Verdict {
    /// Whether the check and the runs contradict each other: at this code, or in what was accepted.
    pub fn disagreement(&self) -> Option<&'static str> {
        match self {
            Self::Accepted(Standing::Shown, _) => Some("accepted"),
            Self::Reported(_, findings) => {
                let alarm = findings.iter().find(|of| of.standing == Standing::NotShown);
                alarm.map(|alarm| alarm.code)
            }
            _ => None,
        }
    }
}

/// An error that the check finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its code.
    pub code: &'static str,
    /// Its line and message.
    pub text: String,
    /// Whether a run goes wrong there.
    pub standing: Standing,
}

/// Judges programs one after the other.
#[derive(Default)]
pub struct Judge {
    analyzer: Reused,
}

impl Judge {
    /// Checks a program and runs it.
    pub fn judge(&mut self, text: &str) -> Verdict {
        let file = self.analyzer.take(text);
        let found = file_diagnostics(self.analyzer.db(), file);
        let errors: Vec<&Diagnostic> = found.iter().filter(|of| of.level == Level::Error).collect();
        if let Some(other) = errors.iter().find(|of| !['C', 'D', 'L'].contains(&of.code.family())) {
            return Verdict::Broken(said(text, other));
        }
        let is_followed = !found.iter().any(|of| of.code == Code::A002);
        match self.analyzer.compiled(file) {
            Ok(_) if errors.is_empty() && !is_followed => Verdict::NotFollowed,
            Ok(program) if errors.is_empty() => accepted(&program),
            Ok(program) => reported(&program, text, &errors),
            Err(why) => Verdict::Broken(why),
        }
    }
}

fn accepted(program: &Program) -> Verdict {
    let mut story = String::new();
    let reach = each_run(program, |end| {
        if end.is_certain {
            story.clone_from(&end.story);
        }
        !end.is_certain
    });
    let standing = if story.is_empty() { unshown(reach) } else { Standing::Shown };
    Verdict::Accepted(standing, story)
}

fn reported(program: &Program, text: &str, errors: &[&Diagnostic]) -> Verdict {
    let mut is_shown = false;
    let mut confirmed = vec![false; errors.len()];
    let lines: Vec<Vec<u32>> = errors.iter().map(|error| lines(text, error)).collect();
    let reach = each_run(program, |end: &End| {
        let is_there = |lines: &Vec<u32>| end.lines.iter().any(|line| lines.contains(line));
        is_shown |= end.is_certain || lines.iter().any(is_there);
        for (confirmed, lines) in confirmed.iter_mut().zip(&lines) {
            *confirmed |= is_there(lines);
        }
        confirmed.contains(&false)
    });
    let standing = |shown: bool| if shown { Standing::Shown } else { unshown(reach) };
    let finding = |(error, confirmed): (&&Diagnostic, bool)| Finding {
        code: error.code.as_str(),
        text: said(text, error),
        standing: standing(confirmed),
    };
    let findings = errors.iter().zip(confirmed).map(finding).collect();
    Verdict::Reported(standing(is_shown), findings)
}

fn unshown(reach: Reach) -> Standing {
    match reach {
        Reach::All => Standing::NotShown,
        Reach::Some => Standing::Open,
    }
}

/// Every line that the finding and its schedule name.
fn lines(text: &str, error: &Diagnostic) -> Vec<u32> {
    let labels = std::iter::once(&error.primary).chain(&error.related).map(|label| label.range);
    let steps = error.witness.iter().map(|step| step.range);
    labels.chain(steps).map(|range| line(text, usize::from(range.start()))).collect()
}

fn said(text: &str, error: &Diagnostic) -> String {
    let line = line(text, usize::from(error.primary.range.start()));
    format!("line {line}: {} {}", error.code.as_str(), error.message)
}

fn line(text: &str, offset: usize) -> u32 {
    1 + text[..offset.min(text.len())].matches('\n').count() as u32
}
