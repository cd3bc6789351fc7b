//! Names that nothing reads, private functions that nothing calls, imports that nothing uses (N004).
//!
//! Whether a name is read at all in its body, not whether one value of it is: what a later
//! assignment overwrites is not looked for. Silent on purpose: names of patterns and of tuples taken
//! apart, which have to stand where they stand; what rounds of a loop are counted by; parameters of
//! lambdas, which the place they go to asks for, and of functions without statements; names that
//! start with `_`.
//!
//! **Invariant.** A body with a part that could not be understood has no unused names: the part may
//! be where they are read.

mod imports;

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::diagnostics::{Code, Edit, EditKind, Finding, Fix, Part, Site};
use crate::hir::{Body, Expr, FrameKind, LocalId, LocalKind, Lowered, Stmt, StmtId, Target, lower};
use crate::items::{ItemId, ItemKind, NodeIndex, file_items};
use crate::{Db, Name, SourceFile};

pub use imports::unused_imports;

/// The item's names that nothing reads; for a private function, whether anything calls it.
pub fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mut findings: Vec<Finding> = uncalled(db, item).into_iter().collect();
    let lowered = lower(db, item);
    if !is_broken(&lowered.body) {
        let reads = reads(&lowered.body);
        let unread = lowered.body.locals.iter().map(|(local, _)| local);
        let unread = unread.filter(|local| !reads.contains(local));
        let kept = positional(&lowered.body);
        let unread = unread.filter(|local| !kept.contains(local));
        let unread = unread.filter(|local| !is_told(db, item, lowered, *local));
        findings.extend(unread.filter_map(|local| unused_name(lowered, local)));
    }
    findings
}

/// Whether a part of the body could not be understood.
fn is_broken(body: &Body) -> bool {
    let missing = |stmt: &Stmt| match stmt {
        Stmt::Assign { target, .. } | Stmt::Update { target, .. } => *target == Target::Missing,
        _ => false,
    };
    body.exprs.iter().any(|(_, expr)| *expr == Expr::Missing)
        || body.stmts.iter().any(|(_, stmt)| missing(stmt))
}

/// The names that are read somewhere.
fn reads(body: &Body) -> FxHashSet<LocalId> {
    let named = body.exprs.iter().filter_map(|(_, expr)| match expr {
        Expr::Local(local) => Some(*local),
        _ => None,
    });
    let mut reads: FxHashSet<LocalId> = named.collect();
    for (_, stmt) in body.stmts.iter() {
        match stmt {
            Stmt::Assign { target, .. } | Stmt::Update { target, .. } => {
                reads.extend(changed_elsewhere(body, target));
            }
            // The condition has the loan under a name of its own.
            Stmt::With { name: Some(name), when: Some(_), .. } => drop(reads.insert(*name)),
            _ => {}
        }
    }
    // A name bound by `spawn` is one name inside its scope and another after it.
    for (inside, after) in body.scopes.iter().flat_map(|(_, scope)| &scope.settled) {
        if reads.contains(inside) || reads.contains(after) {
            reads.extend([*inside, *after]);
        }
    }
    reads
}

/// The name of an assignment that does something besides: what a lock guards is changed by it, and
/// a captured name has a finding of its own.
fn changed_elsewhere(body: &Body, target: &Target) -> Option<LocalId> {
    match target {
        Target::Captured(local) => Some(*local),
        Target::Local(local) if body.locals[*local].kind == LocalKind::With => Some(*local),
        _ => None,
    }
}

/// Names that stand for a part of a tuple.
fn positional(body: &Body) -> FxHashSet<LocalId> {
    fn collect(target: &Target, inside: bool, names: &mut FxHashSet<LocalId>) {
        match target {
            Target::Local(local) if inside => drop(names.insert(*local)),
            Target::Tuple(parts) => parts.iter().for_each(|part| collect(part, true, names)),
            _ => {}
        }
    }
    let mut names = FxHashSet::default();
    for (_, stmt) in body.stmts.iter() {
        if let Stmt::Assign { target, .. } = stmt {
            collect(target, false, &mut names);
        }
    }
    names
}

