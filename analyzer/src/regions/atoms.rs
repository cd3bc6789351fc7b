//! R008: an atom that is read and then set to what follows from that, while another task may have set
//! it in between.
//!
//! An atom that no other task can have yet is silent, and so is one that is read and set under a lock
//! under which all its writes are. A loop that waits for a value is no decision.

mod writes;

use std::collections::{BTreeMap, BTreeSet};

use self::writes::Writes;
use super::compare::Findings;
use super::domain::Open;
use super::events::Event;
use super::flow::{self, Observer};
use super::graph::{Definition, Graph};
use super::mend;
use super::report::{here, quoted, task_path};
use super::state::State;
use super::view::{View, ops};
use crate::diagnostics::{Code, Finding, Witness, WitnessStep};
use crate::mir::{
    Access, BodyId, Callee, Intrinsic, Local, MirBody, OpKind, Operand, Point, Rvalue, Terminator,
};

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
        let atom = named_first(&graph, *atom, set);
        if !is_shared(&graph, atom) && !around.is_beside_tasks(set) {
            continue;
        }
        let search = Search { graph: &graph, atom };
        let get = search.behind(value, set).or_else(|| search.decided(set));
        let is_guarded = |get: &Point| Writes::new(view.mir).share_lock(view, atom, [*get, set]);
        let Some(get) = get.filter(|get| !is_guarded(get)) else { continue };
        let name = view.name(atom);
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

/// The name that others are only further names of.
fn named_first(graph: &Graph<'_>, atom: Local, at: Point) -> Local {
    let (mut atom, mut at) = (atom, at);
    while let Some((point, Definition::Value(Rvalue::Use(Operand::Local(of))))) =
        graph.definition(atom, at)
    {
        (atom, at) = (*of, point);
    }
    atom
}

struct Search<'a, 'v> {
    graph: &'a Graph<'v>,
    atom: Local,
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
                    if of.is_some_and(|of| named_first(self.graph, of, *write) == self.atom) {
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
        other == branch.block || self.graph.reaches_without(other, branch.block, set.block)
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
    finding
}
