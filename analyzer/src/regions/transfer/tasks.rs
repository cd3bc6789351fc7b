//! Lists of tasks: what is put into one, who walks one, and who changes one.

use super::Step;
use crate::items::signature;
use crate::mir::{Callee, Intrinsic, Local, Operand, Rvalue};
use crate::regions::domain::{Handle, Holder, Mode};
use crate::regions::events::{Event, TouchKind};
use crate::regions::paths::Step as Inwards;
use crate::ty::{Builtin, Ty};

/// Whether a value of the type is a list of tasks.
pub(in crate::regions) fn is_list_of_tasks(ty: &Ty) -> bool {
    matches!(
        ty,
        Ty::Builtin(Builtin::List | Builtin::MutableList, args)
            if args.first().is_some_and(|item| item.is(Builtin::Task))
    )
}

impl Step<'_, '_> {
    /// What is known of a task, or of what holds some.
    pub(super) fn track_tasks(&mut self, dest: Local, value: &Rvalue) {
        if self.view.ty(dest).is(Builtin::Task) {
            let from = self.handle_of(value);
            self.events.push(Event::Handle { dest: Handle::of(dest), from });
        } else if self.holds_tasks(dest) {
            self.track_parts(dest, value);
        }
        self.track_list(dest, value);
    }

    /// What names the task that it is.
    fn handle_of(&self, value: &Rvalue) -> Option<Handle> {
        let (of, part) = match value {
            Rvalue::Use(of) => (of, None),
            Rvalue::Field(of, part) | Rvalue::TupleField(of, part) => {
                (of, Some(Inwards::Part(*part)))
            }
            Rvalue::Index(of, index) => (of, Some(self.element(of.local()?, index))),
            _ => return None,
        };
        Some(Handle { local: of.local()?, part })
    }

    /// Whether the local cannot change and has tasks at places of their own.
    fn holds_tasks(&self, local: Local) -> bool {
        let is_task = |ty: &Ty| ty.is(Builtin::Task);
        match self.view.ty(local) {
            Ty::Builtin(Builtin::List, args) => args.iter().any(is_task),
            Ty::Tuple(parts) => parts.iter().any(is_task),
            Ty::Adt(item, _) => {
                let of = signature(self.view.db, *item).as_struct();
                of.is_some_and(|of| of.fields.iter().any(|field| is_task(&field.ty)))
                    && !self.view.is_mutable(&Operand::Local(local))
            }
            _ => false,
        }
    }

    fn track_parts(&mut self, dest: Local, value: &Rvalue) {
        let from = match value {
            Rvalue::Use(from) => from.local(),
            _ => None,
        };
        self.events.push(Event::Handles { dest, from });
        let (parts, step): (_, fn(u32) -> Inwards) = match value {
            Rvalue::List(parts) => (parts, Inwards::At),
            Rvalue::Tuple(parts) | Rvalue::Struct(_, parts) => (parts, Inwards::Part),
            _ => return,
        };
        for (number, local) in (0..).zip(parts.iter().map(Operand::local)) {
            let from = local.filter(|local| self.view.ty(*local).is(Builtin::Task)).map(Handle::of);
            let dest = Handle { local: dest, part: Some(step(number)) };
            self.events.extend(from.map(|from| Event::Handle { dest, from: Some(from) }));
        }
    }

    /// What else is known of a list of tasks, or of an iterator over one.
    fn track_list(&mut self, dest: Local, value: &Rvalue) {
        if let Rvalue::Iterate(Operand::Local(list)) = value
            && is_list_of_tasks(self.view.ty(*list))
        {
            self.events.push(Event::Walk { iterator: dest, list: *list });
        }
        if !is_list_of_tasks(self.view.ty(dest)) {
            return;
        }
        let from = match value {
            Rvalue::Use(from) | Rvalue::Convert(_, from) => from.local(),
            _ => None,
        };
        self.events.push(Event::HandleList { dest, from });
        if let Rvalue::List(parts) = value {
            let tasks = parts.iter().filter_map(Operand::local);
            self.events.extend(tasks.map(|task| Event::Gather { task, list: dest }));
        }
    }

    /// What a call does with tasks in lists.
    pub(super) fn call_on_tasks(&mut self, dest: Local, callee: &Callee, args: &[Operand]) {
        let local = |position: usize| args.get(position).and_then(Operand::local);
        use Intrinsic as I;
        match callee {
            Callee::Intrinsic(I::MutableListAppend) => {
                if let (Some(list), Some(task)) = (local(0), local(1)) {
                    self.events.push(Event::Gather { task, list });
                }
            }
            Callee::Intrinsic(I::ListCollect | I::ListNew | I::MutableListNew)
                if is_list_of_tasks(self.view.ty(dest)) =>
            {
                self.events.push(Event::HandleList { dest, from: local(0) });
            }
            Callee::Intrinsic(I::JoinAll) => {
                self.events.extend(local(0).map(|handle| Event::Ended { handle }));
            }
            Callee::Item(item) => {
                let joins = self.view.summaries_of(*item).first().map(|summary| &summary.joins);
                let joined = joins.into_iter().flatten().filter_map(|at| local(*at as usize));
                self.events.extend(joined.map(|handle| Event::Ended { handle }));
            }
            _ => {}
        }
    }

    /// A list that something may have been taken out of gathers nothing any more.
    pub(super) fn scatter(&mut self) {
        let lists = self.state.gathering();
        if lists.is_empty() {
            return;
        }
        let changed = |event: &Event| match event {
            Event::Touch(touch) => match touch.kind {
                TouchKind::Name | TouchKind::Read => None,
                TouchKind::Change | TouchKind::Give(_) => Some(touch.area.place.holder),
            },
            Event::Take { area, taken, .. } => {
                (taken.mode == Mode::Change).then_some(area.place.holder)
            }
            _ => None,
        };
        let batches = [&self.events, &self.again, &self.afterwards];
        let changed: Vec<Holder> = batches.into_iter().flatten().filter_map(changed).collect();
        // A list that nothing names any more is known by the loop that walks it.
        let is_changed = |list: &Local| {
            let names = [*list].into_iter().chain(self.state.walks_of(*list));
            names.filter_map(|name| self.view.holders.local(name)).any(|list| {
                changed.iter().any(|changed| self.state.may_be_changed_with(*changed, list))
            })
        };
        let scattered: Vec<Local> = lists.into_iter().filter(is_changed).collect();
        let scatter = |dest| Event::HandleList { dest, from: None };
        self.events.extend(scattered.into_iter().map(scatter));
    }
}
