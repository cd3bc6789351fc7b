//! R007 and R009: what a lock lends.

use super::helps::has_snapshot;
use super::ways::{Wanted, deep_site, task_path};
use super::{fate, here, quoted};
use crate::diagnostics::{Code, Finding, Part, Site, Witness, WitnessStep};
use crate::items::NodeIndex;
use crate::mir::Point;
use crate::regions::domain::{Access, Via};
use crate::regions::events::Deed;
use crate::regions::knots::Knot;
use crate::regions::mend;
use crate::regions::view::View;

/// R007.
pub(in crate::regions) fn loan_escapes(
    view: &View<'_>,
    name: &str,
    loan: Point,
    knot: Option<&Knot>,
    site: Site,
    used: Option<Site>,
) -> Finding {
    let has_snapshot = has_snapshot(view, name);
    let name = quoted(name);
    let what = match knot {
        Some(_) => "was taken out of what a lock guards, but may be in there a second time",
        None => "is part of what a lock guards",
    };
    let message = format!("{name} {what}, and leaves its `with` block here");
    let block = here(view, view.origin(loan));
    let mut finding = Finding::new(Code::R007, site, message)
        .related(block.part(Part::Keyword), "the lock is held from here")
        .related(block.part(Part::End), "and given back here");
    if let Some(used) = used {
        finding = finding.related(used, "used here, without the lock");
    }
    if let Some(knot) = knot {
        finding = finding
            .related(knot.site(view.db), "what such a lock guards may get one value twice here");
    }
    let task = task_path(view, None);
    let step = |site, what: &str| WitnessStep::told(task.clone(), site, what);
    let mut steps = vec![
        step(block.part(Part::Keyword), "takes the lock"),
        step(site, "lets what it guards out"),
    ];
    steps.extend(used.map(|used| step(used, "uses it without the lock")));
    let help = match knot {
        Some(_) => "put each value in once, or take out a copy: `snapshot()` makes one",
        None if !has_snapshot => {
            "do the work inside the block, or take out what is needed of it: what cannot change may leave"
        }
        None => "do the work inside the block, or take out a copy: `snapshot()` makes one",
    };
    finding.help(help).witness(Witness { steps })
}

/// R007, where a callee passes what a lock lends to a function that it was passed.
pub(in crate::regions) fn lent_to_passed(view: &View<'_>, deed: Deed, access: Access) -> Finding {
    let done = match deed {
        Deed::Gave(keep, _) => format!("the function passed to it has it {}", fate(keep)),
        Deed::Shared(_) | Deed::Parted(_) => {
            "a task of the function passed to it may still have it then".to_owned()
        }
        Deed::Put => "the function passed to it puts it elsewhere".to_owned(),
    };
    let message =
        format!("part of what a lock guards leaves its `with` block inside this call: {done}");
    let mut finding = Finding::new(Code::R007, here(view, access.at), message);
    if let Deed::Gave(_, given) = deed
        && let Some(site) = deep_site(view, given, Wanted::Kept)
    {
        finding = finding.related(site, "here");
    }
    if let Some(Via::Param(item, _)) = access.via {
        let name = Site::whole(item, NodeIndex::ITEM).part(Part::Name);
        finding = finding.related(name, "this function passes it on while it holds the lock");
    }
    let step = |what: &str| WitnessStep::told(task_path(view, None), here(view, access.at), what);
    let steps = vec![
        step("inside this call, the function gets what the lock guards"),
        step("inside this call, the lock is given back"),
    ];
    finding
        .help(
            "let the function do its work on the spot, and put away a copy: `snapshot()` makes one",
        )
        .witness(Witness { steps })
}

/// R009.
pub(in crate::regions) fn changed_under_read_lock(
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
    let step = |site, what: String| WitnessStep::told(task.clone(), site, what);
    let steps = vec![
        step(block.part(Part::Keyword), "takes the lock to read".to_owned()),
        step(here(view, access.at), format!("changes {name}")),
    ];
    finding.fixes.extend(mend::take_to_write(view, loan));
    finding.help("take the lock with `write()` to change what it guards").witness(Witness { steps })
}
