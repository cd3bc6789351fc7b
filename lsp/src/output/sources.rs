//! Where findings stand, in lines and columns: the texts that findings point into, with the
//! starts of their lines.

use std::collections::HashMap;
use std::ops::Range;

use codespan_reporting::files::{Error, Files};
use weir_analyzer::diagnostics::{Diagnostic, Label};
use weir_analyzer::{Database, SourceFile, TextRange};

use crate::convert::{Position, position};

/// The texts that some findings point into.
pub(crate) struct Sources<'db> {
    texts: HashMap<SourceFile, Source<'db>>,
}

struct Source<'db> {
    path: &'db str,
    text: &'db str,
    /// Where each line starts.
    lines: Vec<usize>,
}

impl<'db> Sources<'db> {
    /// What these findings, their labels, fixes and witnesses point into.
    pub(crate) fn of(db: &'db Database, diagnostics: &[Diagnostic]) -> Self {
        let mut sources = Self { texts: HashMap::new() };
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
    pub(crate) fn position(&self, file: SourceFile, offset: usize) -> Position {
        self.texts.get(&file).map_or_else(Position::default, |source| {
            let line = source.line_of(offset);
            position(source.text, line, source.lines[line], offset)
        })
    }

    /// Where a label starts, for people: the path and the position.
    pub(crate) fn start(&self, label: &Label) -> (&'db str, Position) {
        (self.path(label.file), self.position(label.file, label.range.start().into()))
    }

    /// How long the longest line is that a range touches, in bytes.
    pub(crate) fn longest_line(&self, file: SourceFile, range: TextRange) -> usize {
        self.texts.get(&file).map_or(0, |source| {
            let first = source.line_of(range.start().into());
            let last = source.line_of(range.end().into());
            (first..=last).map(|line| source.line_range(line).len()).max().unwrap_or(0)
        })
    }

    fn add(&mut self, db: &'db Database, file: SourceFile) {
        self.texts.entry(file).or_insert_with(|| {
            let text: &str = file.text(db);
            let starts = text.match_indices('\n').map(|(offset, _)| offset + 1);
            Source { path: file.path(db), text, lines: std::iter::once(0).chain(starts).collect() }
        });
    }

    fn source_of(&self, file: SourceFile) -> Result<&Source<'db>, Error> {
        self.texts.get(&file).ok_or(Error::FileMissing)
    }
}

impl Source<'_> {
    /// The line of an offset, counted from 0.
    fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The bytes of a line, with its end.
    fn line_range(&self, line: usize) -> Range<usize> {
        let end = self.lines.get(line + 1).copied().unwrap_or(self.text.len());
        self.lines[line]..end
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
        Ok(self.source_of(file)?.line_of(offset))
    }

    fn line_range(&'a self, file: SourceFile, line: usize) -> Result<Range<usize>, Error> {
        let source = self.source_of(file)?;
        let max = source.lines.len() - 1;
        if line > max {
            return Err(Error::LineTooLarge { given: line, max });
        }
        Ok(source.line_range(line))
    }
}
