//! The nouns of a skeleton: routines as graphs of nodes.
//!
//! A [`Routine`] is one Mir body without what synchronisation cannot see. Its [`Node`]s keep the
//! body's locals as they are, so that a node can be read beside the Mir it came from; operands
//! that decide nothing are left out (an [`Arg`] of `None`).

mod action;
mod kind;

use crate::diagnostics::Site;
use crate::items::ItemId;
use crate::mir::{BodyId, Callee, Local, Point, Rvalue};
use crate::ty::Ty;
use crate::{Db, Name};

pub use action::{Action, Arg, AtomOp, Condition, Hold, SelectOffer, SyncOp, Tag, Target, Which};
pub use kind::{Form, Kind, ObjectType, Part};

/// What synchronisation sees of a root function. Routine 0 is the root itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skeleton {
    /// The root.
    pub root: ItemId,
    /// The root's routine, then all that it may come to run.
    pub routines: Vec<Routine>,
    /// Whether any routine does what tasks can wait for, or misuse: else there is nothing to find.
    pub is_worth_a_look: bool,
    /// Constants of the program that an unknown count may have been made to fit.
    pub counts: Vec<i64>,
    /// The constants that hold what synchronises, each with the routine that makes it.
    pub constants: Vec<(ItemId, RoutineId)>,
    /// Which tasks may end early, and how.
    pub ends: EarlyEnds,
    /// Whether any task tries to take a lock: then others see who sleeps with one.
    pub tries: bool,
    /// Why the skeleton is not the whole program, if it is not.
    pub incomplete: Option<&'static str>,
}

/// How tasks may end before their time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EarlyEnds {
    /// Whether any may be cancelled, run out of time or fail.
    pub any: bool,
    /// Whether a task that is in the routine may fail by it, or by what it calls and starts.
    pub fails: Vec<bool>,
}

/// A routine of a skeleton, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoutineId(pub u32);

/// A node of a routine, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// One body, cut down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routine {
    /// What people call it.
    pub name: String,
    /// The item whose Mir it comes from.
    pub item: ItemId,
    /// Which body of that Mir; none for a call of the machine's.
    pub body: Option<BodyId>,
    /// How many locals arrive with a call: parameters, then captures.
    pub inputs: u32,
    /// What is known of each local.
    pub locals: Vec<LocalFact>,
    /// The graph.
    pub nodes: Vec<Node>,
    /// Where it begins.
    pub entry: NodeId,
}

/// What is known of a local.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFact {
    /// Its name in the source.
    pub name: Option<Name>,
    /// What its values are like.
    pub kind: Kind,
    /// What it may be asked for.
    pub form: Form,
    /// What object it names, if it names one.
    pub object: Option<ObjectType>,
    /// What its fields are like, if it is a struct or tuple that names objects by them.
    pub parts: Vec<Part>,
}

impl LocalFact {
    /// What is known of a local of that type.
    pub fn of(db: &dyn Db, name: Option<Name>, kind: Kind, ty: &Ty) -> Self {
        let (form, object) = (Form::of(db, ty), ObjectType::of(ty));
        Self { name, kind, form, object, parts: Part::all_of(db, ty) }
    }

    /// A local that no source names, of a plain value.
    pub fn plain() -> Self {
        let (kind, form) = (Kind::Value, Form::Other);
        Self { name: None, kind, form, object: None, parts: Vec::new() }
    }
}

/// A step of a routine, and where it may go next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it does.
    pub action: Action,
    /// Where control goes: see [`Action`] for which of them when.
    pub next: Vec<NodeId>,
    /// The Mir op that it comes from.
    pub point: Point,
    /// Where it stands.
    pub site: Site,
    /// The locals that may be read from here on, in order.
    pub live: Vec<Local>,
    /// Those of them that are read for more than to wait for the tasks in them.
    pub asked: Vec<Local>,
    /// Where an `attempt` of the routine goes on when it fails.
    pub handler: Option<NodeId>,
    /// Whether a task that is stopped at this suspension point leaves undone what others would see,
    /// though nobody sees it pass.
    pub is_exposed: bool,
}

impl EarlyEnds {
    /// Whether a task that is in the routine may fail by it.
    pub fn may_fail(&self, routine: RoutineId) -> bool {
        self.fails.get(routine.0 as usize).copied().unwrap_or_default()
    }
}

impl Skeleton {
    /// The routine with that id.
    pub fn routine(&self, routine: RoutineId) -> &Routine {
        &self.routines[routine.0 as usize]
    }

    /// The place of a constant or of a task-local value that is one, among those that are followed.
    pub(super) fn constant(&self, value: &Rvalue) -> Option<usize> {
        match value {
            Rvalue::Constant(item) | Rvalue::TaskLocal(item) => {
                self.constants.iter().position(|(of, _)| of == item)
            }
            _ => None,
        }
    }

    /// The routine of a body, if the skeleton has it.
    pub(super) fn routine_of(&self, item: ItemId, body: BodyId) -> Option<RoutineId> {
        let is_it = |routine: &Routine| routine.item == item && routine.body == Some(body);
        self.routines.iter().position(is_it).map(|index| RoutineId(index as u32))
    }

    /// The routine that an rvalue of the item's makes a function value of.
    pub(super) fn function(&self, item: ItemId, value: &Rvalue) -> Option<RoutineId> {
        match value {
            Rvalue::Closure(body, _) => self.routine_of(item, *body),
            Rvalue::Function(Callee::Item(item)) => self.routine_of(*item, BodyId(0)),
            _ => None,
        }
    }
}

impl Routine {
    /// The node with that id.
    pub fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.0 as usize]
    }

    /// What is known of a local.
    pub fn local(&self, local: Local) -> &LocalFact {
        &self.locals[local.index()]
    }
}
