//! The words: messages, labels, helps, mends and witnesses of the R family.

use std::collections::BTreeSet;

use super::compare::fate;
use super::domain::{Access, Clash, Keep, Mode, ScopeKey, Taken, Via};
use super::events::Deed;
use super::mend;
use super::summary;
use super::view::{View, ops};
use crate::diagnostics::{Code, Finding, Part, Site, Witness, WitnessStep};
use crate::items::NodeIndex;
use crate::mir::{BodyId, Callee, OpKind, Point, ScopeRef};

/// One of the two who meet at a region.
pub(super) struct Party<'a> {
    /// What the region is called there.
    pub(super) name: &'a str,
    pub(super) access: Access,
    pub(super) mode: Mode,
    /// The spawn, when it is a task; none for the body itself.
    pub(super) task: Option<Point>,
    pub(super) gives: bool,
    /// It is a loop over the region, asking for the next element.
    pub(super) walks: bool,
}

impl Party<'_> {
    fn verb(&self) -> &'static str {
        match self.mode {
            _ if self.gives => "gives away",
            Mode::Read => "reads",
            Mode::Change => "changes",
        }
    }

    fn participle(&self) -> &'static str {
        match self.mode {
            _ if self.gives => "given away",
            Mode::Read => "read",
            Mode::Change => "changed",
        }
    }
}

/// R001 and R002.
pub(super) fn clash(view: &View<'_>, code: Code, mine: &Party<'_>, other: &Party<'_>) -> Finding {
    let name = quoted(mine.name);
    let whose = match mine.task {
        Some(_) => "another task of the same scope",
        None => "a task that may still be running",
    };
    let what = match (mine.task.is_some(), mine.mode == other.mode) {
        (true, true) => format!("{} it too", other.verb()),
        _ => format!("{} it", other.verb()),
    };
    let message = format!("{name} is {} here, but {whose} {what}", mine.participle());
    let mut finding = Finding::new(code, here(view, mine.access.at), message)
        .label(format!("{} {name}", mine.verb()));
    finding = deep(view, finding, mine);
    finding = task_sites(view, finding, other);
    let help = match code {
        Code::R002 => format!(
            "read {name} after the `concurrent` block or after joining that task, or take a \
             `snapshot()` before the `spawn` and read that"
        ),
        _ => format!(
            "let one task own {name}: send it the changes over a channel, join before changing, or \
             guard it with a `mutex`"
        ),
    };
    finding.fixes.extend(mend::read_snapshot(view, code, mine, other));
    finding.help(help).witness(meeting(view, other, mine))
}

/// R004; `theirs` is what the tasks of earlier rounds do.
pub(super) fn moved_in_loop(
    view: &View<'_>,
    mine: &Party<'_>,
    taken: &Taken,
    theirs: Mode,
) -> Finding {
    let name = quoted(mine.name);
    let meanwhile = match (mine.mode, theirs) {
        (Mode::Change, Mode::Change) => "the tasks of earlier rounds still have it",
        (_, Mode::Change) => "the task of an earlier round may still change it",
        (_, Mode::Read) => "the task of an earlier round may still read it",
    };
    let message = format!(
        "each round of the loop spawns a task that {} {name}, while {meanwhile}",
        mine.verb()
    );
    let finding = Finding::new(Code::R004, here(view, mine.access.at), message)
        .label(format!("{} {name} in every round", mine.verb()));
    let finding = task_sites(view, finding, mine);
    let path = task_path(view, Some(taken.task));
    let earlier = Party { mode: theirs, gives: mine.gives && theirs == mine.mode, ..*mine };
    let step = |round: &str, party: &Party<'_>| WitnessStep {
        task: format!("{path}{round}"),
        site: here(view, mine.access.at),
        what: format!("{} {name}", party.verb()),
    };
    let steps = vec![step("", &earlier), step(" (next round)", mine)];
    finding
        .help(format!(
            "make the value inside the loop, open the `concurrent` block inside the loop, send the \
             changes over a channel, or guard {name} with a `mutex`"
        ))
        .witness(Witness { steps })
}

