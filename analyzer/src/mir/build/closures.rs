//! Bodies within a body: tasks, lambdas, nested functions, iterations, conditions, defaults; and
//! what they capture.

use super::Builder;
use super::draft::Draft;
use crate::hir::{ExprId, FrameId, FrameKind, LocalId, Suite};
use crate::mir::{BodyId, BodyKind, Callee, Local, Operand, Rvalue};
use crate::ty::Ty;

/// A finished inner body and what its captures take from the body around it.
pub(super) struct Inner {
    pub(super) body: BodyId,
    pub(super) captures: Vec<Operand>,
}

impl Inner {
    /// As something to run.
    pub(super) fn callee(self) -> (Callee, Vec<Operand>) {
        (Callee::Body(self.body), self.captures)
    }

    /// As a function value.
    pub(super) fn closure(self) -> Rvalue {
        Rvalue::Closure(self.body, self.captures)
    }
}

impl Builder<'_> {
    /// Builds a body inside the current one.
    pub(super) fn child(
        &mut self,
        kind: BodyKind,
        frame: Option<FrameId>,
        itself: Option<LocalId>,
        ret: Ty,
        build: impl FnOnce(&mut Self),
    ) -> Inner {
        let body = BodyId(self.bodies.len() as u32);
        self.bodies.push(None);
        let name = self.child_name(kind, itself);
        let mut draft = Draft::new(body, kind, name, frame, ret, self.draft.at);
        draft.itself = itself;
        self.outer.push(std::mem::replace(&mut self.draft, draft));
        if let Some(frame) = frame {
            self.declare_params(frame);
        }
        build(self);
        let captured: Vec<LocalId> =
            self.draft.captures.iter().filter_map(|(local, _)| *local).collect();
        if let Some(outer) = self.outer.pop() {
            let draft = std::mem::replace(&mut self.draft, outer);
            self.bodies[body.index()] = Some(draft.finish());
        }
        let captures = captured.into_iter().map(|local| self.read(local)).collect();
        Inner { body, captures }
    }

    /// A task's statements.
    pub(super) fn task_body(&mut self, kind: BodyKind, frame: FrameId, suite: &Suite) -> Inner {
        let ret = self.frame_result(frame);
        self.child(kind, Some(frame), None, ret, |builder| {
            builder.suite(suite);
            builder.fall_off_the_end();
        })
    }

    /// `fn(x): e`
    pub(super) fn expression_body(&mut self, frame: FrameId, value: ExprId) -> Inner {
        let ret = self.frame_result(frame);
        self.child(BodyKind::Closure, Some(frame), None, ret, |builder| {
            let value = builder.value(value);
            builder.return_value(value);
        })
    }

    /// A nested function.
    pub(super) fn nested_function(
        &mut self,
        local: LocalId,
        frame: FrameId,
        ret: &Ty,
        suite: &Suite,
    ) -> Inner {
        self.child(BodyKind::Closure, Some(frame), Some(local), ret.clone(), |builder| {
            builder.suite(suite);
            builder.fall_off_the_end();
        })
    }

    /// A task that only hands on a value which its parent made.
    pub(super) fn value_body(&mut self, kind: BodyKind, value: Operand, ty: Ty) -> Inner {
        let mut inner = self.child(kind, None, None, ty.clone(), |builder| {
            let handed = builder.declare(None, ty);
            builder.draft.captures.push((None, handed));
            builder.return_value(Operand::Local(handed));
        });
        inner.captures = vec![value];
        inner
    }

    /// What a namespace's body returns.
    pub(super) fn frame_result(&self, frame: FrameId) -> Ty {
        self.types.returns.get(frame).cloned().unwrap_or_else(Ty::unit)
    }

    /// Gives a namespace's parameters their locals.
    pub(super) fn declare_params(&mut self, frame: FrameId) {
        let hir = self.hir;
        for param in &hir.frames[frame].params {
            self.own(param.local);
        }
        self.draft.params = self.draft.locals.len() as u32;
    }

    /// A name's value.
    pub(super) fn read(&mut self, local: LocalId) -> Operand {
        if self.is_own(local) {
            return Operand::Local(self.own(local));
        }
        if self.draft.itself == Some(local) {
            // Its captures are known when the body is finished, and filled in then.
            let itself = Rvalue::Closure(self.draft.id, Vec::new());
            return self.temp_with(self.local_ty(local), itself);
        }
        Operand::Local(self.captured(local))
    }

    /// The local of a name that this body assigns; of an enclosing body's name, its own copy.
    pub(super) fn written(&mut self, local: LocalId) -> Local {
        if self.is_own(local) { self.own(local) } else { self.captured(local) }
    }

    fn own(&mut self, local: LocalId) -> Local {
        match self.draft.names.get(&local) {
            Some(known) => *known,
            None => self.declare_name(local),
        }
    }

    fn captured(&mut self, local: LocalId) -> Local {
        if let Some(known) = self.draft.names.get(&local) {
            return *known;
        }
        if self.outer.is_empty() || matches!(self.draft.kind, BodyKind::Default(_)) {
            self.fail("a name of another function is used here");
            return self.declare_name(local);
        }
        let capture = self.declare_name(local);
        self.draft.captures.push((Some(local), capture));
        capture
    }

    fn declare_name(&mut self, local: LocalId) -> Local {
        let name = self.hir.locals[local].name.clone();
        let declared = self.declare(Some(name), self.local_ty(local));
        self.draft.names.insert(local, declared);
        declared
    }

    /// Whether the name belongs to this body; a comprehension's names belong to the body it runs in.
    fn is_own(&self, local: LocalId) -> bool {
        let mut frame = self.hir.locals[local].frame;
        while self.hir.frames[frame].kind == FrameKind::Comprehension {
            match self.hir.frames[frame].parent {
                Some(parent) => frame = parent,
                None => break,
            }
        }
        self.draft.frame == Some(frame)
    }

    fn child_name(&mut self, kind: BodyKind, itself: Option<LocalId>) -> String {
        let label = match (kind, itself) {
            (_, Some(local)) => self.hir.locals[local].name.to_string(),
            (BodyKind::Default(position), _) => format!("default{position}"),
            (BodyKind::Task, _) => "task".to_owned(),
            (BodyKind::Detached, _) => "detached".to_owned(),
            (BodyKind::Iteration, _) => "iteration".to_owned(),
            (BodyKind::Function | BodyKind::Closure, _) => "closure".to_owned(),
        };
        let count = self.draft.children.entry(label.clone()).or_default();
        *count += 1;
        let numbered = itself.is_none() && !matches!(kind, BodyKind::Default(_));
        let number = if numbered || *count > 1 { count.to_string() } else { String::new() };
        format!("{}/{label}{number}", self.draft.name)
    }
}
