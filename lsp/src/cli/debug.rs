//! `weir debug`: what each stage made of a file.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use weir_analyzer::db::parse;
use weir_analyzer::items::{ItemId, file_items};
use weir_analyzer::{Database, SourceFile, hir, mir, regions, skeleton};
use weir_syntax::{debug_tokens, debug_tree};

use super::program::Source;
use super::{Status, Stop};
use crate::workspace::Workspace;

/// Print what a stage of the analyzer or the compiler made of a file
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weir debug mir main.weir")]
pub(super) struct Debug {
    /// The stage
    #[arg(value_enum)]
    stage: Stage,
    /// The file, or `-` for standard input
    file: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// Tokens, with the virtual ones of the layout
    Tokens,
    /// The syntax tree
    Tree,
    /// Bodies, desugared, with the types of their names
    Hir,
    /// Control flow
    Mir,
    /// What each function does with the regions of its parameters
    Regions,
    /// What synchronisation sees
    Skeleton,
    /// What the machine runs
    Bytecode,
}

impl Debug {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let printed = match self.stage {
            Stage::Bytecode => match Source::read(&self.file)?.compile()? {
                Ok(program) => program.listing(),
                Err(_) => return Ok(Status::Findings),
            },
            stage => {
                let (workspace, file) = Workspace::read_program(&self.file)?;
                print(&workspace.db, file, stage)
            }
        };
        io::stdout().lock().write_all(printed.as_bytes())?;
        Ok(Status::Fine)
    }
}

/// What a stage made of a file.
fn print(db: &Database, file: SourceFile, stage: Stage) -> String {
    match stage {
        Stage::Tokens => debug_tokens(file.text(db)),
        Stage::Tree => debug_tree(&parse(db, file).syntax()),
        Stage::Hir => each_body(db, file, |item| hir::print(db, item)),
        Stage::Mir => each_body(db, file, |item| mir::print(db, mir::mir(db, item))),
        Stage::Regions => each_body(db, file, |item| regions::print(db, item)),
        Stage::Skeleton => each_body(db, file, |item| skeleton::print(db, item)),
        // Of a whole program rather than of a file.
        Stage::Bytecode => String::new(),
    }
}

/// What a stage made of each item that computes, in the order of the text.
fn each_body(db: &Database, file: SourceFile, print: impl Fn(ItemId) -> String) -> String {
    let items = file_items(db, file).ids(db).filter(|item| item.kind(db).has_body());
    items.map(print).collect::<Vec<_>>().join("\n")
}
