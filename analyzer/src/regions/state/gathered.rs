//! Tasks in lists, and loops that join all that a list holds.
//!
//! **Nouns.** The tasks of a spawn site are *gathered* in a list if each of them that may be running is in
//! it, but for the *loose* one: that was started last, and has names. A *walk* is a loop over a list; the task
//! of its round is *pending* until it was joined.
//!
//! **Invariant.** Everything is a must: a list of which some path may know less is none that gathers.

use std::collections::{BTreeMap, BTreeSet};

use crate::mir::{Local, Point};

/// What lists hold of the tasks that may be running.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gathered {
    sites: BTreeMap<Point, Site>,
    /// By the loop's iterator.
    walks: BTreeMap<Local, Walk>,
}

/// The tasks of one spawn site.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Site {
    /// Each of them holds all of these tasks, the loose one aside; none: there is no other task.
    lists: Option<BTreeSet<Local>>,
    /// The names of the loose one.
    loose: BTreeSet<Local>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Walk {
    list: Local,
    /// Those whose tasks were all in the list, and have been joined in each round so far.
    sites: BTreeSet<Point>,
    /// The names of the task of this round, if it was not joined.
    pending: Option<BTreeSet<Local>>,
}

impl Site {
    /// Nobody can join all of its tasks any more.
    fn lose(&mut self) {
        *self = Self { lists: Some(BTreeSet::new()), loose: BTreeSet::new() };
    }

    /// A name is given to something else.
    fn rename(&mut self, dest: Local, from: Option<Local>) {
        if from.is_some_and(|from| self.loose.contains(&from)) {
            self.loose.insert(dest);
        } else if self.loose.remove(&dest) && self.loose.is_empty() {
            self.lose();
        }
    }

    fn is_all_in(&self, list: Local) -> bool {
        self.loose.is_empty() && self.lists.as_ref().is_some_and(|lists| lists.contains(&list))
    }

    fn unite(&mut self, other: &Self) {
        let lists = match (&self.lists, &other.lists) {
            (Some(mine), Some(theirs)) => Some(mine & theirs),
            (mine, theirs) => mine.clone().or_else(|| theirs.clone()),
        };
        let loose = match (self.loose.is_empty(), other.loose.is_empty()) {
            (true, _) => other.loose.clone(),
            (_, true) => self.loose.clone(),
            (false, false) => &self.loose & &other.loose,
        };
        let is_lost = loose.is_empty() && !(self.loose.is_empty() && other.loose.is_empty());
        *self = Self { lists, loose };
        if is_lost {
            self.lose();
        }
    }
}

impl Gathered {
    /// A task was spawned, under that name.
    pub(super) fn start(&mut self, task: Point, dest: Option<Local>) {
        for walk in self.walks.values_mut() {
            walk.sites.remove(&task);
        }
        let new = || Site { lists: None, loose: BTreeSet::new() };
        let site = self.sites.entry(task).or_insert_with(new);
        match dest {
            Some(dest) => {
                if !site.loose.is_empty() {
                    site.lose();
                }
                site.loose = BTreeSet::from([dest]);
            }
            None => site.lose(),
        }
    }

    /// The list arrived, and holds tasks that stand for one site.
    pub(super) fn arrive(&mut self, task: Point, list: Local) {
        let lists = Some(BTreeSet::from([list]));
        self.sites.insert(task, Site { lists, loose: BTreeSet::new() });
    }

    /// The task goes into the list.
    pub(super) fn gather(&mut self, task: Local, list: Local) {
        for site in self.sites.values_mut().filter(|site| site.loose.contains(&task)) {
            let holds_others = site.lists.as_ref().is_none_or(|lists| lists.contains(&list));
            site.lists = Some(holds_others.then_some(list).into_iter().collect());
            site.loose.clear();
        }
    }

    /// Task-typed `dest` names what `from` names, or something unknown.
    pub(super) fn name(&mut self, dest: Local, from: Option<Local>) {
        self.sites.values_mut().for_each(|site| site.rename(dest, from));
        for pending in self.walks.values_mut().filter_map(|walk| walk.pending.as_mut()) {
            match from.is_some_and(|from| pending.contains(&from)) {
                true => pending.insert(dest),
                false => pending.remove(&dest),
            };
        }
    }

