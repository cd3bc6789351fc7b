//! How a bad outcome came about: what those whom it concerns did last, and who did what to the things that they wait for.

use rustc_hash::{FxHashMap, FxHashSet};
use weir_analyzer::mir::{Intrinsic, LockMode};

use crate::bounds::{DEEDS_OF_TASK_MAX, DEEDS_ON_THING_MAX, DEEDS_SHOWN_MAX};
use crate::heap::Site;
use crate::machine::Machine;
use crate::program::{CaseOp, Instr, Plan, Program, Slot};
use crate::sync::sync_id;
use crate::task::Fiber;
use crate::trace::{Deed, DeedAct, How};
use crate::value::{SyncId, duration_text};
use crate::vm::{Flow, Turn};

impl Machine {
    /// What the task is about to do to something that others may use, if somebody keeps that.
    pub(crate) fn deed(&self, program: &Program, fiber: &Fiber, turn: &Turn) -> Option<Deed> {
        let frame = fiber.top().filter(|_| self.trace.is_some() && !turn.is_evaluation)?;
        let act = act_of(program, program.code(frame.code).instrs.get(frame.pc as usize)?)?;
        self.deed_of(program, fiber, turn, act, How::Did)
    }

    fn deed_of(
        &self,
        program: &Program,
        fiber: &Fiber,
        turn: &Turn,
        act: DeedAct,
        how: How,
    ) -> Option<Deed> {
        let frame = fiber.top()?;
        Some(Deed {
            time: turn.clock,
            task: self.tasks.get(turn.task.0).path.clone(),
            how,
            act,
            thing: act.slot.and_then(|slot| sync_id(self.read(fiber, slot)).ok()),
            site: Site { code: frame.code, pc: frame.pc },
            place: fiber.sites().find_map(|(frame, at)| program.place_index(frame.code, at)),
        })
    }

    /// It has done so, or begins to wait for it.
    pub(crate) fn keep_deed(
        &mut self,
        program: &Program,
        fiber: &Fiber,
        mut deed: Deed,
        flow: &Flow,
    ) {
        match flow {
            Flow::Next => {}
            Flow::Jump(target) => {
                if let Some(act) = case_at(program, fiber, |target_of, _| target_of == *target) {
                    deed.thing = act.slot.and_then(|slot| sync_id(self.read(fiber, slot)).ok());
                    deed.act = act;
                }
            }
            Flow::Wait => deed.how = How::Waits,
            _ => return,
        }
        if let Some(trace) = &mut self.trace {
            trace.deeds.keep(deed);
        }
    }

    /// The task has what it waited for; of a `select`, by that case.
    pub(crate) fn got(&mut self, program: &Program, fiber: &Fiber, turn: &Turn, case: Option<u32>) {
        let Some(waited) = self.deed(program, fiber, turn) else { return };
        let act = case.and_then(|case| case_at(program, fiber, |_, at| at == case));
        let act = act.unwrap_or(waited.act);
        let deed = self.deed_of(program, fiber, turn, act, How::Got);
        if let (Some(trace), Some(deed)) = (&mut self.trace, deed) {
            trace.deeds.keep(deed);
        }
    }

    /// What these tasks did last, and who did what to the things that they wait for: a line for each, in order.
    pub(crate) fn came_about(&self, program: &Program, concerned: &[&str]) -> String {
        let Some(trace) = &self.trace else { return String::new() };
        let mut of_tasks: FxHashMap<&str, usize> =
            concerned.iter().map(|task| (*task, 0)).collect();
        let mut on_things: FxHashMap<SyncId, usize> = FxHashMap::default();
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let mut shown: Vec<&Deed> = Vec::new();
        for deed in trace.deeds.backwards() {
            let of_task = of_tasks.get_mut(&*deed.task);
            if of_task.is_some() && seen.insert(&deed.task) {
                // What it did last is what it waits for, or failed beside.
                deed.thing.into_iter().for_each(|thing| {
                    on_things.entry(thing).or_default();
                });
            }
            let on_thing = deed.thing.filter(|_| deed.how != How::Waits);
            let on_thing = on_thing.and_then(|thing| on_things.get_mut(&thing));
            let is_shown = of_task.is_some_and(|count| counts(count, DEEDS_OF_TASK_MAX));
            let is_shown =
                on_thing.is_some_and(|count| counts(count, DEEDS_ON_THING_MAX)) || is_shown;
            if is_shown {
                shown.push(deed);
            }
            if shown.len() == DEEDS_SHOWN_MAX {
                break;
            }
        }
        shown.reverse();
        shown.into_iter().map(|deed| self.line(program, deed)).collect()
    }

