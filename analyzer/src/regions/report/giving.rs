//! R006: what was given away is used.

use super::helps::has_snapshot;
use super::ways::{Wanted, deep_site, task_path};
use super::{fate, here, quoted};
use crate::diagnostics::{Code, Finding, Part, Site, Witness, WitnessStep};
use crate::items::NodeIndex;
use crate::mir::{Callee, LocalDecl, OpKind, ParamUse};
use crate::regions::domain::{Access, Keep, Via};
use crate::regions::events::Deed;
use crate::regions::mend;
use crate::regions::view::{View, ops};
use crate::ty::{Ownership, Ty, ownership};

/// R006.
pub(in crate::regions) fn used_after_giving(
    view: &View<'_>,
    name: &str,
    access: Access,
    given: Access,
    keep: Keep,
) -> Finding {
    let other = given_name(view, given).filter(|other| other != name && !name.is_empty());
    let other = other.map(|other| quoted(&other));
    let parameter = type_parameter(view, name).or_else(|| parameter_at(view, given.at));
    let has_snapshot = has_snapshot(view, name);
    let (name, fate) = (quoted(name), fate(keep));
    let same = access.at == given.at;
    let message = if same && access != given {
        format!("{name} is {fate} inside this call, and used in it afterwards")
    } else if same {
        format!("{name} is {fate} again here, but in the round before it was given away already")
    } else if let Some(other) = &other {
        format!(
            "{name} is used here, but it may share values with {other}, which was {fate} before"
        )
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
    let step = |at, what: String| WitnessStep::told(task_path(view, None), here(view, at), what);
    let gone = other.as_ref().unwrap_or(&name);
    let steps =
        vec![step(given.at, format!("{gone} is {fate}")), step(access.at, format!("uses {name}"))];
    finding.fixes.extend(mend::keep_by_snapshot(view, given.at));
    let help = match (keep, &other, parameter) {
        (Keep::Sent, Some(other), Some(parameter)) => format!(
            "use {name} before sending {other}; or, if it is never something that can change, say so: \
             `[{parameter}: shareable]`"
        ),
        (Keep::Sent, Some(other), None) => format!(
            "use {name} before sending {other}, or make it of copies: `snapshot()` makes immutable ones"
        ),
        (Keep::Stored, _, Some(parameter)) => format!(
            "{}; or, if it is never something that can change, say so: `[{parameter}: shareable]`",
            giving_help(keep, &name)
        ),
        (Keep::Sent, None, _) if !has_snapshot => format!(
            "use {name} before sending it, or send another one that is made for whoever receives it"
        ),
        _ => giving_help(keep, &name),
    };
    finding.help(help).witness(Witness { steps })
}

/// The type parameter that is the type of what people call so.
fn type_parameter(view: &View<'_>, name: &str) -> Option<String> {
    let is_called = |local: &&LocalDecl| local.name.as_deref() == Some(name);
    let local = view.body.locals.iter().find(is_called)?;
    match &local.ty {
        Ty::Param(of) => Some(of.name.to_string()),
        _ => None,
    }
}

/// The type parameter that is the type of something which is given away there.
fn parameter_at(view: &View<'_>, at: NodeIndex) -> Option<String> {
    let mut given = ops(view.id, view.body).filter(|(point, _)| view.origin(*point) == at);
    given.find_map(|(_, kind)| {
        kind.locals().into_iter().find_map(|(local, _)| match view.ty(local) {
            ty @ Ty::Param(of) if ownership(view.db, ty) == Ownership::Owned => {
                Some(of.name.to_string())
            }
            _ => None,
        })
    })
}

/// What the one who gave it away calls it.
fn given_name(view: &View<'_>, given: Access) -> Option<String> {
    let mut calls = ops(view.id, view.body).filter(|(point, _)| view.origin(*point) == given.at);
    let arg = calls.find_map(|(_, kind)| {
        let OpKind::Call { callee, args, .. } = kind else { return None };
        match (given.via, callee) {
            (Some(Via::Param(_, position)), _) => args.get(position as usize),
            (None, Callee::Intrinsic(of)) => {
                let gives = |position: &usize| of.effect().param(*position) == ParamUse::Give;
                args.get((0..args.len()).find(gives)?)
            }
            _ => None,
        }
    })?;
    let name = view.name(arg.local()?);
    (!name.is_empty()).then_some(name)
}

/// R006, or R001 and R002: a callee uses again what it let a function have that it was passed.
pub(in crate::regions) fn used_after_passing(
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
        Deed::Put => (
            "that the function passed to it has put elsewhere".to_owned(),
            None,
            "pass a function that leaves what it gets where it is",
        ),
        Deed::Shared(_) | Deed::Parted(_) => (
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
    let step = |what: String| {
        let what = format!("inside this call, {what}");
        WitnessStep::told(task_path(view, None), here(view, access.at), what)
    };
    let steps = vec![
        step(format!("the function is called with {what}")),
        step(format!("{what} is used again")),
    ];
    finding.help(help).witness(Witness { steps })
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
            "reach the value through its lock, in a `with` block: `lock()` of a mutex, `read()` or \
             `write()` of an rwlock"
                .to_owned()
        }
        Keep::Moved => format!(
            "use {name} before the call, pass a copy, or drop `move` from the parameter if the \
             function only borrows"
        ),
        Keep::Stored => format!("use {name} before storing it, or reach it through the lock"),
    }
}
