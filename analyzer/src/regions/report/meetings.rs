//! R001, R002 and R004: two tasks at one region.

use super::helps::{
    bare_lock_help, deferred_help, element_help, gathered_by_call, has_snapshot, lock_help,
};
use super::ways::{deep_of, task_path, task_sites};
use super::{Party, here, quoted};
use crate::diagnostics::{Code, Finding, Part, Site, Witness, WitnessStep};
use crate::items::NodeIndex;
use crate::mir::{self, Local, OpKind};
use crate::regions::domain::{Access, Clash, Mode, Taken, Via};
use crate::regions::mend;
use crate::regions::view::{View, ops};

/// R001 and R002.
pub(in crate::regions) fn clash(
    view: &View<'_>,
    code: Code,
    mine: &Party<'_>,
    other: &Party<'_>,
) -> Finding {
    let name = quoted(mine.name);
    let whose = match mine.task {
        Some(_) => "another task of the same scope",
        None => "a task that may still be running",
    };
    let what = match (mine.task.is_some(), mine.mode == other.mode) {
        (true, true) => format!("{} too", other.does("it")),
        _ => other.does("it"),
    };
    let message = format!("{name} is {} here, but {whose} {what}", mine.participle());
    let mut finding =
        Finding::new(code, here(view, mine.access.at), message).label(mine.does(&name));
    finding = deeds(view, finding, mine, other);
    finding = made_one(view, finding, mine.name, other.name);
    let help = deferred_help(view, mine).unwrap_or_else(|| match code {
        Code::R002 => {
            let before = match has_snapshot(view, mine.name) {
                true => "take a `snapshot()` before the `spawn` and read that",
                false => "read what is needed of it before the `spawn`",
            };
            format!(
                "read {name} after the `concurrent` block or after joining that task, or {before}"
            )
        }
        _ => lock_help(view, mine)
            .or_else(|| lock_help(view, other))
            .or_else(|| bare_lock_help(view, mine))
            .unwrap_or_else(|| {
                format!(
                    "let one task own {name}: send it the changes over a channel, join before \
                     changing, or guard it with a `mutex`"
                )
            }),
    });
    finding.fixes.extend(mend::read_snapshot(view, code, mine, other));
    finding.help(help).witness(meeting(view, other, mine))
}

/// Where each of the two does it; once, where both do it in one place of a callee.
fn deeds(view: &View<'_>, finding: Finding, mine: &Party<'_>, other: &Party<'_>) -> Finding {
    let (own, theirs) = (deep_of(view, mine), deep_of(view, other));
    match own {
        Some(site) if own == theirs && mine.participle() == other.participle() => {
            let finding = task_sites(view, finding, other, None);
            let verb = other.verb();
            let (verb, away) = verb.split_at(verb.find(' ').unwrap_or(verb.len()));
            finding.related(site, format!("both {verb} it{away} here"))
        }
        Some(site) => {
            let finding = finding.related(site, format!("{} here", mine.participle()));
            task_sites(view, finding, other, theirs)
        }
        None => task_sites(view, finding, other, theirs),
    }
}

/// Where two names came to share values, if one op says so.
fn made_one(view: &View<'_>, finding: Finding, mine: &str, theirs: &str) -> Finding {
    let are_two = !mine.is_empty() && !theirs.is_empty() && root(mine) != root(theirs);
    let at = are_two.then(|| linked_at(view, root(mine), root(theirs))).flatten();
    match at {
        Some(at) => {
            let label =
                format!("`{}` and `{}` share values from here on", root(mine), root(theirs));
            finding.related(here(view, at), label)
        }
        None => finding,
    }
}

/// The name in front of fields and indices.
fn root(name: &str) -> &str {
    name.split(['.', '[']).next().unwrap_or(name)
}

/// The first op that makes the one of the other, or puts the one into the other.
fn linked_at(view: &View<'_>, one: &str, other: &str) -> Option<NodeIndex> {
    let is = |local: Local, name: &str| {
        view.holders.local(local).is_some() && root(&view.name(local)) == name
    };
    let links = |kind: &OpKind| {
        let locals = kind.locals();
        let sets = matches!(kind, OpKind::SetField { .. } | OpKind::SetIndex { .. });
        let makes = matches!(kind, OpKind::Assign { .. });
        let of = |name: &str, way: mir::Access| {
            locals.iter().any(|(local, access)| *access == way && is(*local, name))
        };
        let [write, read] = [mir::Access::Write, mir::Access::Read];
        makes && (of(one, write) && of(other, read) || of(other, write) && of(one, read))
            || sets && of(one, read) && of(other, read)
    };
    let linking = ops(view.id, view.body).filter(|(_, kind)| links(kind));
    linking.map(|(point, _)| view.origin(point)).min()
}

