//! What needs the world outside: it is asked, and its answer written down; a replay reads it back.
//!
//! What is known at once, such as an argument, is answered at once. What takes its time suspends the
//! task (`engine::outside`), except where nothing may suspend: there the run waits, and its clock does not.

use std::rc::Rc;

use weir_analyzer::mir::Intrinsic;

use super::{Args, arg, int_arg};
use crate::engine::Doors;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::machine::Machine;
use crate::program::Reg;
use crate::task::{Fiber, Wait};
use crate::value::{Key, Map, Value};
use crate::vm::operators::wanted;
use crate::vm::{Flow, Turn, access};
use crate::world::{Answer, CallId, Fetch, Question};

/// What the world said.
enum Said {
    Answer(Answer),
    /// Its answer takes its time.
    Later(CallId),
    /// The schedule that is replayed has none.
    Nothing,
}

impl Machine {
    /// Calls what needs the outside.
    pub(super) fn outside(
        &mut self,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        dest: Reg,
        intrinsic: Intrinsic,
        args: &Args,
    ) -> Fallible<Flow> {
        let question = self.question(intrinsic, args)?;
        let may_wait = intrinsic.effect().suspends && !turn.is_evaluation;
        let answer = match self.ask(doors, &question, may_wait.then_some(turn.clock)) {
            Said::Answer(answer) => answer,
            Said::Later(call) => {
                self.calls.add(call, turn.task, intrinsic);
                return Ok(turn.waits(Wait::Outside(call)));
            }
            Said::Nothing => return Ok(Flow::Diverged),
        };
        Ok(match self.answered(intrinsic, args, answer)? {
            Some(value) => {
                fiber.give(dest, value);
                Flow::Next
            }
            None => Flow::Diverged,
        })
    }

    /// The answer as the program gets it; none when it is one to another question.
    pub(crate) fn answered(
        &mut self,
        intrinsic: Intrinsic,
        args: &[Value],
        answer: Answer,
    ) -> Fallible<Option<Value>> {
        if let Some((kind, message)) = answer.failure() {
            return fail(kind, message);
        }
        if answer == Answer::NoRoom {
            return fail(Kind::Memory, self.memory_message());
        }
        let value = value_of(intrinsic, args, answer);
        if value.is_none() {
            self.diverge(format!("the schedule holds no answer to `{}` here", intrinsic.name()));
        }
        Ok(value)
    }

    fn question(&self, intrinsic: Intrinsic, args: &Args) -> Fallible<Question> {
        use Intrinsic::*;
        let text = |at: usize| text_arg(args, at);
        Ok(match intrinsic {
            ArgsAll => Question::Arguments,
            EnvGet => Question::Variable(text(0)?),
            EnvAll => Question::Variables,
            FsRead => Question::ReadText(text(0)?),
            FsReadBytes => Question::ReadBytes(text(0)?),
            FsWrite => Question::Write(text(0)?, text(1)?.into_bytes()),
            FsWriteBytes => Question::Write(text(0)?, bytes_arg(args, 1)?),
            FsAppend => Question::Append(text(0)?, text(1)?.into_bytes()),
            FsList => Question::List(text(0)?),
            FsExists => Question::Exists(text(0)?),
            FsIsFolder => Question::IsFolder(text(0)?),
            FsMakeFolder => Question::MakeFolder(text(0)?),
            FsRemove => Question::Remove(text(0)?),
            ProcessRun => Question::Run(self.command(arg(args, 0))?, text(1)?),
            ProcessStart => Question::Start(self.command(arg(args, 0))?),
            ProcessWait => Question::WaitFor(int_arg(args, 0)?),
            ProcessKill => Question::Kill(int_arg(args, 0)?),
            NetListen => Question::Listen(text(0)?),
            NetAccept => Question::Accept(int_arg(args, 0)?),
            NetConnect => Question::Connect(text(0)?),
            NetRead => Question::Receive(int_arg(args, 0)?, int_arg(args, 1)?),
            NetReadLine => Question::ReceiveLine(int_arg(args, 0)?),
            NetWrite => Question::Send(int_arg(args, 0)?, bytes_arg(args, 1)?),
            NetClose | HttpClose => Question::Close(int_arg(args, 0)?),
            HttpFetch => Question::Fetch(Fetch {
                method: text(0)?,
                url: text(1)?,
                headers: pairs_arg(args, 2)?,
                body: text(3)?,
                timeout_ns: duration_arg(args, 4)?,
            }),
            HttpServe => Question::Serve(text(0)?),
            HttpNext => Question::NextRequest(int_arg(args, 0)?),
            HttpReply => {
                let (request, status) = (int_arg(args, 0)?, int_arg(args, 1)?);
                Question::Reply(request, status, pairs_arg(args, 2)?, text(3)?)
            }
            TimeUnix => Question::Clock,
            _ => {
                let message = format!("`{}` cannot be called like this", intrinsic.name());
                return fail(Kind::Error, message);
            }
        })
    }

