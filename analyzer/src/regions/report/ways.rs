//! Where things happen and who does them: sites inside callees, the ends of scopes, the paths of tasks.

use std::collections::BTreeSet;

use super::{Party, here, quoted};
use crate::FileKind;
use crate::diagnostics::{Finding, Part, Site};
use crate::items::NodeIndex;
use crate::mir::{BodyId, Callee, OpKind, Point, ScopeRef};
use crate::regions::domain::{Access, Mode, ScopeKey, Via};
use crate::regions::placed_circle_of;
use crate::regions::view::{View, ops};

/// The access inside the callee.
pub(super) fn deep_of(view: &View<'_>, party: &Party<'_>) -> Option<Site> {
    deep_site(view, party.access, Wanted::of(party))
}

/// The other's spawn, its access, also that inside a callee, and where the scope ends.
pub(super) fn task_sites(
    view: &View<'_>,
    finding: Finding,
    other: &Party<'_>,
    deep: Option<Site>,
) -> Finding {
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
    } else if let Some(site) = deep {
        finding = finding.related(site, format!("the task {} here", other.does("it")));
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
pub(super) enum Wanted {
    Read,
    Changed,
    Kept,
}

impl Wanted {
    pub(super) fn of(party: &Party<'_>) -> Self {
        match party.mode {
            _ if party.gives => Self::Kept,
            Mode::Read => Self::Read,
            Mode::Change => Self::Changed,
        }
    }
}

/// Follows the way of an access into callees, to where it happens.
pub(super) fn deep_site(view: &View<'_>, access: Access, wanted: Wanted) -> Option<Site> {
    let (mut via, mut site) = (access.via?, None);
    let mut seen = BTreeSet::new();
    loop {
        match via {
            Via::Node(node) => return site.or(Some(here(view, node))),
            Via::Param(item, position) => {
                // What stands in the prelude is nobody's to change.
                let is_standard = item.file(view.db).kind(view.db) == FileKind::Signatures;
                if is_standard || !seen.insert((item, position)) {
                    return site;
                }
                let bodies = placed_circle_of(view.db, item)?.bodies(item);
                let param = bodies.first()?.param(position)?;
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

/// The path of the body's own task, or of a task that it spawns: `main/2`. Children count in the
/// order of the text, as they do in a run without loops.
pub(in crate::regions) fn task_path(view: &View<'_>, task: Option<Point>) -> String {
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