/// R006.
pub(super) fn used_after_giving(
    view: &View<'_>,
    name: &str,
    access: Access,
    given: Access,
    keep: Keep,
) -> Finding {
    let (name, fate) = (quoted(name), fate(keep));
    let same = access.at == given.at;
    let message = if same && access != given {
        format!("{name} is {fate} inside this call, and used in it afterwards")
    } else if same {
        format!("{name} is {fate} again here, but in the round before it was given away already")
    } else {
        format!("{name} is used here, but it was {fate} before")
    };
    let mut finding = Finding::new(Code::R006, here(view, access.at), message);
    if !same {
        finding = finding.related(here(view, given.at), format!("{fate} here"));
    }
    if let Some(site) = deep_site(view, given, Wanted::Kept) {
        finding = finding.related(site, format!("{fate} inside this function"));
    }
    let step =
        |at, what: String| WitnessStep { task: task_path(view, None), site: here(view, at), what };
    let steps =
        vec![step(given.at, format!("{name} is {fate}")), step(access.at, format!("uses {name}"))];
    finding.fixes.extend(mend::keep_by_snapshot(view, given.at));
    finding.help(giving_help(keep, &name)).witness(Witness { steps })
}

/// R006, or R001 and R002: a callee uses again what it let a function have that it was passed.
pub(super) fn used_after_passing(
    view: &View<'_>,
    code: Code,
    name: &str,
    deed: Deed,
    access: Access,
) -> Finding {
    let what = if name.is_empty() { "a value".to_owned() } else { quoted(name) };
    let (done, given, help) = match deed {
        Deed::Gave(keep, given) => (
            format!("that the function passed to it has {}", fate(keep)),
            Some((given, fate(keep))),
            "pass a function that leaves what it gets alone, or one that takes a `snapshot()`",
        ),
        Deed::Shared(_) => (
            "that a task of the function passed to it may still have".to_owned(),
            None,
            "let the function wait for its task: open the `concurrent` block inside it",
        ),
    };
    let message = format!("this call uses {what} again {done}");
    let mut finding = Finding::new(code, here(view, access.at), message);
    if let Some((given, fate)) = given
        && let Some(site) = deep_site(view, given, Wanted::Kept)
    {
        finding = finding.related(site, format!("{fate} inside this function"));
    }
    if let Some(Via::Param(item, _)) = access.via {
        let name = Site::whole(item, NodeIndex::ITEM).part(Part::Name);
        finding = finding.related(name, "this function uses it afterwards");
    }
    let step = WitnessStep {
        task: task_path(view, None),
        site: here(view, access.at),
        what: format!("calls the function, and then uses {what}"),
    };
    finding.help(help).witness(Witness { steps: vec![step] })
}

fn giving_help(keep: Keep, name: &str) -> String {
    match keep {
        Keep::Sent => format!(
            "use {name} before sending it, or send a copy: `snapshot()` makes an immutable one"
        ),
        Keep::Detached => {
            format!("hand the detached task a copy, or a value made for it, and keep {name}")
        }
        Keep::Frozen => format!(
            "use the frozen value from here on, or take a `snapshot()` instead and keep {name}"
        ),
        Keep::Guarded => {
            "reach the value through the lock: `with lock.lock() as value:`".to_owned()
        }
        Keep::Moved => format!(
            "use {name} before the call, pass a copy, or drop `move` from the parameter if the \
             function only borrows"
        ),
        Keep::Stored => format!("use {name} before storing it, or reach it through the lock"),
    }
}

/// R007.
pub(super) fn loan_escapes(
    view: &View<'_>,
    name: &str,
    loan: Point,
    site: Site,
    used: Option<Site>,
) -> Finding {
    let name = quoted(name);
    let message = format!("{name} is part of what a lock guards, and leaves its `with` block here");
    let block = here(view, view.origin(loan));
    let mut finding = Finding::new(Code::R007, site, message)
        .related(block.part(Part::Keyword), "the lock is held from here")
        .related(block.part(Part::End), "and given back here");
    if let Some(used) = used {
        finding = finding.related(used, "used here, without the lock");
    }
    let task = task_path(view, None);
    let step = |site, what: &str| WitnessStep { task: task.clone(), site, what: what.to_owned() };
    let mut steps = vec![
        step(block.part(Part::Keyword), "takes the lock"),
        step(site, "lets what it guards out"),
    ];
    steps.extend(used.map(|used| step(used, "uses it without the lock")));
    finding
        .help("do the work inside the block, or take out a copy: `snapshot()` makes one")
        .witness(Witness { steps })
}

