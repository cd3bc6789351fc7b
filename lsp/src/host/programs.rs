//! Other programs.

use std::collections::BTreeMap;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::{Notify, watch};
use weir_runtime_sim::Answer;

use super::room::{Metered, Share};
use crate::shell::quoted;

/// How much a program may write to a stream; then it is ended.
const OUTPUT_BYTES_MAX: u64 = 1 << 26;
/// How many programs may be started and not waited for.
const PROGRAMS_MAX: usize = 16_384;
/// Of so many that were waited for it is remembered how they ended.
const ENDED_MAX: usize = 16_384;

/// The programs that a run has started.
#[derive(Debug, Default)]
pub(super) struct Programs {
    started: Mutex<Started>,
}

/// By the run's own numbers: those of the operating system come again.
#[derive(Debug, Default)]
struct Started {
    last: i64,
    by_number: BTreeMap<i64, Running>,
    /// How those ended that were waited for.
    ended: BTreeMap<i64, Answer>,
}

/// A program, and who watches over it.
#[derive(Clone, Debug)]
struct Running {
    kill: Arc<Notify>,
    /// How it ended, once it has.
    ended: watch::Receiver<Option<Answer>>,
}

impl Started {
    fn unknown(&self, number: i64) -> Answer {
        Answer::Failed(match (1..=self.last).contains(&number) {
            true => format!(
                "how program {number} ended is forgotten: that is kept of the last {ENDED_MAX} only"
            ),
            false => format!("no program {number} was started"),
        })
    }
}

impl Programs {
    pub(super) async fn start(&self, command: &[String]) -> Answer {
        let mut started = self.lock();
        if started.by_number.len() >= PROGRAMS_MAX {
            let message =
                format!("more than {PROGRAMS_MAX} programs were started and not waited for");
            return Answer::Failed(message);
        }
        let mut prepared = prepared(command);
        // Standard output is the run's own: a replay prints it again, and `--json` keeps it whole.
        prepared.stdin(Stdio::null()).stdout(io::stderr()).kill_on_drop(true);
        let child = match prepared.spawn() {
            Ok(child) => child,
            Err(error) => return failed(command, &error),
        };
        let (sender, ended) = watch::channel(None);
        let kill = Arc::new(Notify::new());
        tokio::spawn(watch_over(child, kill.clone(), sender));
        started.last += 1;
        let number = started.last;
        started.by_number.insert(number, Running { kill, ended });
        Answer::Number(number)
    }

    /// Whoever waits again, or has stopped waiting before, gets the same answer.
    pub(super) async fn wait_for(&self, number: i64) -> Answer {
        let running = self.lock().by_number.get(&number).cloned();
        let Some(mut running) = running else {
            let started = self.lock();
            return started.ended.get(&number).cloned().unwrap_or_else(|| started.unknown(number));
        };
        let ended = running.ended.wait_for(Option::is_some).await;
        let answer = ended.ok().and_then(|ended| ended.clone());
        let mut started = self.lock();
        let answer = answer.unwrap_or_else(|| started.unknown(number));
        started.by_number.remove(&number);
        started.ended.insert(number, answer.clone());
        if started.ended.len() > ENDED_MAX {
            started.ended.pop_first();
        }
        answer
    }

    /// One that has ended already is left in peace.
    pub(super) fn kill(&self, number: i64) -> Answer {
        let started = self.lock();
        match started.by_number.get(&number) {
            Some(running) => running.kill.notify_one(),
            None if started.ended.contains_key(&number) => {}
            None => return started.unknown(number),
        }
        Answer::Done
    }

    fn lock(&self) -> MutexGuard<'_, Started> {
        // Whoever panicked left a whole map behind.
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn watch_over(mut child: Child, kill: Arc<Notify>, ended: watch::Sender<Option<Answer>>) {
    let status = tokio::select! {
        status = child.wait() => status,
        () = kill.notified() => match child.start_kill() {
            Ok(()) => child.wait().await,
            Err(error) => Err(error),
        },
    };
    ended.send_replace(Some(match status {
        Ok(status) => Answer::Number(status_of(status)),
        Err(error) => Answer::Failed(format!("waiting for a program failed: {error}")),
    }));
}

/// Runs a program to its end, or to where nobody waits for it any more.
pub(super) async fn run(command: &[String], input: String, share: &Share) -> Answer {
    let mut prepared = prepared(command);
    prepared.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let ended = async {
        let mut child = prepared.spawn()?;
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        // All at once, so that two full pipes do not wait for each other. A program that does not
        // read its input closes it, which is no mistake.
        let write = async move {
            if let Some(mut stdin) = stdin {
                let _ = stdin.write_all(input.as_bytes()).await;
            }
            Ok(())
        };
        let ((), stdout, stderr) =
            tokio::try_join!(write, written(stdout, share), written(stderr, share))?;
        Ok((child.wait().await?, stdout, stderr))
    };
    match ended.await {
        Ok((status, stdout, stderr)) => {
            let text = |bytes, stream| {
                let why =
                    || io::Error::other(format!("what it wrote to standard {stream} is no UTF-8"));
                String::from_utf8(bytes).map(Answer::Text).map_err(|_| why())
            };
            match (text(stdout, "output"), text(stderr, "error")) {
                (Ok(stdout), Ok(stderr)) => {
                    Answer::Several(vec![Answer::Number(status_of(status)), stdout, stderr])
                }
                (Err(error), _) | (_, Err(error)) => failed(command, &error),
            }
        }
        Err(error) => failed(command, &error),
    }
}

/// All that a program writes to a stream, unless it is too much.
async fn written(stream: Option<impl AsyncRead + Unpin>, share: &Share) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        let from = stream.take(OUTPUT_BYTES_MAX + 1);
        Metered { from, share }.read_to_end(&mut bytes).await?;
    }
    if bytes.len() as u64 > OUTPUT_BYTES_MAX {
        let why = format!("it wrote more than {} MiB", OUTPUT_BYTES_MAX >> 20);
        return Err(io::Error::other(why));
    }
    Ok(bytes)
}

fn prepared(command: &[String]) -> Command {
    let mut words = command.iter();
    let mut prepared = Command::new(words.next().map_or("", String::as_str));
    prepared.args(words);
    prepared
}

/// The status; for a program that a signal ended, that signal's number below zero.
fn status_of(status: ExitStatus) -> i64 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return -i64::from(signal);
    }
    status.code().map_or(-1, i64::from)
}

fn failed(command: &[String], error: &io::Error) -> Answer {
    let name = command.first().map_or("", String::as_str);
    let why = match error.kind() {
        io::ErrorKind::OutOfMemory => return Answer::NoRoom,
        io::ErrorKind::NotFound => "there is no such program".to_owned(),
        _ => error.to_string(),
    };
    Answer::Failed(format!("running {} failed: {why}", quoted(name)))
}
