//! A program on its way to the machine: read, checked, compiled. What `run`, `replay` and `debug
//! bytecode` share.

use std::io;
use std::path::Path;

use codespan_reporting::term::termcolor::Buffer;
use weir_analyzer::diagnostics::Level;
use weir_analyzer::items::{ItemId, ItemKind, file_items, imported_modules, signature};
use weir_analyzer::{Database, FileKind, SourceFile};
use weir_runtime_sim::{Program, compile};

use super::{Color, Stop, columns, say};
use crate::output::{self, counted};
use crate::testing::tests_of;
use crate::workspace::{Analysis, LevelChoice, STDIN, Workspace};

/// A file with a program in it.
pub(super) struct Source {
    workspace: Workspace,
    file: SourceFile,
    is_stdin: bool,
}

/// Why a program does not run: it has been said on stderr. What only compiling finds is no finding.
#[derive(Default)]
pub(super) struct Refused {
    findings: Analysis,
    /// What was said last.
    pub(super) why: String,
}

impl Refused {
    /// Whether the program runs all the same if it is asked for.
    pub(super) fn runs_unchecked(&self) -> bool {
        let mut findings = self.findings.diagnostics.iter().peekable();
        findings.peek().is_some() && findings.all(|found| !found.code.rule().is_fundamental)
    }

    /// Whether the file is part of a program that is refused: there are findings in it, in a module that it imports,
    /// or in the manifest of its package.
    pub(super) fn concerns(&self, db: &Database, file: SourceFile) -> bool {
        let imported = imported_modules(db, file);
        self.findings.diagnostics.iter().map(|found| found.primary.file).any(|wrong| {
            let is_manifest = wrong.kind(db) == FileKind::Manifest;
            wrong == file
                || imported.contains(&wrong)
                || is_manifest && wrong.package(db) == file.package(db)
        })
    }
}

impl Source {
    /// Reads the program of a file, a folder or standard input.
    pub(super) fn read(path: &Path) -> Result<Self, Stop> {
        let (workspace, file) = Workspace::read_program(path)?;
        Ok(Self { workspace, file, is_stdin: path == Path::new(STDIN) })
    }

    /// Whether it was read from standard input, where nobody can read it again.
    pub(super) fn is_stdin(&self) -> bool {
        self.is_stdin
    }

    /// Its path, as the user would write it.
    pub(super) fn path(&self) -> &str {
        self.file.path(&self.workspace.db)
    }

    /// The files that it was read from.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &Path> {
        self.workspace.inputs()
    }

    /// Refuses a program that [`check`] refuses.
    pub(super) fn check(&mut self, unchecked: bool) -> Result<Result<(), Refused>, Stop> {
        check(&mut self.workspace, unchecked)
    }

    /// Writes the report of the refused program, with its findings.
    pub(super) fn refused_json(&self, of: &Refused, out: &mut impl io::Write) -> io::Result<()> {
        output::refused_json(&self.workspace.db, &of.findings.diagnostics, out)
    }

    /// Compiles what a schedule was recorded of: the test of that name; without one, `main` or a test of the
    /// file, whichever has this hash; when none has, `main`.
    pub(super) fn compile_recorded(
        &self,
        hash: u64,
        test: Option<&str>,
    ) -> Result<Result<Program, Refused>, Stop> {
        let db = &self.workspace.db;
        let tests: Vec<ItemId> = tests_of(db, self.file).collect();
        if let Some(name) = test {
            let named = tests.into_iter().find(|test| test.name(db) == name);
            let none = || Stop::Usage(format!("`{}` has no test `{name}`", self.path()));
            return Ok(self.compile_entry(named.ok_or_else(none)?));
        }
        let entries = self.main().ok().into_iter().chain(tests.iter().copied());
        let mut compiled = entries.filter_map(|entry| compile(db, entry).ok());
        match compiled.find(|program| program.hash() == hash) {
            Some(recorded) => Ok(Ok(recorded)),
            None => self.compile(),
        }
    }

    /// Compiles it. What only an unchecked program can hold is said on stderr.
    pub(super) fn compile(&self) -> Result<Result<Program, Refused>, Stop> {
        Ok(self.compile_entry(self.main()?))
    }

    fn compile_entry(&self, entry: ItemId) -> Result<Program, Refused> {
        compile(&self.workspace.db, entry).map_err(|error| {
            let why = format!("refused: {error}; nothing ran");
            say(&why);
            Refused { why, ..Refused::default() }
        })
    }

    /// Its main function.
    fn main(&self) -> Result<ItemId, Stop> {
        let (db, path) = (&self.workspace.db, self.path());
        let is_main = |item: &ItemId| {
            item.kind(db) == ItemKind::Fn && item.parent(db).is_none() && item.name(db) == "main"
        };
        let main = file_items(db, self.file).ids(db).find(is_main);
        let main = main.ok_or_else(|| {
            Stop::Usage(format!("`{path}` has no `main`; a program starts in `fn main():`"))
        })?;
        let takes = signature(db, main).as_fn().map_or(0, |of| of.params.len());
        match takes {
            0 => Ok(main),
            _ => Err(Stop::Usage(format!(
                "`main` of `{path}` takes parameters; nobody could pass any"
            ))),
        }
    }
}

/// Tells tools why there is no run, where something else than findings is why. People read that on stderr.
pub(super) fn told<T>(json: bool, ready: Result<T, Stop>) -> Result<T, Stop> {
    if let Err(Stop::Usage(why)) = &ready
        && json
    {
        output::unread_json(why, &mut io::stdout().lock())?;
    }
    ready
}

/// Refuses files with findings of level error, which are printed, and says that nothing ran.
fn check(workspace: &mut Workspace, unchecked: bool) -> Result<Result<(), Refused>, Stop> {
    Ok(match judge(workspace, unchecked)? {
        Some(refused) => {
            let why = format!("{}; nothing ran", refused.why);
            say(&why);
            Err(Refused { why, ..refused })
        }
        None => Ok(()),
    })
}

/// What is refused for findings of level error, which are printed. Unchecked, only those count that leave
/// nothing that could be run.
pub(super) fn judge(workspace: &mut Workspace, unchecked: bool) -> Result<Option<Refused>, Stop> {
    let mut analysis = workspace.analyze(&LevelChoice::default());
    if let Some(bug) = analysis.bugs.first().filter(|_| !unchecked) {
        return Err(Stop::Bug(bug.clone()));
    }
    analysis.diagnostics.retain(|found| {
        found.level == Level::Error && (!unchecked || found.code.rule().is_fundamental)
    });
    let errors = analysis.diagnostics.len();
    if errors == 0 {
        return Ok(None);
    }
    let mut out: Buffer = output::buffer(Color::Auto.on_stderr());
    output::write_findings(workspace, &analysis, columns(&io::stderr()), &mut out)?;
    io::Write::write_all(&mut io::stderr(), out.as_slice())?;
    let (errors, wrong) = (counted(errors, "error"), wrong(workspace, &analysis));
    let why = format!("refused: {errors} in {wrong}");
    Ok(Some(Refused { findings: analysis, why }))
}

/// The files with findings: by name if it is one.
fn wrong(workspace: &Workspace, analysis: &Analysis) -> String {
    let mut files: Vec<SourceFile> = Vec::new();
    for found in &analysis.diagnostics {
        if !files.contains(&found.primary.file) {
            files.push(found.primary.file);
        }
    }
    match files.as_slice() {
        [file] => format!("`{}`", file.path(&workspace.db)),
        files => counted(files.len(), "file"),
    }
}