/// R009.
pub(super) fn changed_under_read_lock(
    view: &View<'_>,
    name: &str,
    access: Access,
    loan: Point,
) -> Finding {
    let name = quoted(name);
    let message = format!(
        "{name} is changed here, but the lock around it is only taken to read: other readers may \
         look at it right now"
    );
    let block = here(view, view.origin(loan));
    let mut finding = Finding::new(Code::R009, here(view, access.at), message)
        .related(block.part(Part::Keyword), "the lock is taken to read here");
    if let Some(site) = deep_site(view, access, Wanted::Changed) {
        finding = finding.related(site, "changed here");
    }
    let task = task_path(view, None);
    let step = |site, what: String| WitnessStep { task: task.clone(), site, what };
    let steps = vec![
        step(block.part(Part::Keyword), "takes the lock to read".to_owned()),
        step(here(view, access.at), format!("changes {name}")),
    ];
    finding.help("take the lock with `write()` to change what it guards").witness(Witness { steps })
}

/// Two arguments, or two parts of one, that are one region, where the callee needs two.
pub(super) fn not_apart(
    view: &View<'_>,
    code: Code,
    names: &[String; 2],
    within: bool,
    kind: Clash,
    access: &Access,
) -> Finding {
    let (first, second) = (quoted(&names[0]), quoted(&names[1]));
    let why = match kind {
        Clash::Change => "one task changes the one while another has the other",
        Clash::Read => "one task reads the one while another changes the other",
        Clash::Gone => "the one is used after the other was given away",
    };
    let both = if within {
        format!("{first} may hold one value in two places")
    } else if first == second {
        format!("{first} is passed twice")
    } else {
        format!("{first} and {second} may be the same value")
    };
    let message = format!("{both}, and inside this call {why}");
    let mut finding = Finding::new(code, here(view, access.at), message);
    if let Some(Via::Param(item, _)) = access.via {
        finding = finding.related(
            Site::whole(item, NodeIndex::ITEM).part(Part::Name),
            "this function needs them apart",
        );
    }
    let step = WitnessStep {
        task: task_path(view, None),
        site: here(view, access.at),
        what: format!("passes {first} and {second}"),
    };
    let help = match within {
        true => "make each part of it anew: then every task has one of its own",
        false => "pass two values that share nothing",
    };
    finding.help(help).witness(Witness { steps: vec![step] })
}

/// `name` in backticks; of what has no name, a word that fits.
pub(super) fn quoted(name: &str) -> String {
    if name.is_empty() { "this value".to_owned() } else { format!("`{name}`") }
}

pub(super) fn here(view: &View<'_>, node: NodeIndex) -> Site {
    Site::whole(view.owner(), node)
}

/// The access inside the callee, labelled.
fn deep(view: &View<'_>, finding: Finding, party: &Party<'_>) -> Finding {
    match deep_site(view, party.access, Wanted::of(party)) {
        Some(site) => finding.related(site, format!("{} here", party.participle())),
        None => finding,
    }
}

/// The other's spawn, its access, and where the scope ends.
fn task_sites(view: &View<'_>, finding: Finding, other: &Party<'_>) -> Finding {
    let Some(task) = other.task else {
        return finding
            .related(here(view, other.access.at), format!("{} here", other.participle()));
    };
    let name = quoted(other.name);
    let spawn = here(view, view.origin(task)).part(Part::Keyword);
    let mut finding =
        finding.related(spawn, format!("this task has {name} until the `concurrent` block ends"));
    if other.access.at != view.origin(task) {
        let site = here(view, other.access.at);
        if site != finding.site {
            finding = finding.related(site, format!("it is {} here", other.participle()));
        }
    } else if let Some(site) = deep_site(view, other.access, Wanted::of(other)) {
        finding = finding.related(site, format!("the task {} it here", other.verb()));
    }
    match scope_end(view, task) {
        Some(site) => finding.related(site, "the scope ends here"),
        None => finding,
    }
}

