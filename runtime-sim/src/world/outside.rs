//! What a program asks of the outside, and what it is answered.
//!
//! Both are plain data, so that an answer can be written down and given again: a replay asks nobody.
//! Invariant: an answer that was written down reads back as it was.

use crate::failure::FailureKind;
use crate::schedule::{push_number, take_number};

/// What a program asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// What stood behind `--` on the command line. A list of texts.
    Arguments,
    /// A variable of the environment. A list of one text, or of none.
    Variable(String),
    /// All variables. A list of texts: names and values by turns.
    Variables,
    /// The text of a file.
    ReadText(String),
    /// The bytes of a file.
    ReadBytes(String),
    /// To make a file hold this. Nothing.
    Write(String, Vec<u8>),
    /// To put this behind what a file holds. Nothing.
    Append(String, Vec<u8>),
    /// The names in a folder, in order. A list of texts.
    List(String),
    /// Whether there is such a file or folder.
    Exists(String),
    /// Whether there is such a folder.
    IsFolder(String),
    /// To make a folder and those around it. Nothing.
    MakeFolder(String),
    /// To remove a file or an empty folder. Nothing.
    Remove(String),
    /// To run a program with a text as its input. Its status and what it wrote to both streams.
    Run(Vec<String>, String),
    /// To start a program. Its number.
    Start(Vec<String>),
    /// To wait for a program that was started. Its status.
    WaitFor(i64),
    /// To end a program that was started. Nothing.
    Kill(i64),
    /// To listen for connections at an address. The listener's number, and its address.
    Listen(String),
    /// To wait for a listener's next connection. Its number, and the other side's address.
    Accept(i64),
    /// To connect to an address. The connection's number, and the other side's address.
    Connect(String),
    /// To wait for bytes on a connection, at most so many. Bytes, none at its end.
    Receive(i64, i64),
    /// To wait for a line on a connection. A list of one text, or of none at its end.
    ReceiveLine(i64),
    /// To send bytes on a connection. Nothing.
    Send(i64, Vec<u8>),
    /// To end a listener, a connection or a server. Nothing.
    Close(i64),
    /// To ask an HTTP server. A status, headers (names and values by turns) and a body.
    Fetch(Fetch),
    /// To serve HTTP at an address. The server's number.
    Serve(String),
    /// To wait for a server's next request. Its number, method, path, query and headers (both names
    /// and values by turns), and body.
    NextRequest(i64),
    /// To answer a request with a status, headers (names and values by turns) and a body. Nothing.
    Reply(i64, i64, Vec<String>, String),
    /// The time of the day, in nanoseconds since the beginning of 1970. A number.
    Clock,
}

impl Question {
    /// How many bytes it has to send.
    pub fn bytes(&self) -> usize {
        let all = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
        match self {
            Self::Write(_, bytes) | Self::Append(_, bytes) | Self::Send(_, bytes) => bytes.len(),
            Self::Run(command, input) => all(command) + input.len(),
            Self::Fetch(fetch) => all(&fetch.headers) + fetch.body.len(),
            Self::Reply(_, _, headers, body) => all(headers) + body.len(),
            _ => 0,
        }
    }
}

/// What is asked of an HTTP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// `GET` or `POST`.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// Names and values by turns.
    pub headers: Vec<String>,
    /// What comes behind the headers.
    pub body: String,
    /// How long it may take, in nanoseconds.
    pub timeout_ns: i64,
}

/// Names a call whose answer takes its time: by how many things were asked before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// What is heard of the calls that were begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A call has its answer.
    Answer {
        /// Which one.
        call: CallId,
        /// When it had it: the time at which it was begun, and as long as it took.
        at_ns: u64,
        /// What it is.
        answer: Answer,
    },
    /// There is none, and each call has had the time that it was to have.
    Nothing,
    /// There is none so far: look whether somebody wants the run to end, and ask again.
    NotYet,
}

/// The first byte of several answers.
const SEVERAL: u8 = 6;

/// What the outside answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// Yes or no.
    Truth(bool),
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Several texts.
    Texts(Vec<String>),
    /// Several answers in one. There are none of these within.
    Several(Vec<Answer>),
    /// It is not allowed; the message names the flag that allows it.
    Forbidden(String),
    /// It cannot be done.
    Failed(String),
    /// It is too much for the run's memory.
    NoRoom,
}

