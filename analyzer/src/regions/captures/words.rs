//! What is said of names that cross: R003, R005 of a name, D001.

use super::Walk;
use crate::diagnostics::{Code, Edit, EditKind, Finding, Fix, Part, Witness, WitnessStep};
use crate::hir::{Expr, FrameKind, LocalId, SpawnTask, Stmt};
use crate::infer::infer;
use crate::items::NodeIndex;
use crate::regions::view::may_meet_others;
use crate::ty::{Ownership, ownership};

impl Walk<'_> {
    /// D001.
    pub(super) fn detached_mention(
        &self,
        local: LocalId,
        at: NodeIndex,
        start: NodeIndex,
    ) -> Finding {
        let name = self.name(local);
        let path = self.body.owner.name(self.db);
        let message = format!(
            "the detached body names {name}, which belongs to `{path}`: the task may outlive it"
        );
        let step = |task: &str, site, what: String| WitnessStep::told(task, site, what);
        let begin = self.site(start).part(Part::Keyword);
        let steps = vec![
            step(&path, begin, "starts the detached task and may end before it".to_owned()),
            step("detached", self.site(at), format!("uses {name}")),
        ];
        let mut finding = Finding::new(Code::D001, self.site(at), message)
            .related(begin, "this task belongs to no scope");
        finding.fixes.extend(self.call_form(start));
        self.bound_here(finding, local)
            .help(format!(
                "use the call form, `detach f({})`, which hands its arguments over, or `spawn` in \
                 a scope that waits for the task",
                name.trim_matches('`')
            ))
            .witness(Witness { steps })
    }

    /// R003.
    pub(super) fn task_assigns(
        &self,
        local: LocalId,
        kind: FrameKind,
        at: NodeIndex,
        start: NodeIndex,
    ) -> Finding {
        let name = self.name(local);
        let (who, helps) = match kind {
            FrameKind::Task => (
                "task",
                "return the value from the task and use it after the `concurrent` block, keep it \
                 in an `atom`, or give the task a name of its own",
            ),
            _ => (
                "function",
                "return the value and assign it outside, or give the inner function a name of its \
                 own",
            ),
        };
        let message = format!(
            "{name} belongs to the body around this {who}, which sees it as it was when the {who} \
             was made and must not assign it"
        );
        let step = WitnessStep::told(
            self.body.owner.name(self.db).to_string(),
            self.site(at),
            format!("assigns a copy of {name} that nobody else sees"),
        );
        let finding = Finding::new(Code::R003, self.site(at), message)
            .related(self.site(start).part(Part::Keyword), format!("this {who} captures {name}"));
        self.bound_here(finding, local).help(helps).witness(Witness { steps: vec![step] })
    }

    /// R005, of a name.
    pub(super) fn iteration_assigns(
        &self,
        local: LocalId,
        at: NodeIndex,
        start: NodeIndex,
    ) -> Finding {
        let name = self.name(local);
        let message = format!("every iteration assigns {name}, which belongs to the body around");
        let step = |round| {
            let task = format!("{}, iteration {round}", self.body.owner.name(self.db));
            WitnessStep::told(task, self.site(at), format!("assigns {name}"))
        };
        let finding = Finding::new(Code::R005, self.site(at), message).related(
            self.site(start).part(Part::Keyword),
            "iterations of this loop run at the same time",
        );
        self.bound_here(finding, local)
            .help("combine the results with `parallel_reduce`, or keep the total in an `atom`")
            .witness(Witness { steps: vec![step(0), step(1)] })
    }

    fn bound_here(&self, finding: Finding, local: LocalId) -> Finding {
        match self.source_map.locals.get(local) {
            Some(bound) => {
                let label = format!("{} is bound here", self.name(local));
                finding.related(self.site(*bound).part(Part::Name), label)
            }
            None => finding,
        }
    }

    /// D001: a body that is one call, of a function and with nothing that would be given away by it.
    fn call_form(&self, start: NodeIndex) -> Option<Fix> {
        let (body, nodes) = (self.body, self.source_map);
        let suite = body.stmts.iter().find_map(|(id, stmt)| match stmt {
            Stmt::Detach(SpawnTask::Body(_, suite)) if nodes.stmts.get(id) == Some(&start) => {
                Some(suite)
            }
            _ => None,
        })?;
        let [only] = suite.as_slice() else { return None };
        let Stmt::Expr(call) = &body.stmts[*only] else { return None };
        let Expr::Call(callee, args) = &body.exprs[*call] else { return None };
        let types = &infer(self.db, body.owner).exprs;
        let is_free = |arg: &crate::hir::Arg| {
            types.get(arg.value).is_some_and(|ty| {
                ownership(self.db, ty) == Ownership::Value && !may_meet_others(ty)
            })
        };
        if !matches!(body.exprs[*callee], Expr::Item(_)) || !args.iter().all(is_free) {
            return None;
        }
        let edit = |kind| Edit { site: self.site(start), kind };
        Some(Fix {
            title: "hand over what it needs, with the call form".to_owned(),
            safe: false,
            edits: vec![edit(EditKind::Before("detach ".to_owned())), edit(EditKind::Unwrap)],
        })
    }
}