/// Whether another finding stands at the name: `main` takes no parameters, and a name that hides a
/// constant was meant for something else.
fn is_told(db: &dyn Db, item: ItemId, lowered: &Lowered, local: LocalId) -> bool {
    let data = &lowered.body.locals[local];
    let of_main = data.kind == LocalKind::Param && data.frame == lowered.body.root;
    let node = lowered.source_map.locals.get(local).copied();
    let hides = |found: &Finding| found.code == Code::N008 && Some(found.site.node) == node;
    of_main && item.is_main(db) || lowered.findings.iter().any(hides)
}

fn unused_name(lowered: &Lowered, local: LocalId) -> Option<Finding> {
    let body = &lowered.body;
    let data = &body.locals[local];
    let name = &data.name;
    if name.is_empty() || name.starts_with('_') || name == "self" {
        return None;
    }
    let (message, help) = match data.kind {
        LocalKind::Param if forced(body, local) || is_declared_twice(body, local) => return None,
        LocalKind::Param => (
            format!("the parameter `{name}` is never read"),
            format!("use it, leave it out, or call it `_{name}` if it has to be taken"),
        ),
        LocalKind::Assigned if settles(body, local) => return None,
        LocalKind::TaskIn(_) => (
            format!("nothing reads what the task `{name}` returns"),
            "leave the name out: `spawn` needs none, and the scope waits all the same".to_owned(),
        ),
        LocalKind::Assigned | LocalKind::With => (
            format!("`{name}` is given a value that nothing reads"),
            format!("use it where it was meant, leave it out, or call it `_{name}`"),
        ),
        LocalKind::Scope => {
            (format!("nothing uses the scope's name `{name}`"), format!("leave out `as {name}`"))
        }
        LocalKind::NestedFn => (
            format!("nothing calls `{name}`"),
            "call it where it was meant, or delete it".to_owned(),
        ),
        LocalKind::Pattern => return None,
    };
    let node = lowered.source_map.locals.get(local).copied()?;
    let site = Site::whole(body.owner, node).part(Part::Name);
    let finding = Finding::new(Code::N004, site, message).help(help);
    Some(match renaming(lowered, local, site) {
        Some(fix) => finding.fix(fix),
        None => finding,
    })
}

/// Whether somebody else decides that there is such a parameter.
fn forced(body: &Body, local: LocalId) -> bool {
    match body.frames[body.locals[local].frame].kind {
        FrameKind::Function => body.suite.is_empty(),
        FrameKind::NestedFn => false,
        _ => true,
    }
}

/// A name of two parameters means the first; the second has its finding.
fn is_declared_twice(body: &Body, local: LocalId) -> bool {
    let data = &body.locals[local];
    let params = body.frames[data.frame].params.iter();
    params.filter(|param| body.locals[param.local].name == data.name).count() > 1
}

/// Whether the name is what a task's name becomes at the end of its scope.
fn settles(body: &Body, local: LocalId) -> bool {
    body.scopes.iter().flat_map(|(_, scope)| &scope.settled).any(|(_, after)| *after == local)
}

/// Puts a `_` before the name, wherever it is assigned. Not of a parameter that a call may name: the
/// calls of a function are anywhere.
fn renaming(lowered: &Lowered, local: LocalId, site: Site) -> Option<Fix> {
    let body = &lowered.body;
    let name = format!("_{}", body.locals[local].name);
    if body.locals.iter().any(|(_, other)| other.name == name) {
        return None;
    }
    let sites: Vec<Site> = match body.locals[local].kind {
        LocalKind::Param if may_be_passed_by_name(body, local) => return None,
        LocalKind::Param | LocalKind::With => vec![site],
        LocalKind::Assigned | LocalKind::TaskIn(_) => assignments(body, local)
            .filter_map(|stmt| lowered.source_map.targets.get(stmt))
            .map(|node| Site::whole(body.owner, *node))
            .collect(),
        _ => return None,
    };
    let rename = |site| Edit { site, kind: EditKind::Replace(name.clone()) };
    let edits: Vec<Edit> = sites.into_iter().map(rename).collect();
    Some(Fix { title: format!("call it `{name}`"), safe: false, edits })
}