    /// A program's name and its arguments.
    fn command(&self, command: &Value) -> Fallible<Vec<String>> {
        let words = access::elements(&self.heap, command)?;
        if words.is_empty() {
            return fail(Kind::Value, "a command without words: the program's name comes first");
        }
        (0..words.len()).map(|at| text_arg(&words, at)).collect()
    }

    /// The answer of the run that is made again, or else of the world. It may take its time where a
    /// time to begin at is given.
    fn ask(&mut self, doors: &mut Doors<'_>, question: &Question, begins: Option<u64>) -> Said {
        let call = CallId(self.calls.asked);
        let said = match (doors.scheduler.recorded(), begins) {
            (None, None) => Said::Answer(doors.world.ask(question)),
            (None, Some(at_ns)) => match doors.world.begin(call, at_ns, question) {
                Some(answer) => Said::Answer(answer),
                None => Said::Later(call),
            },
            (Some(recorded), _) => match recorded.answers.get(call.0 as usize) {
                Some(answer) if answer.is_empty() && begins.is_some() => Said::Later(call),
                Some(answer) => Answer::from_bytes(answer).map_or(Said::Nothing, Said::Answer),
                None => Said::Nothing,
            },
        };
        let answer = match &said {
            Said::Answer(answer) => Some(answer),
            Said::Later(_) => None,
            Said::Nothing => {
                self.diverge("the run asks the outside, the schedule holds no answer");
                return said;
            }
        };
        self.calls.asked += 1;
        self.calls.kept_bytes += self.schedule.keep_answer(answer);
        said
    }
}

/// What undoes an answer that nobody gets: what it opened is closed.
pub(crate) fn undoing(intrinsic: Intrinsic, answer: &Answer) -> Option<Question> {
    use Intrinsic::*;
    let number = match answer {
        Answer::Number(number) => *number,
        Answer::Several(answers) => match answers.first()? {
            Answer::Number(number) => *number,
            _ => return None,
        },
        _ => return None,
    };
    match intrinsic {
        NetListen | NetAccept | NetConnect | HttpServe | HttpNext => Some(Question::Close(number)),
        ProcessStart => Some(Question::Kill(number)),
        _ => None,
    }
}

