//! The outside as it is: files, the environment, other programs, the network, the clock. What a run may
//! have of it is granted by flags, and nothing without.
//!
//! What it is not: recorded or replayed; the machine does that. Invariants: what is not granted is not
//! touched, and the answer names the flag that grants it. Other threads work here, so of what is made
//! here nothing counts as the run's memory but the answers.

mod address;
mod calls;
mod files;
mod handles;
mod http;
mod opened;
mod permissions;
mod programs;
mod tcp;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use weir_runtime_sim::{Answer, CallId, Heard, Question, uncounted};

use calls::Calls;
use handles::Handles;
use opened::Opens;
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

    /// The answer to a question, however long it takes, unless somebody interrupts the run.
    pub(crate) fn ask(
        &mut self,
        question: &Question,
        is_interrupted: impl FnMut() -> bool,
    ) -> Answer {
        counted(uncounted(|| match self.at_once(question) {
            Some(answer) => answer,
            None => {
                let work = work(self.held.clone(), question.clone());
                self.calls.wait(work, is_interrupted)
            }
        }))
    }

    /// Begins to work at a question, unless it is answered at once.
    pub(crate) fn begin(
        &mut self,
        call: CallId,
        at_ns: u64,
        question: &Question,
    ) -> Option<Answer> {
        let answer = uncounted(|| {
            self.at_once(question).or_else(|| {
                let (held, opens) = (self.held.clone(), Opens::of(question));
                let work = work(held.clone(), question.clone());
                self.calls.begin(call, at_ns, async move {
                    let answer = work.await;
                    (opens.by(&answer, held), answer)
                })
            })
        });
        answer.map(counted)
    }

    /// The next answer to what was begun: see [`World::hear`].
    ///
    /// [`World::hear`]: weir_runtime_sim::World::hear
    pub(crate) fn hear(&mut self, until_ns: Option<u64>) -> Heard {
        match uncounted(|| self.calls.hear(until_ns)) {
            Heard::Answer { call, at_ns, answer } => {
                Heard::Answer { call, at_ns, answer: counted(answer) }
            }
            nothing => nothing,
        }
    }

    /// Stops to work at a question.
    pub(crate) fn abandon(&mut self, call: CallId) {
        uncounted(|| self.calls.abandon(call));
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

/// The answer as the run has it, counted on its thread, wherever it was made.
fn counted(answer: Answer) -> Answer {
    let counted = answer.clone();
    uncounted(|| drop(answer));
    counted
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

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_opened_for_a_call_that_was_given_up_is_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address").to_string();
        let mut host = Host { permissions: Permissions::everything(), ..Host::default() };
        assert_eq!(host.begin(CallId(0), 0, &Question::Connect(address)), None);
        let (mut stream, _) = listener.accept().expect("a connection");
        while host.held.handles.count() == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        host.abandon(CallId(0));
        while host.held.handles.count() > 0 {
            assert_eq!(host.hear(Some(0)), Heard::NotYet);
        }
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
        assert_eq!(stream.read(&mut [0]).expect("the end"), 0);
    }

    #[test]
    fn a_program_s_number_does_not_come_again() {
        let mut host = Host { permissions: Permissions::everything(), ..Host::default() };
        let start = Question::Start(vec!["true".to_owned()]);
        let ask = |host: &mut Host, question: &Question| host.ask(question, || false);
        assert_eq!(ask(&mut host, &start), Answer::Number(1));
        assert_eq!(ask(&mut host, &Question::WaitFor(1)), Answer::Number(0));
        assert_eq!(ask(&mut host, &start), Answer::Number(2));
        assert!(matches!(ask(&mut host, &Question::WaitFor(1)), Answer::Failed(_)));
    }

    #[test]
    fn who_waits_where_nothing_may_suspend_can_be_interrupted() {
        let mut host = Host { permissions: Permissions::everything(), ..Host::default() };
        let sleeps = Question::Run(vec!["sleep".to_owned(), "60".to_owned()], String::new());
        let answer = host.ask(&sleeps, || true);
        assert_eq!(answer, Answer::Failed("somebody interrupted the run".to_owned()));
    }
}
