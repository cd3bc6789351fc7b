//! Lets the tasks of a witness go its way, one step after the other.
//!
//! The guide knows in which order tasks are to be seen to do what. Only the task of the next step goes on,
//! until it has done that; where it waits for another one, those go first of which the witness has nothing
//! more to tell, or that do what witnesses do not speak of. What is not on the way is left to chance.
//! Invariant: it never refuses a choice; where the program goes another way, the run is one by chance.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use weir_analyzer::diagnostics::Act;

use super::{ChoiceKind, Deed, Ready, Scheduler};

/// A step of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waypoint {
    /// The task, as the witness names it.
    pub task: String,
    /// What it is seen to do.
    pub act: Act,
    /// The file in which it does so.
    pub path: Arc<str>,
    /// The line, from 1.
    pub line: u32,
}

/// Chooses so that a witness comes about, and by another scheduler what that leaves open.
pub struct Guide<'a> {
    way: &'a [Waypoint],
    /// Which steps were seen.
    seen: Vec<bool>,
    /// The first that was not.
    next: usize,
    /// The tasks of the run, by the names that the witness has for them.
    tasks: BTreeMap<String, String>,
    /// Tasks of the run that wait, as far as is known.
    waiting: FxHashSet<String>,
    /// Tasks of the run that have gone to sleep.
    asleep: FxHashSet<String>,
    /// Tasks of the run that have had a turn.
    begun: FxHashSet<String>,
    chance: Box<dyn Scheduler>,
}

/// How a choice of the timers' is answered.
const FIRES: u32 = 0;
const FIRES_NOT: u32 = 1;

impl<'a> Guide<'a> {
    /// A guide along the way.
    pub fn new(way: &'a [Waypoint], chance: Box<dyn Scheduler>) -> Self {
        let mut guide = Self {
            way,
            seen: way.iter().map(|step| step.act == Act::Unseen).collect(),
            next: 0,
            tasks: BTreeMap::new(),
            waiting: FxHashSet::default(),
            asleep: FxHashSet::default(),
            begun: FxHashSet::default(),
            chance,
        };
        guide.look_ahead();
        guide
    }

    /// Whether every step was seen.
    pub fn has_arrived(&self) -> bool {
        self.next == self.way.len()
    }

    fn look_ahead(&mut self) {
        while self.seen.get(self.next) == Some(&true) {
            self.next += 1;
        }
    }

    /// The next step that a task of the witness is still to be seen at.
    fn next_of(&self, task: &str) -> Option<usize> {
        let mut rest = (self.next..self.way.len()).filter(|at| !self.seen[*at]);
        rest.find(|at| self.way[*at].task == task)
    }

    /// Takes note of the step that the task's deed is, if it is its next one. A failure that stands before
    /// it was kept.
    fn see(&mut self, task: &str, deed: &Deed<'_>) -> Option<usize> {
        let mut at = self.next_of(task)?;
        let mut passed = None;
        if self.way[at].act == Act::Ends {
            passed = Some(at);
            let mut rest = (at + 1..self.way.len()).filter(|at| !self.seen[*at]);
            at = rest.find(|at| self.way[*at].task == task)?;
        }
        self.way[at].is_met_by(deed).then(|| {
            passed.into_iter().chain([at]).for_each(|at| self.seen[at] = true);
            at
        })
    }

    /// What the witness calls a task of the run. Who first does what it begins with is its first task.
    fn name_of(&self, deed: &Deed<'_>) -> Option<String> {
        if self.tasks.is_empty() {
            let first = self.way.get(self.next)?;
            return first.is_met_by(deed).then(|| first.task.clone());
        }
        self.name_of_task(deed.task)
    }

    fn name_of_task(&self, task: &str) -> Option<String> {
        let mut named = self.tasks.iter().filter(|(_, of)| *of == task);
        named.next().map(|(name, _)| name.clone())
    }

    /// Whether a task of the run has nothing more to do on the way.
    fn is_through(&self, task: &str) -> bool {
        self.name_of_task(task).is_none_or(|name| self.next_of(&name).is_none())
    }

    /// The task of the next step, if it is in the run already.
    fn wanted(&self) -> Option<&str> {
        let step = self.way.get(self.next)?;
        self.tasks.get(&step.task).map(String::as_str)
    }

    /// Whether time is to strike at the next step.
    fn is_for_time(&self) -> bool {
        let step = self.way.get(self.next).map(|step| &step.act);
        matches!(step, Some(Act::TimesOut | Act::WaitsItsTime))
    }

    /// Whether the time of a scope may be up before any other task has a turn: those that have begun may have
    /// left something to be undone, and the way says of the others that they do nothing more.
    fn may_strike_now(&self) -> bool {
        let has_begun = |(name, task): (&String, &String)| {
            self.next_of(name).is_none() || self.begun.contains(task)
        };
        self.way.get(self.next).is_some_and(|step| step.act == Act::TimesOut)
            && self.tasks.iter().all(has_begun)
    }