fn scope_end(view: &View<'_>, task: Point) -> Option<Site> {
    let OpKind::Spawn { scope, .. } = view.op(task)? else { return None };
    let scope = match scope {
        ScopeRef::Own(scope) => *scope,
        ScopeRef::Passed(operand) => match view.scope(operand) {
            ScopeKey::Own(scope) => scope,
            _ => return None,
        },
    };
    let declared = view.body.scopes.get(scope.index())?;
    Some(here(view, declared.origin).part(Part::End))
}

/// Which access of a callee's parameter is asked for.
#[derive(Clone, Copy)]
enum Wanted {
    Read,
    Changed,
    Kept,
}

impl Wanted {
    fn of(party: &Party<'_>) -> Self {
        match party.mode {
            _ if party.gives => Self::Kept,
            Mode::Read => Self::Read,
            Mode::Change => Self::Changed,
        }
    }
}

/// Follows the way of an access into callees, to where it happens.
fn deep_site(view: &View<'_>, access: Access, wanted: Wanted) -> Option<Site> {
    let (mut via, mut site) = (access.via?, None);
    let mut seen = BTreeSet::new();
    loop {
        match via {
            Via::Node(node) => return site.or(Some(here(view, node))),
            Via::Param(item, position) => {
                if !seen.insert((item, position)) {
                    return site;
                }
                let param = summary(view.db, item).param(position)?;
                let access = match wanted {
                    Wanted::Read => param.first_read(),
                    Wanted::Changed => param.access(Mode::Change),
                    Wanted::Kept => param.first_kept(),
                }?;
                site = Some(Site::whole(item, access.at));
                match access.via {
                    Some(Via::Param(..)) => via = access.via?,
                    Some(Via::Node(node)) => return Some(Site::whole(item, node)),
                    None => return site,
                }
            }
        }
    }
}

/// The two accesses, the earlier in the text first.
fn meeting(view: &View<'_>, first: &Party<'_>, second: &Party<'_>) -> Witness {
    let step = |party: &Party<'_>| WitnessStep {
        task: task_path(view, party.task),
        site: here(view, party.access.at),
        what: format!("{} {}", party.verb(), quoted(party.name)),
    };
    let spawn = |party: &Party<'_>| {
        party.task.map(|task| WitnessStep {
            task: task_path(view, None),
            site: here(view, view.origin(task)).part(Part::Keyword),
            what: format!("starts `{}`", task_path(view, Some(task))),
        })
    };
    let mut steps: Vec<WitnessStep> = [first, second].into_iter().filter_map(spawn).collect();
    steps.sort_by_key(|step| step.site.node);
    steps.push(step(first));
    steps.push(step(second));
    Witness { steps }
}

/// The path of the body's own task, or of a task that it spawns: `main/2`. Children count in the
/// order of the text, as they do in a run without loops.
pub(super) fn task_path(view: &View<'_>, task: Option<Point>) -> String {
    let own = body_path(view, view.id);
    match task {
        None => own,
        Some(task) => format!("{own}/{}", ordinal(view, task)),
    }
}

fn ordinal(view: &View<'_>, task: Point) -> usize {
    let mut sites: Vec<(NodeIndex, Point)> = ops(task.body, view.mir.body(task.body))
        .filter(|(_, kind)| matches!(kind, OpKind::Spawn { .. }))
        .map(|(point, _)| (view.mir.origin(point), point))
        .collect();
    sites.sort_unstable();
    sites.iter().position(|(_, point)| *point == task).map_or(1, |position| position + 1)
}

fn body_path(view: &View<'_>, id: BodyId) -> String {
    if id == BodyId(0) {
        return view.body_name(id);
    }
    for parent in (0..id.0).map(BodyId) {
        for (point, kind) in ops(parent, view.mir.body(parent)) {
            match kind {
                OpKind::Spawn { callee: Callee::Body(body), .. } if *body == id => {
                    return format!("{}/{}", body_path(view, parent), ordinal(view, point));
                }
                OpKind::Detach { callee: Callee::Body(body), .. } if *body == id => {
                    return view.body_name(id);
                }
                OpKind::ParallelFor { body, .. } if *body == id => {
                    return body_path(view, parent);
                }
                _ => {}
            }
        }
    }
    view.body_name(id)
}