/// The answer as the program gets it; none for one to another question.
fn value_of(intrinsic: Intrinsic, args: &[Value], answer: Answer) -> Option<Value> {
    use Intrinsic::*;
    Some(match (intrinsic, answer) {
        (ArgsAll | FsList, Answer::Texts(texts)) => {
            Value::list(texts.into_iter().map(Value::str).collect())
        }
        (EnvGet, Answer::Texts(texts)) => {
            let found = texts.into_iter().next().map(Value::str);
            match args.get(1) {
                Some(otherwise) => found.unwrap_or_else(|| otherwise.clone()),
                None => Value::option(found),
            }
        }
        (EnvAll, Answer::Texts(texts)) => map_of(texts),
        (NetReadLine, Answer::Texts(texts)) => {
            Value::option(texts.into_iter().next().map(Value::str))
        }
        (FsRead, Answer::Text(text)) => Value::str(text),
        (FsReadBytes | NetRead, Answer::Bytes(bytes)) => Value::Bytes(Rc::new(bytes)),
        (FsExists | FsIsFolder, Answer::Truth(truth)) => Value::Bool(truth),
        (ProcessStart | ProcessWait, Answer::Number(number)) => Value::Int(number),
        (TimeUnix, Answer::Number(nanoseconds)) => Value::Float(nanoseconds as f64 / 1e9),
        (
            ProcessRun | NetListen | NetAccept | NetConnect | HttpFetch | HttpServe | HttpNext,
            Answer::Several(answers),
        ) => several(intrinsic, answers)?,
        (
            FsWrite | FsWriteBytes | FsAppend | FsMakeFolder | FsRemove | ProcessKill | NetWrite
            | NetClose | HttpReply | HttpClose,
            Answer::Done,
        ) => Value::Unit,
        _ => return None,
    })
}

/// A tuple of what the call gives.
fn several(intrinsic: Intrinsic, answers: Vec<Answer>) -> Option<Value> {
    use Answer::{Number, Text, Texts};
    use Intrinsic::*;
    let mut answers = answers.into_iter();
    let mut next = || answers.next();
    let parts = match (intrinsic, next(), next(), next()) {
        (ProcessRun, Some(Number(status)), Some(Text(stdout)), Some(Text(stderr))) => {
            vec![Value::Int(status), Value::str(stdout), Value::str(stderr)]
        }
        (
            NetListen | NetAccept | NetConnect | HttpServe,
            Some(Number(id)),
            Some(Text(address)),
            None,
        ) => vec![Value::Int(id), Value::str(address)],
        (HttpFetch, Some(Number(status)), Some(Texts(headers)), Some(Text(body))) => {
            vec![Value::Int(status), map_of(headers), Value::str(body)]
        }
        (HttpNext, Some(Number(id)), Some(Text(method)), Some(Text(path))) => {
            let (Some(Texts(query)), Some(Texts(headers)), Some(Text(body))) =
                (next(), next(), next())
            else {
                return None;
            };
            let (method, path) = (Value::str(method), Value::str(path));
            let (query, headers) = (map_of(query), map_of(headers));
            vec![Value::Int(id), method, path, query, headers, Value::str(body)]
        }
        _ => return None,
    };
    Some(Value::tuple(parts))
}

/// Of keys and values by turns.
fn map_of(texts: Vec<String>) -> Value {
    let mut texts = texts.into_iter().map(Value::str);
    let mut map = Map::default();
    while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
        map.insert(Key(name), value);
    }
    Value::Map(Rc::new(map))
}

fn text_arg(args: &[Value], at: usize) -> Fallible<String> {
    match arg(args, at) {
        Value::Str(text) => Ok(text.as_str().to_string()),
        other => Err(wanted("a str", other)),
    }
}

fn bytes_arg(args: &[Value], at: usize) -> Fallible<Vec<u8>> {
    match arg(args, at) {
        Value::Bytes(bytes) => Ok(bytes.to_vec()),
        other => Err(wanted("bytes", other)),
    }
}

fn duration_arg(args: &[Value], at: usize) -> Fallible<i64> {
    match arg(args, at) {
        Value::Duration(nanoseconds) => Ok(*nanoseconds),
        other => Err(wanted("a duration", other)),
    }
}

/// Keys and values by turns.
fn pairs_arg(args: &[Value], at: usize) -> Fallible<Vec<String>> {
    let Value::Map(map) = arg(args, at) else { return Err(wanted("a map", arg(args, at))) };
    let mut texts = Vec::with_capacity(2 * map.len());
    for (key, value) in map.iter() {
        for part in [&key.0, value] {
            texts.push(text_arg(std::slice::from_ref(part), 0)?);
        }
    }
    Ok(texts)
}