    /// The list `dest` holds what `from` holds, or something unknown.
    pub(super) fn name_list(&mut self, dest: Local, from: Option<Local>) {
        for lists in self.sites.values_mut().filter_map(|site| site.lists.as_mut()) {
            match from.is_some_and(|from| lists.contains(&from)) {
                true => lists.insert(dest),
                false => lists.remove(&dest),
            };
        }
    }

    /// The lists that gather something.
    pub(super) fn lists(&self) -> BTreeSet<Local> {
        self.sites.values().filter_map(|site| site.lists.as_ref()).flatten().copied().collect()
    }

    /// The iterators of loops over the list.
    pub(super) fn walks_of(&self, list: Local) -> impl Iterator<Item = Local> {
        self.walks.iter().filter(move |(_, walk)| walk.list == list).map(|(iterator, _)| *iterator)
    }

    pub(super) fn walk(&mut self, iterator: Local, list: Local) {
        let all_in = self.all_in(list);
        self.walks.insert(iterator, Walk { list, sites: all_in, pending: None });
    }

    /// The next round begins, with the task `dest`.
    pub(super) fn step(&mut self, iterator: Local, dest: Local) {
        if let Some(walk) = self.walks.get_mut(&iterator) {
            let joined = walk.pending.replace(BTreeSet::from([dest])).is_none();
            if !joined {
                walk.sites.clear();
            }
        }
    }

    /// There is no further round: those whose tasks have all been joined.
    pub(super) fn walked(&mut self, iterator: Local) -> BTreeSet<Point> {
        let Some(walk) = self.walks.remove(&iterator) else { return BTreeSet::new() };
        match walk.pending {
            Some(_) => BTreeSet::new(),
            None => &walk.sites & &self.all_in(walk.list),
        }
    }

    /// The task was joined.
    pub(super) fn joined(&mut self, handle: Local) {
        let is_it = |pending: &mut BTreeSet<Local>| pending.contains(&handle);
        self.walks.values_mut().for_each(|walk| _ = walk.pending.take_if(is_it));
    }

    /// Those whose tasks are all in the list.
    pub(super) fn all_in(&self, list: Local) -> BTreeSet<Point> {
        let all_in = self.sites.iter().filter(|(_, site)| site.is_all_in(list));
        all_in.map(|(task, _)| *task).collect()
    }

    pub(super) fn end(&mut self, ended: &BTreeSet<Point>) {
        self.sites.retain(|task, _| !ended.contains(task));
    }

    /// What is so on both paths; of tasks that may run on one alone, what is so there.
    pub(super) fn unite(&mut self, other: &Self) {
        let (mine, theirs) = (self.running(), other.running());
        for (iterator, walk) in &other.walks {
            match self.walks.get_mut(iterator) {
                Some(known) => known.unite(&mine, walk, &theirs),
                None => _ = self.walks.insert(*iterator, walk.clone()),
            }
        }
        for (task, theirs) in &other.sites {
            match self.sites.get_mut(task) {
                Some(site) => site.unite(theirs),
                None => _ = self.sites.insert(*task, theirs.clone()),
            }
        }
    }

    fn running(&self) -> BTreeSet<Point> {
        self.sites.keys().copied().collect()
    }
}

impl Walk {
    fn unite(&mut self, running: &BTreeSet<Point>, other: &Self, theirs: &BTreeSet<Point>) {
        let on_both = &self.sites & &other.sites;
        let on_mine = &self.sites - theirs;
        let on_theirs = &other.sites - running;
        self.sites = match self.list == other.list {
            true => &(&on_both | &on_mine) | &on_theirs,
            false => BTreeSet::new(),
        };
        self.pending = match (self.pending.take(), &other.pending) {
            (Some(mine), Some(theirs)) => Some(&mine & theirs),
            (mine, theirs) => mine.or_else(|| theirs.clone()),
        };
    }
}