impl Answer {
    /// How many bytes of texts and the like it holds.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Done | Self::Truth(_) | Self::Number(_) | Self::NoRoom => 0,
            Self::Text(text) | Self::Forbidden(text) | Self::Failed(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
            Self::Texts(texts) => texts.iter().map(String::len).sum(),
            Self::Several(answers) => answers.iter().map(Self::bytes).sum(),
        }
    }

    /// What kind of failure it is, and its message.
    pub(crate) fn failure(&self) -> Option<(FailureKind, &str)> {
        match self {
            Self::Forbidden(message) => Some((FailureKind::Permission, message)),
            Self::Failed(message) => Some((FailureKind::Io, message)),
            _ => None,
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Done => out.push(0),
            Self::Truth(truth) => out.extend([1, u8::from(*truth)]),
            Self::Number(number) => {
                out.push(2);
                out.extend(number.to_le_bytes());
            }
            Self::Text(text) => push_parts(&mut out, 3, &[text.as_bytes()]),
            Self::Bytes(bytes) => push_parts(&mut out, 4, &[bytes]),
            Self::Texts(texts) => {
                let parts: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
                push_parts(&mut out, 5, &parts);
            }
            Self::Several(answers) => {
                let parts: Vec<Vec<u8>> = answers.iter().map(Self::to_bytes).collect();
                let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
                push_parts(&mut out, SEVERAL, &parts);
            }
            Self::Forbidden(message) => push_parts(&mut out, 7, &[message.as_bytes()]),
            Self::Failed(message) => push_parts(&mut out, 8, &[message.as_bytes()]),
            Self::NoRoom => out.push(9),
        }
        out
    }

    /// None for what [`Self::to_bytes`] never writes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        Some(match (kind, rest) {
            (0, []) => Self::Done,
            (1, [truth @ (0 | 1)]) => Self::Truth(*truth == 1),
            (9, []) => Self::NoRoom,
            (2, number) => Self::Number(i64::from_le_bytes(number.try_into().ok()?)),
            (&kind, rest) => {
                let parts = take_parts(rest)?;
                match (kind, parts.as_slice()) {
                    (3, [text]) => Self::Text(text_of(text)?),
                    (4, [bytes]) => Self::Bytes(bytes.to_vec()),
                    (5, texts) => {
                        Self::Texts(texts.iter().map(|text| text_of(text)).collect::<Option<_>>()?)
                    }
                    (SEVERAL, parts) => {
                        let plain = |part: &&[u8]| match part.first() {
                            Some(&SEVERAL) => None,
                            _ => Self::from_bytes(part),
                        };
                        Self::Several(parts.iter().map(plain).collect::<Option<_>>()?)
                    }
                    (7, [message]) => Self::Forbidden(text_of(message)?),
                    (8, [message]) => Self::Failed(text_of(message)?),
                    _ => return None,
                }
            }
        })
    }
}

fn push_parts(out: &mut Vec<u8>, kind: u8, parts: &[&[u8]]) {
    out.push(kind);
    for part in parts {
        push_number(out, part.len() as u64);
        out.extend(*part);
    }
}

fn take_parts(mut rest: &[u8]) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let length = usize::try_from(take_number(&mut rest)?).ok()?;
        let (part, after) = rest.split_at_checked(length)?;
        parts.push(part);
        rest = after;
    }
    Some(parts)
}

fn text_of(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_reads_back_as_it_was() {
        let text = |text: &str| text.to_owned();
        let answers = [
            Answer::Done,
            Answer::Truth(true),
            Answer::Number(-7),
            Answer::Text(text("grüße")),
            Answer::Bytes(vec![0, 255]),
            Answer::Texts(Vec::new()),
            Answer::Texts(vec![text(""), text("b")]),
            Answer::Several(vec![Answer::Number(-1), Answer::Text(text("out")), Answer::Done]),
            Answer::Forbidden(text("no")),
            Answer::Failed(text("gone")),
            Answer::NoRoom,
        ];
        for answer in answers {
            assert_eq!(Answer::from_bytes(&answer.to_bytes()), Some(answer));
        }
    }

    #[test]
    fn what_was_never_written_is_none() {
        for bytes in [
            &[][..],
            &[SEVERAL, 1, SEVERAL],
            &[0, 1],
            &[1, 7],
            &[2, 0],
            &[3, 200, 1],
            &[9, 0],
            &[3, 1, 255],
        ] {
            assert_eq!(Answer::from_bytes(bytes), None, "{bytes:?}");
        }
    }
}
