//! The test blocks of files, compiled.

use weir_analyzer::diagnostics::{Site, resolve_site};
use weir_analyzer::items::{ItemId, ItemKind, NodeIndex, file_items};
use weir_analyzer::{Database, FileKind, SourceFile};
use weir_runtime_sim::{CompileError, Program, compile};
use weir_syntax::LineIndex;

use crate::convert::position;
use crate::huge_pages;

/// A test block.
#[derive(Debug)]
pub(crate) struct Test {
    /// What it says of itself.
    pub(crate) name: String,
    /// The path of its file.
    pub(crate) path: String,
    /// Its line, from 1.
    pub(crate) line: u32,
    /// The program that begins with it.
    pub(crate) program: Program,
}

/// A test that cannot be compiled.
#[derive(Debug)]
pub(crate) struct Uncompilable(pub(crate) CompileError);

/// The tests of the files whose names hold the text, in the order of the files and lines; and how
/// many others there are.
pub(crate) fn collect(
    db: &Database,
    files: &[SourceFile],
    filter: &str,
) -> Result<(Vec<Test>, usize), Uncompilable> {
    let modules = files.iter().filter(|file| file.kind(db) == FileKind::Module);
    let tests = modules.flat_map(|file| tests_of(db, *file));
    let (wanted, others): (Vec<ItemId>, Vec<ItemId>) =
        tests.partition(|test| test.name(db).contains(filter));
    let compiled = wanted.into_iter().map(|item| compiled(db, item)).collect::<Result<_, _>>()?;
    Ok((compiled, others.len()))
}

/// The test blocks of a file.
pub(crate) fn tests_of(db: &Database, file: SourceFile) -> impl Iterator<Item = ItemId> {
    file_items(db, file).ids(db).filter(|item| item.kind(db) == ItemKind::Test)
}

fn compiled(db: &Database, item: ItemId) -> Result<Test, Uncompilable> {
    huge_pages::allow();
    let file = item.file(db);
    let label = resolve_site(db, Site::whole(item, NodeIndex::ITEM));
    let start = position(&LineIndex::new(file.text(db)), label.range.start());
    Ok(Test {
        name: item.name(db).to_string(),
        path: file.path(db).to_string(),
        line: start.line,
        program: compile(db, item).map_err(Uncompilable)?,
    })
}
