//! What a call has opened belongs to the call until somebody has its number: with a call that was given
//! up it is closed again.

use std::sync::Arc;

use weir_runtime_sim::{Answer, Question};

use super::Held;

/// What the answer to a question opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    Nothing,
    Handle,
    Program,
}

impl Opens {
    pub(super) fn of(question: &Question) -> Self {
        match question {
            Question::Listen(_)
            | Question::Accept(_)
            | Question::Connect(_)
            | Question::Serve(_)
            | Question::NextRequest(_) => Self::Handle,
            Question::Start(_) => Self::Program,
            _ => Self::Nothing,
        }
    }

    /// What this answer has opened.
    pub(super) fn by(self, answer: &Answer, held: Arc<Held>) -> Opened {
        let number = match answer {
            Answer::Number(number) => Some(*number),
            Answer::Several(answers) => answers.first().and_then(|first| match first {
                Answer::Number(number) => Some(*number),
                _ => None,
            }),
            _ => None,
        };
        Opened { held, opens: self, number }
    }
}

/// Something that is closed again unless it is kept.
#[derive(Debug)]
pub(super) struct Opened {
    held: Arc<Held>,
    opens: Opens,
    number: Option<i64>,
}

impl Opened {
    /// Somebody has its number now.
    pub(super) fn keep(mut self) {
        self.number = None;
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        match self.opens {
            Opens::Nothing => {}
            Opens::Handle => drop(self.held.handles.close(number)),
            Opens::Program => drop(self.held.programs.kill(number)),
        }
    }
}
