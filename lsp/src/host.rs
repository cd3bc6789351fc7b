//! The outside as it is: files, the environment, other programs, the network, the clock. What a run may
//! have of it is granted by flags, and nothing without.
//!
//! What it is not: recorded or replayed; the machine does that. Invariants: what is not granted is not
//! touched, and the answer names the flag that grants it. Other threads work here, so of what is made
//! here nothing counts as the run's memory but the answers, once they are heard of; what is on its way has
//! [`room`] of its own.

mod address;
mod calls;
mod files;
mod handles;
mod http;
mod opened;
mod permissions;
mod programs;
mod room;
mod tcp;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use weir_runtime_sim::{Answer, CallId, Heard, Question, uncounted};

use calls::{Calls, Worked};
use handles::Handles;
use opened::Opens;
pub(crate) use permissions::Permissions;
use programs::Programs;
use room::{Full, Room, Share};

/// The outside of one run.
#[derive(Debug, Default)]
pub(crate) struct Host {
    permissions: Permissions,
    arguments: Vec<String>,
    held: Arc<Held>,
    calls: Calls,
    has_noted: bool,
}

/// What a run has got hold of.
#[derive(Debug, Default)]
struct Held {
    programs: Programs,
    handles: Handles,
    room: Arc<Room>,
}

impl Host {
    /// The outside, with these permissions and arguments. So many bytes may be on their way at once.
    pub(crate) fn new(
        permissions: Permissions,
        arguments: Vec<String>,
        memory_max_bytes: u64,
    ) -> Self {
        let room = Arc::new(Room::of(memory_max_bytes));
        let held = Arc::new(Held { room, ..Held::default() });
        Self { permissions, arguments, held, ..Self::default() }
    }

