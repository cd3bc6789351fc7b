//! Holds, fails, or bounded, which is said.

use std::cell::OnceCell;

use super::explore::{Bound, DOOMS_MAX, Doom, Fault, Search, Suspect, explore};
use super::finite::{comes_to_rest, flows_one_way, loose_loops};
use super::graph::{Action, Node, NodeId, RoutineId, Skeleton};
use super::misuse::MisuseKind;
use super::state::Made;
use super::step::leaving::{Leaving, is_way_out};
use super::step::{Event, EventKind, Loose, Machine, Open, Supposed, UNSCALED_MAX};
use super::stuck::{StuckWait, ends_by_close_alone};
use crate::mir::Const;

/// What exploring a skeleton came to.
pub(super) enum Verdict {
    /// All tasks end in every explored schedule.
    Holds,
    /// What goes wrong.
    Fails(Failures),
    /// Why it was not decided.
    Bounded(Bound),
    /// This goes wrong if conditions come out so of which nothing is known.
    Open(Doom),
}

/// What goes wrong, each with a schedule.
pub(super) struct Failures {
    /// In the order of the search.
    pub(super) dooms: Vec<Doom>,
    /// All that is wrong in any state, whatever is guessed.
    pub(super) suspects: Suspects,
}

/// What is wrong in any state of a search, which is made when somebody asks.
#[derive(Default)]
pub(super) struct Suspects(OnceCell<Option<Vec<Suspect>>>);

impl Suspects {
    /// Those of the skeleton, unless there are too many states to be sure of all.
    pub(super) fn of(&self, skeleton: &Skeleton) -> Option<&[Suspect]> {
        self.0.get_or_init(|| suspects(skeleton)).as_deref()
    }
}

/// Explores the skeleton. Where the real counts are not known or make too many states, small ones
/// are tried; a failure found so is believed only where counts cannot matter.
pub(super) fn verdict(skeleton: &Skeleton) -> Verdict {
    if !skeleton.is_worth_a_look {
        return Verdict::Holds;
    }
    if let Some(why) = skeleton.incomplete {
        return Verdict::Bounded(Bound::Met(why));
    }
    let found = search(Machine::of(skeleton));
    match found.bounded {
        _ if !found.dooms.is_empty() => {
            Verdict::Fails(Failures { suspects: Suspects::default(), dooms: plainest(found.dooms) })
        }
        None => match eager(skeleton, &given_back(&found)) {
            Verdict::Holds => open(skeleton, &found).map_or(Verdict::Holds, Verdict::Open),
            other => other,
        },
        Some(Bound::Crowded) if is_proved(skeleton) => Verdict::Holds,
        Some(why) => match scaled(skeleton) {
            Some(doom) => {
                Verdict::Fails(Failures { dooms: vec![doom], suspects: Suspects::default() })
            }
            None if why == Bound::Guessed => {
                open(skeleton, &found).map_or(Verdict::Bounded(why), Verdict::Open)
            }
            None => Verdict::Bounded(why),
        },
    }
}

/// All that goes wrong anywhere, whatever the counts and conditions are, unless there are too many states.
pub(super) fn suspects(skeleton: &Skeleton) -> Option<Vec<Suspect>> {
    let found = search(Machine { all_counts: true, ..Machine::of(skeleton) });
    found.is_whole().then_some(found.suspects)
}

/// Searches with the counts as they are. A lock from outside that the root gives back was taken before.
fn search(machine: Machine<'_>) -> Search {
    let found = explore(machine);
    let given_back = given_back(&found);
    if given_back.is_empty() || !found.dooms.is_empty() {
        return found;
    }
    explore(Machine { given_back: &given_back, ..machine })
}

/// Which mistakes a search comes to, whatever is made of them, and whether the root is doomed by any; none where it
/// met a bound. It is for holding the search that leaves out orders by the one that does not.
pub(super) fn mistakes(skeleton: &Skeleton, all_orders: bool) -> Option<Vec<String>> {
    if !skeleton.is_worth_a_look || skeleton.incomplete.is_some() {
        return None;
    }
    let found = explore(Machine { all_orders, all_counts: true, ..Machine::of(skeleton) });
    let is_met = matches!(found.bounded, Some(Bound::Met(_) | Bound::Crowded));
    if is_met || found.dooms.len() >= DOOMS_MAX {
        return None;
    }
    let mut mistakes: Vec<String> = found.suspects.iter().map(|of| format!("{of:?}")).collect();
    mistakes.push(format!("doomed: {}", !found.dooms.is_empty()));
    mistakes.sort_unstable();
    mistakes.dedup();
    Some(mistakes)
}

