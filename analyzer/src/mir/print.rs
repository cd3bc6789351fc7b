//! Mir as text: what `weir debug mir` shows.
//!
//! ```text
//! fn main() -> ():
//!     let ch: channel[int]
//!   bb0:
//!     ch = channel(0)
//!     enter scope0
//!     spawn scope0 main/task1(ch)
//!     end scope0
//!     return ()
//! ```
//!
//! A local shows its name, with its number where another of the body has the same name (`x.7`); a
//! temporary shows its number (`_7`), and is left out where nothing reads it.

mod operations;

use std::fmt::Write;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Access, Block, BlockId, BodyId, BodyKind, Local, Mir, MirBody, Point, ScopeDecl};
use crate::ty::display;
use crate::{Db, Name};

/// The bodies, one op a line.
pub fn print(db: &dyn Db, mir: &Mir) -> String {
    print_with_notes(db, mir, &|_| String::new())
}

/// The bodies, one op a line; after it what there is to note at that point.
pub(crate) fn print_with_notes(db: &dyn Db, mir: &Mir, note: Note<'_>) -> String {
    let bodies = (0..mir.bodies.len() as u32).map(|id| {
        let (id, body) = (BodyId(id), mir.body(BodyId(id)));
        Printer { db, mir, id, body, names: names(body), read: read_locals(body), note }.print()
    });
    bodies.collect::<Vec<_>>().join("\n")
}

/// What a reader of Mir knows of a point; nothing when empty.
type Note<'a> = &'a dyn Fn(Point) -> String;

/// One body's way to text.
struct Printer<'a> {
    db: &'a dyn Db,
    mir: &'a Mir,
    id: BodyId,
    body: &'a MirBody,
    names: Vec<String>,
    read: FxHashSet<Local>,
    note: Note<'a>,
}

impl Printer<'_> {
    fn print(&self) -> String {
        let mut text = format!("{}:\n", self.header());
        for local in
            (self.body.params + self.body.captures..self.body.locals.len() as u32).map(Local)
        {
            let is_shown = self.body.local(local).name.is_some() || self.read.contains(&local);
            if is_shown {
                let _ = writeln!(text, "    let {}", self.declared(local));
            }
        }
        for (number, scope) in self.body.scopes.iter().enumerate() {
            text.push_str(&scope_line(number, scope));
        }
        for (number, block) in self.body.blocks.iter().enumerate() {
            let _ = writeln!(text, "  bb{number}:");
            self.block(BlockId(number as u32), block, &mut text);
        }
        text
    }

    fn block(&self, id: BlockId, block: &Block, text: &mut String) {
        for (number, op) in block.ops.iter().enumerate() {
            let note = (self.note)(Point { body: self.id, block: id, op: number as u32 });
            let _ = write!(text, "    {}", self.op(&op.kind));
            let _ = writeln!(text, "{}{note}", if note.is_empty() { "" } else { "  # " });
        }
        for line in self.terminator(&block.end.kind) {
            let _ = writeln!(text, "    {line}");
        }
    }

    fn header(&self) -> String {
        let kind = match self.body.kind {
            BodyKind::Function => "fn",
            BodyKind::Task => "task",
            BodyKind::Detached => "detached",
            BodyKind::Closure => "closure",
            BodyKind::Default(_) => "default",
            BodyKind::Iteration => "iteration",
        };
        let params = self.declared_all(self.body.param_locals());
        let captures = self.declared_all(self.body.capture_locals());
        let captures =
            if captures.is_empty() { captures } else { format!(" captures ({captures})") };
        let ret = display(self.db, &self.body.ret);
        format!("{kind} {}({params}){captures} -> {ret}", self.body.name)
    }

    fn declared_all(&self, locals: impl Iterator<Item = Local>) -> String {
        locals.map(|local| self.declared(local)).collect::<Vec<_>>().join(", ")
    }

    fn declared(&self, local: Local) -> String {
        format!("{}: {}", self.local(local), display(self.db, &self.body.local(local).ty))
    }

    fn local(&self, local: Local) -> &str {
        self.names.get(local.index()).map_or("_?", String::as_str)
    }

    /// `dest = `, unless nobody would miss it.
    fn dest(&self, dest: Local) -> String {
        let declared = self.body.local(dest);
        let is_idle = declared.name.is_none() && !self.read.contains(&dest);
        if is_idle { String::new() } else { format!("{} = ", self.local(dest)) }
    }
}

fn scope_line(number: usize, scope: &ScopeDecl) -> String {
    let mut line = format!("    scope{number}");
    if let Some(name) = &scope.name {
        let _ = write!(line, " as {name}");
    }
    if scope.supervised {
        line.push_str(" supervised");
    }
    if let Some(block) = scope.on_timeout {
        let _ = write!(line, " on timeout {block:?}");
    }
    line.push('\n');
    line
}

/// What each local is called: its name, made unambiguous by its number.
fn names(body: &MirBody) -> Vec<String> {
    let mut counts: FxHashMap<&Name, u32> = FxHashMap::default();
    for name in body.locals.iter().filter_map(|local| local.name.as_ref()) {
        *counts.entry(name).or_default() += 1;
    }
    let name = |(number, local): (usize, &super::LocalDecl)| match &local.name {
        Some(name) if counts.get(name) == Some(&1) => name.to_string(),
        Some(name) => format!("{name}.{number}"),
        None => format!("_{number}"),
    };
    body.locals.iter().enumerate().map(name).collect()
}

fn read_locals(body: &MirBody) -> FxHashSet<Local> {
    let ops = body.blocks.iter().flat_map(|block| &block.ops).flat_map(|op| op.kind.locals());
    let ends = body.blocks.iter().flat_map(|block| block.end.kind.locals());
    ops.chain(ends).filter(|(_, access)| *access == Access::Read).map(|(local, _)| local).collect()
}