fn may_be_passed_by_name(body: &Body, local: LocalId) -> bool {
    let data = &body.locals[local];
    let is_named = |expr: &Expr| match expr {
        Expr::Call(_, args) => args.iter().any(|arg| arg.name.as_ref() == Some(&data.name)),
        _ => false,
    };
    match body.frames[data.frame].kind {
        FrameKind::NestedFn => body.exprs.iter().any(|(_, expr)| is_named(expr)),
        _ => true,
    }
}

fn assignments(body: &Body, local: LocalId) -> impl Iterator<Item = StmtId> {
    let assigns = move |stmt: &Stmt| match stmt {
        Stmt::Assign { target, .. } | Stmt::Update { target, .. } => {
            *target == Target::Local(local)
        }
        _ => false,
    };
    body.stmts.iter().filter(move |(_, stmt)| assigns(stmt)).map(|(id, _)| id)
}

/// A private function that nothing in its module calls but itself.
fn uncalled(db: &dyn Db, item: ItemId) -> Option<Finding> {
    let name = item.name(db);
    if item.kind(db) != ItemKind::Fn || !name.starts_with('_') || name == "_" {
        return None;
    }
    let uses = uses_in(db, item.file(db));
    let user = match item.parent(db) {
        Some(_) => uses.members.get(&name),
        None => uses.items.get(&item),
    };
    let called = user.is_some_and(|user| *user != User::Only(item));
    if called || uses.broken {
        return None;
    }
    let site = Site::whole(item, NodeIndex::ITEM).part(Part::Name);
    let message = format!("nothing in this module calls `{name}`, and nothing outside can");
    Some(Finding::new(Code::N004, site, message).help("call it where it was meant, or delete it"))
}

/// Who uses something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum User {
    Only(ItemId),
    Several,
}

/// What the bodies of a module name, and who does.
#[derive(Debug, Default, PartialEq, Eq)]
struct Uses {
    items: BTreeMap<ItemId, User>,
    members: BTreeMap<Name, User>,
    /// A part of some body could not be understood.
    broken: bool,
}

#[salsa::tracked]
fn uses_in(db: &dyn Db, file: SourceFile) -> Uses {
    let mut uses = Uses::default();
    for user in file_items(db, file).ids(db).filter(|item| item.kind(db).has_body()) {
        let (items, members, broken) = uses_of(db, user);
        uses.broken |= *broken;
        for item in items {
            add(uses.items.entry(*item), user);
        }
        for member in members {
            add(uses.members.entry(member.clone()), user);
        }
    }
    uses
}

fn add<K: Ord>(entry: std::collections::btree_map::Entry<'_, K, User>, user: ItemId) {
    entry
        .and_modify(|known| {
            if *known != User::Only(user) {
                *known = User::Several;
            }
        })
        .or_insert(User::Only(user));
}

/// The private functions and methods that a body names, and whether all of it was understood.
#[salsa::tracked]
fn uses_of(db: &dyn Db, item: ItemId) -> (Vec<ItemId>, Vec<Name>, bool) {
    let body = &lower(db, item).body;
    let (mut items, mut members) = (Vec::new(), Vec::new());
    for (_, expr) in body.exprs.iter() {
        match expr {
            Expr::Item(named) if named.name(db).starts_with('_') => items.push(*named),
            Expr::Member(_, name) if name.starts_with('_') => members.push(name.clone()),
            _ => {}
        }
    }
    (items, members, is_broken(body))
}
