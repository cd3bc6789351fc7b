//! The outside as it is: files, the environment, other programs, the clock. What a run may have of it
//! is granted by flags, and nothing without.
//!
//! What it is not: recorded or replayed; the machine does that. Invariant: what is not granted is not
//! touched, and the answer names the flag that grants it.

mod files;
mod permissions;
mod programs;

use std::time::{SystemTime, UNIX_EPOCH};

use weir_runtime_sim::{Answer, Question};

pub(crate) use permissions::Permissions;
use programs::Programs;

/// The outside of one run.
#[derive(Debug, Default)]
pub(crate) struct Host {
    permissions: Permissions,
    arguments: Vec<String>,
    programs: Programs,
}

impl Host {
    /// The outside, with these permissions and arguments.
    pub(crate) fn new(permissions: Permissions, arguments: Vec<String>) -> Self {
        Self { permissions, arguments, ..Self::default() }
    }

    /// The answer to a question.
    pub(crate) fn ask(&mut self, question: &Question) -> Answer {
        if let Some(refusal) = self.permissions.refusal(question) {
            return Answer::Forbidden(refusal);
        }
        match question {
            Question::Arguments => Answer::Texts(self.arguments.clone()),
            Question::Variable(name) => Answer::Texts(std::env::var(name).into_iter().collect()),
            Question::Variables => Answer::Texts(variables()),
            Question::Clock => Answer::Number(clock_ns()),
            Question::Run(command, input) => programs::run(command, input),
            Question::Start(command) => self.programs.start(command),
            Question::WaitFor(program) => self.programs.wait_for(*program),
            Question::Kill(program) => self.programs.kill(*program),
            about_files => files::answer(about_files),
        }
    }
}

/// Names and values by turns, in the order of the names; those that are no UTF-8 are left out.
fn variables() -> Vec<String> {
    let mut variables: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    variables.sort();
    variables.into_iter().flat_map(|(name, value)| [name, value]).collect()
}

fn clock_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