/// R004; `theirs` is what the tasks of earlier rounds do.
pub(in crate::regions) fn moved_in_loop(
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
        "each round of the loop spawns a task that {}, while {meanwhile}",
        mine.does(&name)
    );
    let finding = Finding::new(Code::R004, here(view, mine.access.at), message)
        .label(format!("{} in every round", mine.does(&name)));
    let finding = task_sites(view, finding, mine, deep_of(view, mine));
    let path = task_path(view, Some(taken.task));
    let earlier = Party { mode: theirs, gives: mine.gives && theirs == mine.mode, ..*mine };
    let step = |round: &str, party: &Party<'_>| {
        let what = party.does(&name);
        WitnessStep::told(format!("{path}{round}"), here(view, mine.access.at), what)
    };
    let steps = vec![step("", &earlier), step(" (next round)", mine)];
    let gathered = gathered_by_call(view, taken.holder);
    let finding = match &gathered {
        Some(gathered) => finding.related(
            here(view, gathered.at),
            format!(
                "`{}` is made here, and what the function gives that is passed may be one value each time",
                gathered.list
            ),
        ),
        None => finding,
    };
    let help = lock_help(view, mine)
        .or_else(|| bare_lock_help(view, mine))
        .or_else(|| gathered.map(|gathered| gathered.help()))
        .or_else(|| element_help(view, taken.holder));
    let otherwise = || {
        format!(
            "make the value inside the loop, open the `concurrent` block inside the loop, send the \
             changes over a channel, or guard {name} with a `mutex`"
        )
    };
    finding.help(help.unwrap_or_else(otherwise)).witness(Witness { steps })
}

/// Two arguments, or two parts of one, that are one region, where the callee needs two.
pub(in crate::regions) fn not_apart(
    view: &View<'_>,
    code: Code,
    names: &[String; 2],
    (within, late): (bool, bool),
    kind: Clash,
    access: &Access,
) -> Finding {
    let (first, second) = (quoted(&names[0]), quoted(&names[1]));
    let why = why_apart(kind);
    let alike = first == second;
    let message = match (within, late) {
        (true, false) => {
            format!("{first} may hold one value in two places, and inside this call {why}")
        }
        (false, false) if alike => format!("{first} is passed twice, and inside this call {why}"),
        (false, false) => {
            format!("{first} and {second} may be the same value, and inside this call {why}")
        }
        (_, true) => {
            let where_to = match (within, alike) {
                (true, _) => format!("two places of {first}"),
                (false, true) => "two of the values that it gets".to_owned(),
                (false, false) => format!("both {first} and {second}"),
            };
            format!(
                "a function that is passed here may put one value into {where_to}, and then {why}"
            )
        }
    };
    let mut finding = Finding::new(code, here(view, access.at), message);
    if let Some(Via::Param(item, _)) = access.via {
        finding = finding.related(
            Site::whole(item, NodeIndex::ITEM).part(Part::Name),
            "this function needs them apart",
        );
    }
    let step = WitnessStep::told(
        task_path(view, None),
        here(view, access.at),
        match within || alike {
            true => format!("passes {first}"),
            false => format!("passes {first} and {second}"),
        },
    );
    let help = match (within, late) {
        (_, true) => "let that function put something new into each, such as a `copy()`",
        (true, false) => "make each part of it anew: then every task has one of its own",
        (false, false) => "pass two values that share nothing",
    };
    finding.help(help).witness(Witness { steps: vec![step] })
}

/// What a callee passes to a function may hold one value in two places, and the function needs its parts
/// apart.
pub(in crate::regions) fn parted_when_passed(
    view: &View<'_>,
    code: Code,
    kind: Clash,
    access: &Access,
) -> Finding {
    let why = why_apart(kind);
    let message = format!(
        "this call passes something that may hold one value in two places to a function in which {why}"
    );
    let mut finding = Finding::new(code, here(view, access.at), message);
    let needs = match access.via {
        Some(Via::Param(item, _)) => Some(Site::whole(item, NodeIndex::ITEM).part(Part::Name)),
        Some(Via::Node(node)) => Some(here(view, node)),
        None => None,
    };
    if let Some(site) = needs {
        finding = finding.related(site, "the two are needed apart here");
    }
    let what = "passes one value in two places".to_owned();
    let step = WitnessStep::told(task_path(view, None), here(view, access.at), what);
    let help = "pass a function that leaves the parts of what it gets to one task, or let what it gets be \
                made of parts that are made anew";
    finding.help(help).witness(Witness { steps: vec![step] })
}

fn why_apart(kind: Clash) -> &'static str {
    match kind {
        Clash::Change => "one task changes the one while another has the other",
        Clash::Read => "one task reads the one while another changes the other",
        Clash::Gone => "the one is used after the other was given away",
    }
}

/// The two accesses, the earlier in the text first.
fn meeting(view: &View<'_>, first: &Party<'_>, second: &Party<'_>) -> Witness {
    let step = |party: &Party<'_>| {
        let what = party.does(&quoted(party.name));
        WitnessStep::told(task_path(view, party.task), here(view, party.access.at), what)
    };
    let spawn = |party: &Party<'_>| {
        party.task.map(|task| {
            let spawn = here(view, view.origin(task)).part(Part::Keyword);
            let started = task_path(view, Some(task));
            WitnessStep::told(task_path(view, None), spawn, format!("starts `{started}`"))
        })
    };
    let mut steps: Vec<WitnessStep> = [first, second].into_iter().filter_map(spawn).collect();
    steps.sort_by_key(|step| step.site.node);
    steps.push(step(first));
    steps.push(step(second));
    Witness { steps }
}
