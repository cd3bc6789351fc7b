//! `weir analyze`: what is wrong with these files.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use codespan_reporting::term::termcolor::Buffer;
use weir_analyzer::diagnostics::{Level, LevelChange, Setting};

use super::{Color, Status, Stop, say};
use crate::output::{self, Format};
use crate::workspace::{Analysis, STDIN_NAME, Workspace};

const EXAMPLES: &str = "\
Examples:
  weir analyze                         everything below the current folder
  weir analyze src tests/main.weir     a folder and a file
  weir analyze --format json | jq .diagnostics
  weir analyze --warn all --deny R     nothing but races fails the build
  cat main.weir | weir analyze -       standard input";

/// Find what is wrong: races, leaks, starving tasks, types, names
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Analyze {
    /// Files, folders, or `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write the findings to a file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// When to colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
    /// Make these rules errors: a code, a name, a family such as `R`, or `all`
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    deny: Vec<String>,
    /// Make these rules warnings
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    warn: Vec<String>,
    /// Do not show what these rules find
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    allow: Vec<String>,
    /// End with status 0 even if there are findings
    #[arg(long)]
    exit_zero: bool,
    /// Count the findings of each rule instead of printing them
    #[arg(long, conflicts_with = "format")]
    statistics: bool,
    /// Print every rule and end
    #[arg(long)]
    list_rules: bool,
    /// The name that standard input goes by
    #[arg(long, value_name = "NAME", default_value = STDIN_NAME)]
    stdin_filename: String,
}

impl Analyze {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let color = self.output.is_none() && self.color.on_stdout() || self.color == Color::Always;
        let mut out = output::buffer(color);
        if self.list_rules {
            output::list_rules(self.format, &mut out)?;
            self.deliver(out)?;
            return Ok(Status::Fine);
        }
        let changes = self.level_changes()?;
        let workspace = Workspace::read(&self.paths, &self.stdin_filename);
        let analysis = workspace.analyze(&changes);
        if self.statistics {
            output::statistics(&analysis.diagnostics, &mut out)?;
        } else if !workspace.files.is_empty() {
            output::write(self.format, &workspace, &analysis, &mut out)?;
        }
        self.deliver(out)?;
        workspace.unreadable.iter().for_each(|unreadable| say(&format!("weir: {unreadable}")));
        analysis.bugs.iter().for_each(|bug| say(&bug.to_string()));
        Ok(self.status(&workspace, &analysis))
    }

    /// What the flags ask for; of two that speak of the same rules the stricter one counts.
    fn level_changes(&self) -> Result<Vec<LevelChange>, Stop> {
        let flags = [
            ("--allow", Setting::Allow, &self.allow),
            ("--warn", Setting::At(Level::Warning), &self.warn),
            ("--deny", Setting::At(Level::Error), &self.deny),
        ];
        let changes = flags.into_iter().flat_map(|(flag, setting, all)| {
            all.iter().map(move |rules| {
                LevelChange::new(rules, setting)
                    .map_err(|error| Stop::Usage(format!("`{flag} {rules}`: {error}")))
            })
        });
        changes.collect()
    }

    /// The worst of what happened: a bug of ours, then what could not be read, then findings.
    fn status(&self, workspace: &Workspace, analysis: &Analysis) -> Status {
        let findings = analysis.count(Level::Error) + analysis.count(Level::Warning);
        if !analysis.bugs.is_empty() {
            Status::Bug
        } else if !workspace.unreadable.is_empty() {
            Status::Unreadable
        } else if findings > 0 && !self.exit_zero {
            Status::Findings
        } else {
            Status::Fine
        }
    }

    fn deliver(&self, out: Buffer) -> Result<(), Stop> {
        let Some(path) = &self.output else {
            return Ok(io::stdout().lock().write_all(out.as_slice())?);
        };
        fs::write(path, out.as_slice()).map_err(|error| {
            let path = path.display();
            Stop::Usage(format!("`{path}` cannot be written ({error}); name another `--output`"))
        })
    }
}