    fn line(&self, program: &Program, deed: &Deed) -> String {
        let Deed { time, task, how, act, thing, site, place } = deed;
        let name = act.slot.and_then(|slot| program.name(site.code, slot));
        let name = match (name, thing) {
            (Some(name), _) => format!(" {name}"),
            (None, Some(thing)) => format!(" a {}", self.heap.sync(*thing).noun()),
            (None, None) => String::new(),
        };
        let DeedAct { verb, before, after, .. } = act;
        let what = match how {
            How::Did => format!("{verb}s{before}{name}{after}"),
            How::Waits => format!("begins to wait to {verb}{before}{name}{after}"),
            How::Got => format!("gets to {verb}{before}{name}{after}"),
        };
        let place = place.and_then(|place| program.places.get(place as usize));
        let place = place.map(|place| format!(" at {place}")).unwrap_or_default();
        let time = duration_text(i64::try_from(*time).unwrap_or(i64::MAX));
        format!("{time:>12}  {task} {what}{place}\n")
    }
}

/// Counts one more, if there is room for it.
fn counts(count: &mut usize, max: usize) -> bool {
    let has_room = *count < max;
    *count += usize::from(has_room);
    has_room
}

/// What others may hear of. Whether a `try_` does something is not known before.
fn act_of(program: &Program, instr: &Instr) -> Option<DeedAct> {
    let on = |verb, before, slot, after| Some(DeedAct { verb, before, slot: Some(slot), after });
    match instr {
        Instr::CallNative { native, args, .. } => {
            let slot = program.list(*args).first().copied()?;
            let (verb, before, after) = words_of(native.0)?;
            on(verb, before, slot, after)
        }
        Instr::Next { iterator, .. } => on("receive", " from", Slot::register(*iterator), ""),
        Instr::EnterLock { plan } => match program.plan(*plan) {
            Plan::Lock { lock, mode, .. } => on("take", "", *lock, mode_words(*mode)),
            _ => None,
        },
        Instr::ExitLock { lock, mode, .. } => match mode {
            LockMode::Acquire => on("release", "", *lock, ""),
            _ => on("give", " back", *lock, ""),
        },
        Instr::Select { .. } => {
            Some(DeedAct { verb: "go", before: " on from a select", slot: None, after: "" })
        }
        _ => None,
    }
}

fn words_of(of: Intrinsic) -> Option<(&'static str, &'static str, &'static str)> {
    use Intrinsic::*;
    Some(match of {
        ChannelSend => ("send", " on", ""),
        ChannelReceive | ChannelNext => ("receive", " from", ""),
        ChannelClose => ("close", "", ""),
        SignalSet => ("set", "", ""),
        SignalWait => ("hear", " of", ""),
        BarrierWait => ("meet", " the others at", ""),
        MutexLock => ("take", "", ""),
        MutexUnlock => ("give", " back", ""),
        SemaphoreAcquire => ("acquire", "", ""),
        SemaphoreRelease => ("release", "", ""),
        _ => return None,
    })
}

fn mode_words(mode: LockMode) -> &'static str {
    match mode {
        LockMode::Read => " for reading",
        LockMode::Write => " for writing",
        LockMode::Lock | LockMode::Acquire => "",
    }
}

/// What the case does of the `select` that the task is at: that with a target, or at a position.
fn case_at(program: &Program, fiber: &Fiber, is_it: impl Fn(u32, u32) -> bool) -> Option<DeedAct> {
    let frame = fiber.top()?;
    let Instr::Select { plan } = program.code(frame.code).instrs.get(frame.pc as usize)? else {
        return None;
    };
    let Plan::Select { cases, .. } = program.plan(*plan) else { return None };
    let (case, _) = cases.iter().zip(0..).find(|(case, at)| is_it(case.target, *at))?;
    let (verb, before, slot) = match case.op {
        CaseOp::Receive { channel, .. } => ("receive", " from", Some(channel)),
        CaseOp::Send { channel, .. } => ("send", " on", Some(channel)),
        CaseOp::Closed(channel) => ("find", " the end of", Some(channel)),
        CaseOp::Wait(signal) => ("hear", " of", Some(signal)),
        CaseOp::Timeout(_) => ("give", " up a select, out of time,", None),
    };
    Some(DeedAct { verb, before, slot, after: "" })
}
