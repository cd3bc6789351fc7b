//! The rounds of a `parallel for`: which elements of what they did not make they touch, and whether
//! two rounds can touch the same one while one of them changes it.
//!
//! **Nouns.** A *touch* is an access with its path: the container outside the loop that it starts
//! at, then elements by index and fields. An index is a linear form over what the loops count and
//! over values from before the loop (`forms`); under which conditions a touch is reached comes from
//! the body's graph (`graph`). `meet` asks for whole numbers that lead two touches of different
//! rounds to one place, and `integers` answers.
//!
//! ```text
//! parallel for i in range(1, n):
//!     xs[i] = xs[i - 1]              i = i' - 1, 1 <= i < n, 1 <= i' < n, i != i'
//!                                    has i = 1, i' = 2: both touch xs[1]
//! ```
//!
//! **Invariants.** Two touches are apart only where that is proved; an index of any other form may
//! be every element. Different names are different containers: where that is not known, the loop
//! checks it on entry (`entry`).

mod entry;
mod forms;
mod integers;
mod meet;
mod touches;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use self::forms::{Forms, Frame};
use self::integers::Unknown;
use self::meet::{Meeting, meeting};
use self::touches::{Touched, touches};
use super::circles::Circle;
use super::domain::Mode;
use super::events::Event;
use super::findings::Findings;
use super::flow::{self, Observer};
use super::graph::{Definition, Guard};
use super::state::State;
use super::view::View;
use crate::Db;
use crate::diagnostics::Code;
use crate::mir::{BlockId, BodyId, BodyKind, Intrinsic, Local, Mir, Operand, Point};
use crate::ty::Builtin;

pub use self::entry::{EntryPlace, EntryStep};

/// Pairs of touches that are compared; of those beyond, nothing is proved.
const PAIRS_MAX: usize = 4_000;

/// R005 of the elements that an iteration's body touches.
pub(super) fn check(view: &View<'_>, findings: &mut Findings) {
    let Some(mut forms) = Forms::new(view) else { return };
    let touches = unlike(touches(view, &mut forms));
    let outside = distinct_lists(&mut forms, Frame::Around);
    let mut pairs = 0;
    for touched in touches.iter().filter(|touched| touched.mode == Mode::Change) {
        let mut found: Option<(&Touched, Meeting)> = None;
        let others = touches.iter().filter(|other| other.path.root == touched.path.root);
        // A meeting of the touch with itself says most.
        let mut others: Vec<&Touched> = others.collect();
        others.sort_by_key(|other| (other.at != touched.at, other.at));
        for other in others {
            pairs += 1;
            let meeting = match pairs > PAIRS_MAX {
                true => Meeting::Perhaps,
                false => {
                    let lists = known_distinct(&mut forms, &outside, [touched, other]);
                    meeting(&mut forms, &lists, touched, other)
                }
            };
            let is_better = match (&found, &meeting) {
                (_, Meeting::Never) => false,
                (None, _) => true,
                (Some((_, Meeting::Perhaps)), Meeting::At(_)) => true,
                _ => false,
            };
            if is_better {
                found = Some((other, meeting));
            }
            if matches!(found, Some((_, Meeting::At(_)))) {
                break;
            }
        }
        if let Some((other, meeting)) = found
            && findings.is_new(view, Code::R005, touched.at.at, &touched.name)
        {
            findings.add(words::report(view, &forms, touched, other, &meeting));
        }
    }
}

/// What a loop checks on entry, by the body of its rounds.
pub(super) fn entry_places(
    db: &dyn Db,
    mir: &Mir,
    circle: &Circle,
) -> BTreeMap<BodyId, Vec<EntryPlace>> {
    let mut found = BTreeMap::new();
    for body in (0..mir.bodies.len() as u32).map(BodyId) {
        if mir.body(body).kind != BodyKind::Iteration {
            continue;
        }
        let view = View::new(db, mir, body, circle);
        let Some(mut forms) = Forms::new(&view) else { continue };
        let touches = touches(&view, &mut forms);
        let around = View::new(db, mir, forms.at.body, circle);
        let mut before = Before { at: forms.at, state: None };
        flow::observe(&around, &mut before);
        let Some(state) = before.state else { continue };
        let places = entry::places(&around, &state, &touches);
        if !places.is_empty() {
            found.insert(body, places);
        }
    }
    found
}

/// The state before one op.
struct Before {
    at: Point,
    state: Option<State>,
}

impl Observer for Before {
    fn event(&mut self, _before: &State, _event: &Event) {}

    fn point(&mut self, point: Point, before: &State) {
        if point == self.at {
            self.state = Some(before.clone());
        }
    }
}

/// Touches that differ in what matters: of several alike, the first in the text.
fn unlike(touches: Vec<Touched>) -> Vec<Touched> {
    let mut kept: Vec<Touched> = Vec::new();
    for touched in touches {
        let alike = kept.iter_mut().find(|known| {
            known.path == touched.path
                && (known.extent, known.mode) == (touched.extent, touched.mode)
                && known.point.block == touched.point.block
        });
        match alike {
            Some(known) if touched.at < known.at => *known = touched,
            Some(_) => {}
            None => kept.push(touched),
        }
    }
    kept
}

/// The lists that were asserted to hold no element twice, on every way to the place.
fn distinct_lists(forms: &mut Forms<'_>, frame: Frame) -> BTreeSet<Unknown> {
    match frame {
        Frame::Around => distinct_before(forms, frame, forms.at.block),
        Frame::Round => BTreeSet::new(),
    }
}

fn known_distinct(
    forms: &mut Forms<'_>,
    outside: &BTreeSet<Unknown>,
    touched: [&Touched; 2],
) -> BTreeSet<Unknown> {
    let [mut lists, others] =
        touched.map(|touched| distinct_before(forms, Frame::Round, touched.point.block));
    lists.retain(|list| others.contains(list) && forms.is_fixed(*list));
    lists.extend(outside);
    lists
}

fn distinct_before(forms: &mut Forms<'_>, frame: Frame, block: BlockId) -> BTreeSet<Unknown> {
    let ways = forms.graph(frame).ways(block);
    let mut all: Option<BTreeSet<Unknown>> = None;
    for way in ways {
        let mut lists = BTreeSet::new();
        for guard in way.guards.iter().filter(|guard| guard.holds) {
            let asserted = asserted_distinct(forms, frame, guard);
            if let Some((list, at)) = asserted {
                lists.insert(forms.value(frame, list, at));
            }
        }
        all = Some(match all {
            Some(known) => known.intersection(&lists).copied().collect(),
            None => lists,
        });
    }
    all.unwrap_or_default()
}

/// The list that a condition says to be distinct: an immutable one, or one that nothing changes until
/// the loop.
fn asserted_distinct(forms: &Forms<'_>, frame: Frame, guard: &Guard) -> Option<(Local, Point)> {
    let graph = forms.graph(frame);
    let (point, definition) = graph.definition(guard.condition, guard.branch)?;
    let Definition::Call(Intrinsic::Distinct, [Operand::Local(list)]) = definition else {
        return None;
    };
    let ty = &graph.body.local(*list).ty;
    let stays = ty.is(Builtin::MutableList) && forms.stays_until_loop(frame, point);
    (ty.is(Builtin::List) || stays).then_some((*list, point))
}
