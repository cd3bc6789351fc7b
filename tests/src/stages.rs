//! Blocks that hold what a verb prints for a section's program.
//!
//! The program is `main.weir` in a folder of its own. `tokens … bytecode` are what `weir debug`
//! prints; `run` may carry flags; `human`, `short` and `json` are what `weir analyze` prints
//! (without its time); `explain R001` is a rule's page.

use crate::weir::Weir;
use crate::{Block, Section};

/// The name that a section's program goes by.
pub const PROGRAM: &str = "main.weir";

/// The command that a block holds the output of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage(Vec<String>);

impl Stage {
    /// The command of an info string; none when the block is only there to be read.
    pub fn of(info: &str) -> Option<Self> {
        let mut words = info.split_whitespace();
        let first = words.next()?;
        let flags: Vec<_> = words.collect();
        let mut command = match first {
            "tokens" | "tree" | "hir" | "mir" | "regions" | "skeleton" | "bytecode" => {
                vec!["debug", first, PROGRAM]
            }
            "run" => vec!["run", PROGRAM],
            "human" | "short" | "json" => vec!["analyze", "--format", first, PROGRAM],
            "explain" => vec!["explain"],
            _ => return None,
        };
        command.extend(flags);
        Some(Self(command.into_iter().map(str::to_owned).collect()))
    }
}

/// The blocks of a section that hold a command's output, with what the command prints now.
pub fn printed<'a>(binary: &str, section: &'a Section) -> Vec<(&'a Block, String)> {
    let stages = section.blocks.iter().filter_map(|block| Some((block, Stage::of(&block.info)?)));
    let print = |(block, stage): (&'a Block, Stage)| {
        let weir = Weir::at(binary).file(PROGRAM, &section.program);
        let arguments: Vec<_> = stage.0.iter().map(String::as_str).collect();
        (block, without_times(&weir.run(&arguments).shown()))
    };
    stages.map(print).collect()
}

/// The text with the one thing that differs from run to run taken out.
fn without_times(text: &str) -> String {
    let line = |line: &str| match line.split_once("\"seconds\": ") {
        Some((before, after)) => {
            let rest = after
                .trim_start_matches(|digit: char| digit.is_ascii_digit() || ".e-".contains(digit));
            format!("{before}\"seconds\": 0.0{rest}")
        }
        None => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_a_block_are_flags_of_its_command() {
        let stage = Stage::of("run --seed 3").map(|stage| stage.0.join(" "));
        assert_eq!(stage.as_deref(), Some("run main.weir --seed 3"));
        assert_eq!(Stage::of("text"), None);
    }

    #[test]
    fn times_are_taken_out() {
        assert_eq!(without_times("a\n  \"seconds\": 0.125,\nb"), "a\n  \"seconds\": 0.0,\nb");
    }
}
