//! The outside as it is: files, the environment, other programs, the network, the clock. What a run may
//! have of it is granted by flags, and nothing without.
//!
//! What it is not: recorded or replayed; the machine does that. Invariant: what is not granted is not
//! touched, and the answer names the flag that grants it.

mod calls;
mod files;
mod handles;
mod http;
mod permissions;
mod programs;
mod tcp;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use weir_runtime_sim::{Answer, CallId, Heard, Question};

use calls::Calls;
use handles::Handles;
pub(crate) use permissions::Permissions;
use programs::Programs;

/// The outside of one run.
#[derive(Debug, Default)]
pub(crate) struct Host {
    permissions: Permissions,
    arguments: Vec<String>,
    held: Arc<Held>,
    calls: Calls,
}

/// What a run has got hold of.
#[derive(Debug, Default)]
struct Held {
    programs: Programs,
    handles: Handles,
}

impl Host {
    /// The outside, with these permissions and arguments.
    pub(crate) fn new(permissions: Permissions, arguments: Vec<String>) -> Self {
        Self { permissions, arguments, ..Self::default() }
    }

    /// The answer to a question, however long it takes.
    pub(crate) fn ask(&mut self, question: &Question) -> Answer {
        match self.at_once(question) {
            Some(answer) => answer,
            None => self.calls.wait(work(self.held.clone(), question.clone())),
        }
    }

    /// Begins to work at a question, unless it is answered at once.
    pub(crate) fn begin(
        &mut self,
        call: CallId,
        at_ns: u64,
        question: &Question,
    ) -> Option<Answer> {
        let answer = self.at_once(question);
        if answer.is_none() {
            return self.calls.begin(call, at_ns, work(self.held.clone(), question.clone()));
        }
        answer
    }

    /// The next answer to what was begun: see [`World::hear`].
    ///
    /// [`World::hear`]: weir_runtime_sim::World::hear
    pub(crate) fn hear(&mut self, until_ns: Option<u64>) -> Heard {
        self.calls.hear(until_ns)
    }

    /// Stops to work at a question.
    pub(crate) fn abandon(&mut self, call: CallId) {
        self.calls.abandon(call);
    }

    /// What needs no time, refusals above all.
    fn at_once(&self, question: &Question) -> Option<Answer> {
        if let Some(refusal) = self.permissions.refusal(question) {
            return Some(Answer::Forbidden(refusal));
        }
        Some(match question {
            Question::Arguments => Answer::Texts(self.arguments.clone()),
            Question::Variable(name) => Answer::Texts(std::env::var(name).into_iter().collect()),
            Question::Variables => Answer::Texts(variables()),
            Question::Clock => Answer::Number(clock_ns()),
            Question::Kill(program) => self.held.programs.kill(*program),
            Question::Close(id) => self.held.handles.close(*id),
            Question::Reply(request, status, headers, body) => {
                http::reply(&self.held.handles, *request, *status, headers, body)
            }
            _ => return None,
        })
    }
}

/// Works at a question until it has its answer.
async fn work(held: Arc<Held>, question: Question) -> Answer {
    match question {
        Question::Run(command, input) => programs::run(&command, input).await,
        Question::Start(command) => held.programs.start(&command).await,
        Question::WaitFor(program) => held.programs.wait_for(program).await,
        Question::Listen(address) => tcp::listen(&held.handles, &address).await,
        Question::Accept(listener) => tcp::accept(&held.handles, listener).await,
        Question::Connect(address) => tcp::connect(&held.handles, &address).await,
        Question::Receive(id, limit) => tcp::receive(&held.handles, id, limit).await,
        Question::ReceiveLine(id) => tcp::receive_line(&held.handles, id).await,
        Question::Send(id, bytes) => tcp::send(&held.handles, id, &bytes).await,
        Question::Fetch(fetch) => http::fetch(&fetch).await,
        Question::Serve(address) => http::serve(&held.handles, &address).await,
        Question::NextRequest(server) => http::next_request(&held.handles, server).await,
        about_files => {
            let answered = tokio::task::spawn_blocking(move || files::answer(&about_files)).await;
            answered.unwrap_or_else(|error| Answer::Failed(error.to_string()))
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
