//! Blocks that hold what a verb prints for a section's program.
//!
//! The program is `main.weir` in a folder of its own, with its further files beside it. `tokens …
//! bytecode` are what `weir debug` prints; `run` and `test` may carry flags, and any of them the path of
//! another file or folder; `human`, `short` and `json` are what `weir analyze` prints, `fixes` what
//! all its fixes would change; `fmt` is what `weir fmt`
//! makes of the program; `explain R001` is a rule's page. `replay` is what `weir replay` prints of a run that was
//! recorded before (flags up to `--until` are the run's), `trace` who ran where and when. Times and the digits of schedules are left out.

use std::mem;

use crate::project::PROGRAM;
use crate::weir::Weir;
use crate::{Block, Section, traces};

/// The command that a block holds the output of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What runs before, and whose output nobody looks at.
    before: Option<Vec<String>>,
    command: Vec<String>,
    /// Whether the block holds the trace that the command wrote, not what it printed.
    is_trace: bool,
}

const SCHEDULE: &str = "run.schedule";
const TRACE: &str = "run.json";

impl Stage {
    /// The command of an info string; none when the block is only there to be read.
    pub fn of(info: &str) -> Option<Self> {
        let mut words = info.split_whitespace();
        let first = words.next()?;
        let (paths, flags): (Vec<_>, Vec<_>) = words.partition(|word| is_path(word));
        let path = *paths.first().unwrap_or(&PROGRAM);
        let (mut before, mut flags) = (None, flags);
        let mut command = match first {
            "tokens" | "tree" | "hir" | "mir" | "regions" | "skeleton" | "bytecode" => {
                vec!["debug", first, path]
            }
            "run" | "test" => vec![first, path],
            "trace" => vec!["run", "--trace", TRACE, path],
            "replay" => {
                let until = flags.iter().position(|flag| *flag == "--until");
                let of_replay = flags.split_off(until.unwrap_or(flags.len()));
                let of_run = mem::replace(&mut flags, of_replay);
                before = Some(owned(["run", "--record", SCHEDULE, path].into_iter().chain(of_run)));
                vec!["replay", SCHEDULE, path]
            }
            "fmt" => vec!["fmt", "-"],
            "human" | "short" | "json" => vec!["analyze", "--format", first, path],
            "fixes" => vec!["analyze", "--fix", "--unsafe-fixes", "--diff", path],
            "explain" => vec!["explain"],
            _ => return None,
        };
        command.extend(flags);
        Some(Self { before, command: owned(command), is_trace: first == "trace" })
    }

    /// What the command prints, or the trace that it writes. A command that does not name the program reads it.
    fn shown(&self, weir: &Weir, program: &str) -> String {
        let run = |command: &[String]| {
            let arguments: Vec<_> = command.iter().map(String::as_str).collect();
            weir.run_with_input(&arguments, program)
        };
        self.before.as_deref().map(run);
        let printed = run(&self.command);
        if self.is_trace { traces::lines(&weir.read(TRACE)) } else { readable(&printed.shown()) }
    }
}

fn owned<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// `src/main.weir`, `weir.toml`, `.`, `src/`
fn is_path(word: &str) -> bool {
    [".weir", ".toml", "/", "."].iter().any(|end| word.ends_with(end))
}

/// The blocks of a section that hold a command's output, with what the command prints now.
pub fn printed<'a>(binary: &str, section: &'a Section) -> Vec<(&'a Block, String)> {
    let stages = section.blocks.iter().filter_map(|block| Some((block, Stage::of(&block.info)?)));
    let print = |(block, stage): (&'a Block, Stage)| {
        let files = section.project.all_files();
        let weir =
            files.iter().fold(Weir::at(binary), |weir, file| weir.file(&file.path, &file.text));
        (block, stage.shown(&weir, section.text()))
    };
    stages.map(print).collect()
}

/// The text without what says nothing to a reader: times, and the digits of schedules, which
/// change with every change of the machine.
fn readable(text: &str) -> String {
    let is_time = |c: char| c.is_ascii_digit() || ".e-".contains(c);
    let is_digit = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let text = each_after(text, "\"seconds\": ", is_time, "0.0");
    let text = each_after(&text, "time=\"", is_time, "0.0");
    each_after(&text, "weir-schedule:", is_digit, "…")
}

/// The text with what follows each `mark` and is `of` something replaced.
fn each_after(text: &str, mark: &str, of: impl Fn(char) -> bool, by: &str) -> String {
    let mut parts = text.split(mark);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + mark + by + part.trim_start_matches(&of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_a_block_are_flags_of_its_command() {
        let stage = Stage::of("run --seed 3").map(|stage| stage.command.join(" "));
        assert_eq!(stage.as_deref(), Some("run main.weir --seed 3"));
        let stage = Stage::of("replay --procs 2 --until 3").unwrap_or_else(|| panic!("no stage"));
        assert_eq!(
            stage.before.unwrap_or_default().join(" "),
            "run --record run.schedule main.weir --procs 2"
        );
        assert_eq!(stage.command.join(" "), "replay run.schedule main.weir --until 3");
        let stage = Stage::of("hir text/tables.weir").map(|stage| stage.command.join(" "));
        assert_eq!(stage.as_deref(), Some("debug hir text/tables.weir"));
        assert_eq!(Stage::of("text"), None);
    }

    #[test]
    fn what_nobody_reads_is_taken_out() {
        let text = "{\"seconds\": 0.125,\n\"schedule\": \"weir-schedule:V0_V-J\"}";
        assert_eq!(readable(text), "{\"seconds\": 0.0,\n\"schedule\": \"weir-schedule:…\"}");
    }
}