    /// The answer to a question, however long it takes, unless somebody interrupts the run.
    pub(crate) fn ask(
        &mut self,
        question: &Question,
        is_interrupted: impl FnMut() -> bool,
    ) -> Answer {
        counted(uncounted(|| match self.at_once(question) {
            Some(answer) => answer,
            None => match self.work(question) {
                Ok(work) => self.calls.wait(work, is_interrupted),
                Err(Full) => Answer::NoRoom,
            },
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
            self.at_once(question).or_else(|| match self.work(question) {
                Ok(work) => self.calls.begin(call, at_ns, work),
                Err(Full) => Some(Answer::NoRoom),
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

    /// What is to be said of how it goes, once.
    pub(crate) fn note(&mut self) -> Option<String> {
        let is_new = !self.has_noted && self.held.handles.is_crowded();
        self.has_noted |= is_new;
        is_new.then(|| {
            format!(
                "note: {} connections and listeners are open: further ones are accepted when some of these are \
                 closed\n",
                self.held.handles.most()
            )
        })
    }

    /// Works at a question, which has room itself and whose answer gets some.
    fn work(
        &self,
        question: &Question,
    ) -> Result<impl Future<Output = Worked> + Send + 'static, Full> {
        let share = Arc::new(self.held.room.share());
        share.take(question.bytes())?;
        Ok(work(self.held.clone(), question.clone(), share))
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
                let share = self.held.room.share();
                http::reply(&self.held.handles, share, *request, *status, headers, body)
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

/// Works at a question until its answer is there and has room.
async fn work(held: Arc<Held>, question: Question, share: Arc<Share>) -> Worked {
    let opens = Opens::of(&question);
    let answer = answer(&held, question, &share).await;
    let opened = opens.by(&answer, held.clone());
    match share.take(answer.bytes()) {
        Ok(()) => Worked { answer, opened, share },
        Err(Full) => {
            let answer = Answer::NoRoom;
            Worked { opened: opens.by(&answer, held), answer, share }
        }
    }
}

async fn answer(held: &Held, question: Question, share: &Arc<Share>) -> Answer {
    match question {
        Question::Run(command, input) => programs::run(&command, input, share).await,
        Question::Start(command) => held.programs.start(&command).await,
        Question::WaitFor(program) => held.programs.wait_for(program).await,
        Question::Listen(address) => tcp::listen(&held.handles, &address).await,
        Question::Accept(listener) => tcp::accept(&held.handles, listener, share).await,
        Question::Connect(address) => tcp::connect(&held.handles, &address, share).await,
        Question::Receive(id, limit) => tcp::receive(&held.handles, id, limit).await,
        Question::ReceiveLine(id) => tcp::receive_line(&held.handles, id).await,
        Question::Send(id, bytes) => tcp::send(&held.handles, id, &bytes).await,
        Question::Fetch(fetch) => http::fetch(fetch, share).await,
        Question::Serve(address) => {
            http::serve(&held.handles, &address, held.room.bytes_max()).await
        }
        Question::NextRequest(server) => http::next_request(&held.handles, server, share).await,
        about_files => {
            let share = share.clone();
            let answered =
                tokio::task::spawn_blocking(move || files::answer(&about_files, &share)).await;
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
    fn a_connection_past_the_bound_is_accepted_once_another_is_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address").to_string();
        drop(listener);
        let handles = Handles::of_at_most(2);
        let held = Arc::new(Held { handles, ..Held::default() });
        let permissions = Permissions::everything();
        let mut host = Host { permissions, held, ..Host::default() };
        let ask = |host: &mut Host, question: Question| host.ask(&question, || false);
        assert!(matches!(ask(&mut host, Question::Listen(address.clone())), Answer::Several(_)));
        let _clients =
            [(); 2].map(|()| std::net::TcpStream::connect(&address).expect("it listens"));
        assert!(matches!(ask(&mut host, Question::Accept(1)), Answer::Several(_)));
        assert_eq!(host.note(), None);
        assert_eq!(host.begin(CallId(0), 0, &Question::Accept(1)), None);
        assert!(!matches!(host.hear(Some(100_000_000)), Heard::Answer { .. }));
        let note = host.note().expect("it says why it waits");
        assert!(note.starts_with("note: 2 connections and listeners are open"), "{note}");
        assert_eq!(ask(&mut host, Question::Close(2)), Answer::Done);
        while matches!(host.hear(None), Heard::NotYet) {}
        assert_eq!((host.held.handles.count(), host.note()), (2, None));
    }

    #[test]
    fn answers_that_nobody_has_heard_have_no_more_room_than_a_run_has_memory() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large");
        std::fs::write(&path, vec![b'x'; 1 << 20]).expect("it is written");
        let read = Question::ReadText(path.to_string_lossy().into_owned());
        let mut host = Host::new(Permissions::everything(), Vec::new(), 5 << 19);
        for call in 0..6 {
            assert_eq!(host.begin(CallId(call), 0, &read), None);
        }
        // All are done before the first is heard of.
        std::thread::sleep(Duration::from_millis(500));
        let mut heard = Vec::new();
        while heard.len() < 6 {
            if let Heard::Answer { answer, .. } = host.hear(None) {
                heard.push(answer != Answer::NoRoom);
            }
        }
        assert_eq!(heard.iter().filter(|has_room| **has_room).count(), 2, "{heard:?}");
        assert!(matches!(host.ask(&read, || false), Answer::Text(_)));
        let send = Question::Send(1, vec![0; 3 << 20]);
        assert_eq!(host.begin(CallId(7), 0, &send), Some(Answer::NoRoom));
    }

    #[test]
    fn a_program_s_number_does_not_come_again() {
        let mut host = Host { permissions: Permissions::everything(), ..Host::default() };
        let start = |command: &str| Question::Start(vec![command.to_owned()]);
        let ask = |host: &mut Host, question: &Question| host.ask(question, || false);
        assert_eq!(ask(&mut host, &start("true")), Answer::Number(1));
        assert_eq!(ask(&mut host, &Question::WaitFor(1)), Answer::Number(0));
        assert_eq!(ask(&mut host, &start("false")), Answer::Number(2));
        assert_eq!(ask(&mut host, &Question::WaitFor(2)), Answer::Number(1));
        assert_eq!(ask(&mut host, &Question::WaitFor(1)), Answer::Number(0));
        assert!(matches!(ask(&mut host, &Question::WaitFor(3)), Answer::Failed(_)));
    }

    #[test]
    fn who_waits_where_nothing_may_suspend_can_be_interrupted() {
        let mut host = Host { permissions: Permissions::everything(), ..Host::default() };
        let sleeps = Question::Run(vec!["sleep".to_owned(), "60".to_owned()], String::new());
        let answer = host.ask(&sleeps, || true);
        assert_eq!(answer, Answer::Failed("somebody interrupted the run".to_owned()));
    }
}
