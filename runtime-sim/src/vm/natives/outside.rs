//! What needs the world outside: it is asked, and its answer written down; a replay reads it back.
//!
//! The run waits for the answer, and its clock does not.

use weir_analyzer::mir::Intrinsic;

use super::{Args, arg, int_arg};
use crate::engine::Doors;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::machine::Machine;
use crate::schedule::Divergence;
use crate::value::{Key, Map, Value};
use crate::vm::access;
use crate::vm::operators::wanted;
use crate::world::{Answer, Question};

impl Machine {
    /// Calls what needs the outside; none when a replay has diverged.
    pub(super) fn outside(
        &mut self,
        doors: &mut Doors<'_>,
        intrinsic: Intrinsic,
        args: &Args,
    ) -> Fallible<Option<Value>> {
        let question = self.question(intrinsic, args)?;
        let Some(answer) = self.ask(doors, &question) else { return Ok(None) };
        if let Some((kind, message)) = answer.failure() {
            return fail(kind, message);
        }
        match value_of(intrinsic, args, answer) {
            Some(value) => Ok(Some(value)),
            None => {
                self.diverge(format!(
                    "the schedule holds no answer to `{}` here",
                    intrinsic.name()
                ));
                Ok(None)
            }
        }
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

    /// The answer of the run that is made again, or else of the world.
    fn ask(&mut self, doors: &mut Doors<'_>, question: &Question) -> Option<Answer> {
        let asked = self.schedule.answers.len();
        let answer = match doors.scheduler.recorded() {
            None => doors.world.ask(question),
            Some(recorded) => match recorded.answers.get(asked).map(|of| Answer::from_bytes(of)) {
                Some(Some(answer)) => answer,
                _ => {
                    self.diverge(
                        "the run asks the outside, the schedule holds no answer".to_owned(),
                    );
                    return None;
                }
            },
        };
        self.schedule.answers.push(answer.to_bytes());
        Some(answer)
    }

    fn diverge(&mut self, message: String) {
        self.divergence.get_or_insert(Divergence { step: self.steps, message });
    }
}

/// The answer as the program gets it; none for one to another question.
fn value_of(intrinsic: Intrinsic, args: &Args, answer: Answer) -> Option<Value> {
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
        (EnvAll, Answer::Texts(texts)) => {
            let mut texts = texts.into_iter().map(Value::str);
            let mut map = Map::default();
            while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
                map.insert(Key(name), value);
            }
            Value::Map(std::sync::Arc::new(map))
        }
        (FsRead, Answer::Text(text)) => Value::str(text),
        (FsReadBytes, Answer::Bytes(bytes)) => Value::Bytes(std::sync::Arc::new(bytes)),
        (FsExists | FsIsFolder, Answer::Truth(truth)) => Value::Bool(truth),
        (ProcessRun, Answer::Ended(status, stdout, stderr)) => {
            Value::tuple(vec![Value::Int(status), Value::str(stdout), Value::str(stderr)])
        }
        (ProcessStart | ProcessWait, Answer::Number(number)) => Value::Int(number),
        (TimeUnix, Answer::Number(nanoseconds)) => Value::Float(nanoseconds as f64 / 1e9),
        (
            FsWrite | FsWriteBytes | FsAppend | FsMakeFolder | FsRemove | ProcessKill,
            Answer::Done,
        ) => Value::Unit,
        _ => return None,
    })
}

fn text_arg(args: &[Value], at: usize) -> Fallible<String> {
    match arg(args, at) {
        Value::Str(text) => Ok(text.text.to_string()),
        other => Err(wanted("a str", other)),
    }
}

fn bytes_arg(args: &[Value], at: usize) -> Fallible<Vec<u8>> {
    match arg(args, at) {
        Value::Bytes(bytes) => Ok(bytes.to_vec()),
        other => Err(wanted("bytes", other)),
    }
}