/// Whether a search that sees less says that nothing goes wrong. It is for holding it by the mistakes that are there.
pub(super) fn is_seen_to_hold(skeleton: &Skeleton) -> bool {
    skeleton.is_worth_a_look && skeleton.incomplete.is_none() && is_proved(skeleton)
}

fn given_back(found: &Search) -> Vec<Made> {
    let is_given = |made: &&Made| made.input().is_some();
    found.given_back.iter().filter(is_given).copied().collect()
}

/// What holds where conditions of `with … when` come true last must hold whenever they do. Whether they can
/// come true so early is not looked into, so a failure is no finding.
fn eager(skeleton: &Skeleton, given_back: &[Made]) -> Verdict {
    let waits = |node: &Node| matches!(node.action, Action::TakeWhen(..));
    if !skeleton.routines.iter().flat_map(|of| &of.nodes).any(waits) {
        return Verdict::Holds;
    }
    let found = explore(Machine { given_back, eager: true, ..Machine::of(skeleton) });
    match found.bounded {
        _ if !found.dooms.is_empty() => Verdict::Bounded(Bound::Met(
            "it matters when the condition of a `with … when` comes true, which is not followed",
        )),
        Some(bound) => Verdict::Bounded(bound),
        None => Verdict::Holds,
    }
}

/// What fails where conditions that nothing is known of go either way: first those that end loops, for
/// somewhere each loop ends, then those that do not, or not alone, together with numbers. How often a loop goes round
/// before it ends is not known, so of the first only what the count does not matter for is believed, and of the others
/// what does not go round for ever. Where nothing is left, conditions alone go either way, whatever the numbers are.
fn open(skeleton: &Skeleton, found: &Search) -> Option<Doom> {
    let given_back = &given_back(found);
    let search = |open: Open| explore(Machine { given_back, open, ..Machine::of(skeleton) }).dooms;
    let ends = |doom: &Doom| !goes_round_for_ever(skeleton, doom);
    let is_wrong = !found.suspects.is_empty();
    let exits = if is_wrong { search(Open::Exits) } else { Vec::new() };
    let exit = exits.into_iter().find(is_whatever_the_count);
    if exit.is_some() || !is_wrong && !found.supposes && !catches(skeleton) {
        return exit;
    }
    let (fitted, others): (Vec<Doom>, Vec<Doom>) =
        search(Open::Ways).into_iter().filter(ends).partition(may_be_made_to_fit);
    let is_left = is_wrong || !fitted.is_empty();
    let by_conditions = || search(Open::Conditions).into_iter().find(ends);
    others.into_iter().next().or_else(|| is_left.then(by_conditions).flatten())
}

/// Whether a failure on values that are not known may be caught.
fn catches(skeleton: &Skeleton) -> bool {
    let nodes = || skeleton.routines.iter().flat_map(|of| &of.nodes);
    nodes().any(|node| node.handler.is_some()) && nodes().any(|node| node.action.fails_on_values())
}

/// Whether a failure is none of too many or too few values: a misuse, or a wait for locks.
fn is_whatever_the_count(doom: &Doom) -> bool {
    match &doom.fault {
        Fault::Misuse(_) => true,
        Fault::Stuck(waits) => {
            waits.causes.iter().all(|cause| matches!(cause.wait, StuckWait::Lock(_)))
        }
    }
}

/// Whether a failure hangs on a number to which another one may be made to fit: to how many values are taken, say, or
/// to how many such a loop walks. That more are sent than there is room for, where nobody takes any, it does not.
fn may_be_made_to_fit(doom: &Doom) -> bool {
    let numbers = || {
        doom.events.iter().filter_map(|event| match &event.kind {
            EventKind::Tries(Const::Int(_)) => Some(false),
            EventKind::Supposes(Supposed::Is { may_fit, .. }) => Some(*may_fit),
            _ => None,
        })
    };
    numbers().any(|may_fit| may_fit) && (numbers().count() > 1 || !is_of_room(doom))
}