    /// The task of the next step, or else one that the way says nothing more of.
    fn next_task(&mut self, ready: &[Ready]) -> Result<u32, String> {
        for task in ready {
            self.waiting.remove(&*task.task);
            self.asleep.remove(&*task.task);
        }
        let position = |task: &str| ready.iter().position(|of| *of.task == *task);
        if let Some(at) = self.wanted().and_then(position) {
            // The time of its scope strikes where it stands.
            let is_there = self.way[self.next].act == Act::TimesOut;
            if !is_there || ready[at].is_seen != Some(true) {
                return Ok(at as u32);
            }
            self.waiting.insert(ready[at].task.to_string());
        }
        let by = |is_it: &dyn Fn(&Ready) -> bool| -> Vec<usize> {
            (0..ready.len()).filter(|at| is_it(&ready[*at])).collect()
        };
        let groups = [
            by(&|of| self.is_through(&of.task)),
            by(&|of| of.is_seen == Some(false)),
            by(&|of| of.is_seen.is_none()),
        ];
        match groups.into_iter().find(|group| !group.is_empty()) {
            Some(group) if !self.has_arrived() => self.any_of(&group),
            _ => self.chance.choose(ChoiceKind::Task, ready.len() as u32),
        }
    }

    fn any_of(&mut self, among: &[usize]) -> Result<u32, String> {
        let pick = match among.len() {
            0 | 1 => 0,
            count => self.chance.choose(ChoiceKind::Task, count as u32)? as usize,
        };
        Ok(among.get(pick).copied().unwrap_or_default() as u32)
    }
}

impl Waypoint {
    fn is_met_by(&self, deed: &Deed<'_>) -> bool {
        let is_kind = match (&self.act, deed.act) {
            (Act::Starts(_), Act::Starts(_)) | (Act::Selects(_), Act::Selects(_)) => true,
            (Act::TimesOut, Act::TimesOut) | (Act::WaitsItsTime, Act::WaitsItsTime) => return true,
            (wanted, seen) => wanted == seen,
        };
        let is_there =
            |place: &crate::program::Place| place.line == self.line && place.path == self.path;
        is_kind && deed.place.is_some_and(is_there)
    }
}

impl Scheduler for Guide<'_> {
    fn seed(&self) -> u64 {
        self.chance.seed()
    }

    fn choose(&mut self, kind: ChoiceKind, count: u32) -> Result<u32, String> {
        if kind != ChoiceKind::Timer || self.has_arrived() {
            return self.chance.choose(kind, count);
        }
        let is_due = match self.wanted() {
            Some(task) if self.asleep.contains(task) => true,
            Some(task) => {
                self.is_for_time() && (self.waiting.contains(task) || self.may_strike_now())
            }
            None => false,
        };
        Ok(if is_due { FIRES } else { FIRES_NOT })
    }

    fn choose_task(
        &mut self,
        ready: &mut dyn ExactSizeIterator<Item = Ready>,
    ) -> Result<u32, String> {
        let ready: Vec<Ready> = ready.collect();
        let chosen = self.next_task(&ready)?;
        let task = ready.get(chosen as usize);
        self.begun.extend(task.map(|of| of.task.to_string()));
        Ok(chosen)
    }

    fn choose_case(&mut self, task: &str, cases: &[u32]) -> Result<u32, String> {
        let name = self.name_of_task(task);
        let step = name.and_then(|name| self.next_of(&name));
        if let Some(Act::Selects(Some(wanted))) = step.map(|at| &self.way[at].act)
            && let Some(at) = cases.iter().position(|case| case == wanted)
        {
            return Ok(at as u32);
        }
        self.chance.choose_case(task, cases)
    }

    fn hears(&mut self, deed: &Deed<'_>) {
        self.asleep.remove(deed.task);
        match (deed.act, deed.waits) {
            (Act::Unseen, _) => self.asleep.insert(deed.task.to_owned()),
            (_, true) => self.waiting.insert(deed.task.to_owned()),
            (_, false) => self.waiting.remove(deed.task),
        };
        self.begun.insert(deed.task.to_owned());
        let Some(name) = self.name_of(deed) else { return };
        let Some(at) = self.see(&name, deed) else { return };
        self.tasks.entry(name).or_insert_with(|| deed.task.to_owned());
        if let (Act::Starts(named), Act::Starts(started)) = (&self.way[at].act, deed.act) {
            self.tasks.insert(named.clone(), started.clone());
        }
        self.look_ahead();
    }

    fn hears_end(&mut self, task: &str) {
        let Some(name) = self.name_of_task(task) else { return };
        while let Some(at) = self.next_of(&name) {
            self.seen[at] = true;
        }
        self.look_ahead();
    }
}
