//! R008: an atom that is read and then set to what follows from that, while another task may have set
//! it in between.
//!
//! An atom that no other task can have yet is silent, and so is one that is read and set under a lock
//! under which all its writes are. A loop that waits for a value is no decision.

mod writes;

use std::collections::{BTreeMap, BTreeSet};

use self::writes::Writes;
use super::domain::Open;
use super::events::Event;
use super::findings::Findings;
use super::flow::{self, Observer};
use super::graph::{Definition, Graph};
use super::mend;
use super::report::{here, quoted, task_path};
use super::state::State;
use super::view::{View, ops};
use crate::Db;
use crate::diagnostics::{Code, Finding, Witness, WitnessStep};
use crate::items::ItemKind;
use crate::mir::{
    Access, BodyId, Callee, Intrinsic, Local, MirBody, OpKind, Operand, Point, Rvalue, Terminator,
};
use crate::ty::Ty;

/// How many definitions are looked through for one value; one that needs more is no finding.
const LOOKED_THROUGH_MAX: usize = 500;

/// Whether the body sets an atom.
pub(super) fn sets_one(id: BodyId, body: &MirBody) -> bool {
    ops(id, body).any(|(_, kind)| is_set(kind))
}

fn is_set(kind: &OpKind) -> bool {
    called(kind) == Some(Intrinsic::AtomSet)
}

pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    if !sets_one(view.id, view.body) {
        return;
    }
    let around = Around::of(view);
    let graph = Graph::new(view.id, view.body);
    for (set, kind) in ops(view.id, view.body).filter(|(_, kind)| is_set(kind)) {
        let OpKind::Call { args, .. } = kind else { continue };
        let [Operand::Local(atom), value] = args.as_slice() else { continue };
        let (named, name) = (named_first(view.db, &graph, *atom, set), view.name(*atom));
        if !is_shared(&graph, named.local) && !around.is_beside_tasks(set) {
            continue;
        }
        let search = Search { db: view.db, graph: &graph, atom: named };
        let get = search.behind(value, set).or_else(|| search.decided(set));
        let is_guarded = |get: &Point| Writes::new(view).share_lock(view, *atom, [*get, set]);
        let Some(get) = get.filter(|get| !is_guarded(get)) else { continue };
        if findings.is_new(view, Code::R008, view.origin(set), &name) {
            findings.add(report(view, &name, get, set));
        }
    }
}

fn called(kind: &OpKind) -> Option<Intrinsic> {
    match kind {
        OpKind::Call { callee: Callee::Intrinsic(intrinsic), .. } => Some(*intrinsic),
        _ => None,
    }
}

/// The locks that are held, and whether tasks may run, before each op.
#[derive(Default)]
struct Around {
    loans: BTreeMap<Point, BTreeSet<Point>>,
    beside_tasks: BTreeSet<Point>,
}

impl Observer for Around {
    fn event(&mut self, _before: &State, _event: &Event) {}

    fn point(&mut self, point: Point, before: &State) {
        let loans = before.open.iter().filter_map(|open| match open {
            Open::Loan { loan, .. } => Some(*loan),
            _ => None,
        });
        self.loans.insert(point, loans.collect());
        if before.has_tasks() {
            self.beside_tasks.insert(point);
        }
    }
}

impl Around {
    fn of(view: &View<'_>) -> Self {
        let mut around = Self::default();
        flow::observe(view, &mut around);
        around
    }

    fn is_beside_tasks(&self, point: Point) -> bool {
        self.beside_tasks.contains(&point)
    }

    /// The locks that are held at a place.
    fn loans_at(&self, point: Point) -> impl Iterator<Item = Point> {
        self.loans.get(&point).into_iter().flatten().copied()
    }
}

/// What came from outside may be with others.
fn is_shared(graph: &Graph<'_>, atom: Local) -> bool {
    graph.is_given(atom)
}

/// The name that others are only further names of, or a part of what it names which is always the same one:
/// the fields of structs that cannot change lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    local: Local,
    fields: Vec<u32>,
}