/// Whether tasks wait for nothing but room in channels that nobody has taken anything from.
fn is_of_room(doom: &Doom) -> bool {
    let Fault::Stuck(waits) = &doom.fault else { return false };
    let is_taken = |made: Made| {
        let takes = |event: &Event| event.kind == EventKind::Receives && event.made == Some(made);
        doom.events.iter().any(takes)
    };
    waits.causes.iter().all(|cause| {
        let made = doom.state.objects[cause.object as usize].made;
        cause.wait == StuckWait::Send && !is_taken(made)
    })
}

/// Whether a task is taken to come to none of the ways out of a loop that does not end with what it walks.
fn goes_round_for_ever(skeleton: &Skeleton, doom: &Doom) -> bool {
    let ends_loop = |event: &&Event| {
        let (routine, node) = event.at;
        let leaving = Leaving::of(skeleton.routine(routine), node);
        matches!(event.kind, EventKind::Supposes(Supposed::Holds(_)))
            && leaving == Leaving::Early { of_walk: false }
    };
    let mut last: Vec<&Event> = Vec::new();
    for event in doom.events.iter().filter(ends_loop) {
        last.retain(|before| (before.at.0, &before.task) != (event.at.0, &event.task));
        last.push(event);
    }
    last.into_iter().any(|Event { kind, at: (routine, node), .. }| {
        let way = usize::from(*kind != EventKind::Supposes(Supposed::Holds(true)));
        !is_way_out(skeleton.routine(*routine), *node, way)
    })
}

/// A channel that is closed in two places is closed too early in one of them: of the two failures
/// that come of it, the second close is the plainer.
fn plainest(mut dooms: Vec<Doom>) -> Vec<Doom> {
    let misuse = |doom: &Doom| match &doom.fault {
        Fault::Misuse(misuse) => Some((misuse.kind, misuse.made)),
        Fault::Stuck(_) => None,
    };
    let found: Vec<_> = dooms.iter().filter_map(misuse).collect();
    dooms.retain(|doom| match misuse(doom) {
        Some((MisuseKind::SendAfterClose, made)) => {
            !found.contains(&(MisuseKind::CloseTwice, made))
        }
        _ => true,
    });
    dooms
}

/// Whether nothing goes wrong whatever tasks send each other, and nothing however often the loops go round of which the
/// rounds leave nothing behind: first those that go round often, then all of them; last both at once. Nobody ends early
/// where a value that is not looked at would make a task fail.
fn is_proved(skeleton: &Skeleton) -> bool {
    let holds = |loops: &[(RoutineId, NodeId)], above: i64, is_blind: bool| {
        let loose = Loose { loops, above, is_blind };
        let found = explore(Machine { loose, ..Machine::of(skeleton) });
        found.is_whole() && found.suspects.is_empty() && flows_one_way(skeleton, &found.flow)
    };
    let is_loose = |is_blind: bool| {
        let loops = loose_loops(skeleton, is_blind);
        !loops.is_empty() && (holds(&loops, UNSCALED_MAX, is_blind) || holds(&loops, 0, is_blind))
    };
    let may_be_blind = !skeleton.ends.any;
    comes_to_rest(skeleton)
        && (may_be_blind && holds(&[], 0, true)
            || is_loose(false)
            || may_be_blind && is_loose(true))
}

/// Loops that wait for the end of a channel, end in no other way, and whose channel is closed in
/// no state at all: they wait for ever whatever the counts are.
fn scaled(skeleton: &Skeleton) -> Option<Doom> {
    let machine = Machine { scaled: true, all_counts: true, ..Machine::of(skeleton) };
    let found = explore(machine);
    if found.bounded.is_some() {
        return None;
    }
    let mut doom = found.dooms.into_iter().next()?;
    let Fault::Stuck(waits) = &mut doom.fault else { return None };
    let causes = &mut waits.causes;
    causes.retain(|cause| {
        let made = doom.state.objects[cause.object as usize].made;
        cause.wait == StuckWait::End
            && !cause.detached
            && !found.closed.contains(&made)
            && ends_by_close_alone(skeleton, cause.at)
    });
    let found = !causes.is_empty();
    found.then_some(doom)
}
