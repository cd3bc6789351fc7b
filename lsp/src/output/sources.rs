//! Where findings stand, in lines and columns: the texts that findings point into, with the
//! starts of their lines.

use rustc_hash::FxHashMap;
use std::ops::Range;

use codespan_reporting::files::{Error, Files};
use weir_analyzer::diagnostics::{Diagnostic, Label};
use weir_analyzer::{Database, SourceFile, TextRange, TextSize};
use weir_syntax::LineIndex;

use crate::convert::{Position, position};

/// The texts that some findings point into.
pub(crate) struct Sources<'db> {
    texts: FxHashMap<SourceFile, Source<'db>>,
}

struct Source<'db> {
    path: &'db str,
    text: &'db str,
    lines: LineIndex,
}

impl<'db> Sources<'db> {
    /// What these findings, their labels, fixes and witnesses point into.
    pub(crate) fn of(db: &'db Database, diagnostics: &[Diagnostic]) -> Self {
        let mut sources = Self { texts: FxHashMap::default() };
        for diagnostic in diagnostics {
            sources.add(db, diagnostic.primary.file);
            diagnostic.related.iter().for_each(|label| sources.add(db, label.file));
            diagnostic.witness.iter().for_each(|step| sources.add(db, step.file));
            let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits);
            edits.for_each(|(file, ..)| sources.add(db, *file));
        }
        sources
    }

    /// The file's path.
    pub(crate) fn path(&self, file: SourceFile) -> &'db str {
        self.texts.get(&file).map_or("", |source| source.path)
    }

    /// Where an offset of a file is, for people.
    pub(crate) fn position(&self, file: SourceFile, offset: TextSize) -> Position {
        let source = self.texts.get(&file);
        source.map_or_else(Position::default, |source| position(&source.lines, offset))
    }

    /// Where a label starts, for people: the path and the position.
    pub(crate) fn start(&self, label: &Label) -> (&'db str, Position) {
        (self.path(label.file), self.position(label.file, label.range.start()))
    }

    /// How long the longest line is that a range touches, in bytes.
    pub(crate) fn longest_line(&self, file: SourceFile, range: TextRange) -> usize {
        self.texts.get(&file).map_or(0, |source| {
            let lines = source.lines.line(range.start())..=source.lines.line(range.end());
            lines.map(|line| source.line_range(line).len()).max().unwrap_or(0)
        })
    }

    fn add(&mut self, db: &'db Database, file: SourceFile) {
        self.texts.entry(file).or_insert_with(|| {
            let text: &str = file.text(db);
            Source { path: file.path(db), text, lines: LineIndex::new(text) }
        });
    }

    fn source_of(&self, file: SourceFile) -> Result<&Source<'db>, Error> {
        self.texts.get(&file).ok_or(Error::FileMissing)
    }
}

impl Source<'_> {
    /// The bytes of a line, with its end.
    fn line_range(&self, line: u32) -> Range<usize> {
        self.lines.line_start(line).into()..self.lines.line_start(line + 1).into()
    }
}

impl<'a> Files<'a> for Sources<'_> {
    type FileId = SourceFile;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, file: SourceFile) -> Result<&'a str, Error> {
        Ok(self.source_of(file)?.path)
    }

    fn source(&'a self, file: SourceFile) -> Result<&'a str, Error> {
        Ok(self.source_of(file)?.text)
    }

    fn line_index(&'a self, file: SourceFile, offset: usize) -> Result<usize, Error> {
        let offset = TextSize::new(u32::try_from(offset).unwrap_or(u32::MAX));
        Ok(self.source_of(file)?.lines.line(offset) as usize)
    }

    fn line_range(&'a self, file: SourceFile, line: usize) -> Result<Range<usize>, Error> {
        let source = self.source_of(file)?;
        let max = source.lines.line_count() as usize - 1;
        match u32::try_from(line) {
            Ok(index) if line <= max => Ok(source.line_range(index)),
            _ => Err(Error::LineTooLarge { given: line, max }),
        }
    }
}