fn named_first(db: &dyn Db, graph: &Graph<'_>, local: Local, at: Point) -> Named {
    let (mut local, mut at, mut fields) = (local, at, Vec::new());
    while let Some((point, Definition::Value(value))) = graph.definition(local, at) {
        let of = match value {
            Rvalue::Use(Operand::Local(of)) => *of,
            Rvalue::Field(Operand::Local(of), field) if !can_change(db, graph, *of) => {
                fields.push(*field);
                *of
            }
            _ => break,
        };
        (local, at) = (of, point);
    }
    fields.reverse();
    Named { local, fields }
}

/// Whether another value may be put into a field of it.
fn can_change(db: &dyn Db, graph: &Graph<'_>, local: Local) -> bool {
    match &graph.body.local(local).ty {
        Ty::Adt(item, _) => item.kind(db) == ItemKind::MutableStruct,
        _ => true,
    }
}

struct Search<'a, 'v> {
    db: &'a dyn Db,
    graph: &'a Graph<'v>,
    atom: Named,
}

impl Search<'_, '_> {
    /// The `get` of the atom that a value was made from.
    fn behind(&self, value: &Operand, at: Point) -> Option<Point> {
        let mut seen = BTreeSet::new();
        let mut pending = vec![(value.local()?, at)];
        while let Some((local, at)) = pending.pop() {
            if !seen.insert(local) || seen.len() > LOOKED_THROUGH_MAX {
                continue;
            }
            for write in self.graph.writes_of(local) {
                let Some(kind) = self.graph.op(*write) else { continue };
                if let OpKind::Call { args, .. } = kind
                    && called(kind) == Some(Intrinsic::AtomGet)
                {
                    let of = args.first().and_then(Operand::local);
                    if of
                        .is_some_and(|of| named_first(self.db, self.graph, of, *write) == self.atom)
                    {
                        return Some(*write);
                    }
                    continue;
                }
                let reads = kind.locals().into_iter().filter(|(_, way)| *way == Access::Read);
                pending.extend(reads.map(|(local, _)| (local, at)));
            }
        }
        None
    }

    /// The `get` whose value decided, on every way, that the place is reached.
    fn decided(&self, set: Point) -> Option<Point> {
        let ways = self.graph.ways(set.block);
        let (first, others) = ways.split_first()?;
        let on_all = first.guards.iter().filter(|guard| {
            others.iter().all(|way| way.guards.iter().any(|other| other.branch == guard.branch))
        });
        on_all
            .filter(|guard| !self.waits(guard.branch, guard.holds, set))
            .find_map(|guard| self.behind(&Operand::Local(guard.condition), guard.branch))
    }

    /// Whether the branch is one of a loop that goes on until it may leave for the place.
    fn waits(&self, branch: Point, holds: bool, set: Point) -> bool {
        let end = &self.graph.body.blocks[branch.block.index()].end.kind;
        let Terminator::Branch { then, otherwise, .. } = end else { return false };
        let other = if holds { *otherwise } else { *then };
        other == branch.block || self.graph.reaches_without(other, branch.block, &[set.block])
    }
}

fn report(view: &View<'_>, name: &str, get: Point, set: Point) -> Finding {
    let (get_at, set_at) = (view.origin(get), view.origin(set));
    let shown = quoted(name);
    let message = format!(
        "{shown} is set here because of what it was before, and another task may set it in between: \
         that change is lost"
    );
    let task = task_path(view, None);
    let step = |task: &str, at, what: String| WitnessStep::told(task, here(view, at), what);
    let steps = vec![
        step(&task, get_at, format!("reads {shown}")),
        step("another task", set_at, format!("sets {shown}")),
        step(&task, set_at, format!("sets {shown}, and what the other set is lost")),
    ];
    let mut finding = Finding::new(Code::R008, here(view, set_at), message)
        .related(here(view, get_at), "its value is read here")
        .help(format!(
            "`{name}.swap(fn(value): …)` reads and sets in one step; `compare_and_set` sets only if \
             nobody else did"
        ))
        .witness(Witness { steps });
    finding.fixes.extend(mend::swap(view, name, set_at));
    finding.fixes.extend(mend::exchange(view, name, set_at));
    finding
}
