//! What a step of a witness is to the machine: what a task is seen to do when a run comes to it.

use super::Site;

/// The shortest schedule that shows a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// What happens, in order.
    pub steps: Vec<WitnessStep>,
}

/// One step of a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessStep {
    /// The task, by its path: `main/2`.
    pub task: String,
    /// Where it stands.
    pub site: Site,
    /// What it does there, in a few words: `waits to receive from ch`.
    pub what: String,
    /// What a run shows of it.
    pub act: Act,
}

/// What others can see of a task, as far as witnesses speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Nothing: the step tells of something else.
    Unseen,
    /// It starts a task, named by its path.
    Starts(String),
    /// It sends, or tries to.
    Sends,
    /// It receives, or tries to, or waits for a signal.
    Receives,
    /// It closes a channel.
    Closes,
    /// It sets a signal.
    Sets,
    /// It comes to a barrier.
    Meets,
    /// It takes a lock or permit, or tries to.
    Takes,
    /// It gives a lock or permit back.
    Gives,
    /// It looks at an atom or changes it, or asks how a channel or signal stands.
    Looks,
    /// It comes to a `select`, and goes on by the case at this position, if that is known.
    Selects(Option<u32>),
    /// A scope of its is out of time.
    TimesOut,
    /// It fails, and ends by that unless the failure is kept.
    Ends,
    /// It waits in a `select` until that is out of time.
    WaitsItsTime,
}

impl WitnessStep {
    /// A step of which nothing is to be seen in a run.
    pub fn told(task: impl Into<String>, site: Site, what: impl Into<String>) -> Self {
        Self { task: task.into(), site, what: what.into(), act: Act::Unseen }
    }
}
