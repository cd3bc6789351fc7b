//! How a bad outcome came about: what those whom it concerns did last, and who did what to the things that they wait for.

use rustc_hash::{FxHashMap, FxHashSet};
use weir_analyzer::mir::{Intrinsic, LockMode};

use crate::bounds::{DEEDS_OF_TASK_MAX, DEEDS_ON_THING_MAX, DEEDS_SHOWN_MAX};
use crate::heap::Site;
use crate::machine::Machine;
use crate::program::{CaseOp, Instr, Plan, Program, Slot};
use crate::sync::sync_id;
use crate::task::Fiber;
use crate::trace::{Deed, DeedAct, DeedWords, How};
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
        // What each did last is what it waits for, or failed beside.
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let of_concerned =
            trace.deeds.backwards().filter(|deed| of_tasks.contains_key(&*deed.task));
        let last = of_concerned.filter(|deed| seen.insert(&deed.task));
        let mut on_things: FxHashMap<SyncId, usize> =
            last.filter_map(|deed| Some((deed.thing?, 0))).collect();
        let mut shown: Vec<&Deed> = Vec::new();
        for deed in trace.deeds.backwards() {
            let of_task = of_tasks.get_mut(&*deed.task);
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
        let DeedAct { words, after, .. } = act;
        let what = match how {
            How::Did => words.did,
            How::Waits => words.waits,
            How::Got => words.got,
        };
        let place = place.and_then(|place| program.places.get(place as usize));
        let place = place.map(|place| format!(" at {place}")).unwrap_or_default();
        let time = duration_text(i64::try_from(*time).unwrap_or(i64::MAX));
        format!("{time:>12}  {task} {what}{name}{after}{place}\n")
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
    let on = |words, slot, after| Some(DeedAct { words, slot: Some(slot), after });
    match instr {
        Instr::CallNative { native, args, .. } => {
            on(words_of(native.0)?, program.list(*args).first().copied()?, "")
        }
        Instr::Next { iterator, .. } => on(RECEIVES, Slot::register(*iterator), ""),
        Instr::EnterLock { plan } => match program.plan(*plan) {
            Plan::Lock { lock, mode, .. } => on(TAKES, *lock, mode_words(*mode)),
            _ => None,
        },
        Instr::ExitLock { lock, mode, .. } => match mode {
            LockMode::Acquire => on(RELEASES, *lock, ""),
            _ => on(GIVES_BACK, *lock, ""),
        },
        Instr::Select { .. } => Some(DeedAct { words: SELECTS, slot: None, after: "" }),
        _ => None,
    }
}

/// One that is done at once, or waited for and then done.
const fn words(did: &'static str, waits: &'static str, got: &'static str) -> DeedWords {
    DeedWords { did, waits, got }
}

const SENDS: DeedWords = words("sends on", "begins to wait to send on", "gets to send on");
const RECEIVES: DeedWords =
    words("receives from", "begins to wait to receive from", "gets to receive from");
const CLOSES: DeedWords = words("closes", "begins to wait to close", "gets to close");
const SETS: DeedWords = words("sets", "begins to wait to set", "gets to set");
const HEARS: DeedWords = words("hears of", "begins to wait for", "hears of");
const MEETS: DeedWords =
    words("meets the others at", "begins to wait for the others at", "meets the others at");
const TAKES: DeedWords = words("takes", "begins to wait to take", "gets to take");
const GIVES_BACK: DeedWords =
    words("gives back", "begins to wait to give back", "gets to give back");
const ACQUIRES: DeedWords = words("acquires", "begins to wait to acquire", "gets to acquire");
const RELEASES: DeedWords = words("releases", "begins to wait to release", "gets to release");
const SELECTS: DeedWords =
    words("goes on from a select", "begins to wait in a select", "goes on from a select");
const FINDS_THE_END: DeedWords =
    words("finds the end of", "begins to wait for the end of", "finds the end of");
const GIVES_UP: DeedWords = words(
    "gives up a select, out of time",
    "begins to wait in a select",
    "gives up a select, out of time",
);

fn words_of(of: Intrinsic) -> Option<DeedWords> {
    use Intrinsic::*;
    Some(match of {
        ChannelSend => SENDS,
        ChannelReceive | ChannelNext => RECEIVES,
        ChannelClose => CLOSES,
        SignalSet => SETS,
        SignalWait => HEARS,
        BarrierWait => MEETS,
        MutexLock => TAKES,
        MutexUnlock => GIVES_BACK,
        SemaphoreAcquire => ACQUIRES,
        SemaphoreRelease => RELEASES,
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
    let (words, slot) = match case.op {
        CaseOp::Receive { channel, .. } => (RECEIVES, Some(channel)),
        CaseOp::Send { channel, .. } => (SENDS, Some(channel)),
        CaseOp::Closed(channel) => (FINDS_THE_END, Some(channel)),
        CaseOp::Wait(signal) => (HEARS, Some(signal)),
        CaseOp::Timeout(_) => (GIVES_UP, None),
    };
    Some(DeedAct { words, slot, after: "" })
}
