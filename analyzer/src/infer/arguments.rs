//! Arguments: which goes where, and whether its type fits.

use super::coerce::Expectation;
use super::context::Context;
use super::{Coercion, PlannedArg};
use crate::Name;
use crate::diagnostics::{Code, EditKind, Finding, Fix, Part, Site, count, suggest};
use crate::hir::{Arg, ExprId, Target};
use crate::ty::{Builtin, Ty};

/// A parameter to be filled, whatever declares it.
pub(super) struct Slot {
    pub(super) name: Name,
    pub(super) ty: Ty,
    /// What it is when left out.
    pub(super) default: Option<PlannedArg>,
    pub(super) variadic: bool,
    /// Whether it is a place that the call changes.
    pub(super) is_place: bool,
    /// Where the program declares it.
    pub(super) declared: Option<Site>,
}

/// Where a written argument goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// To the parameter at this position.
    Slot(usize),
    /// To the variadic parameter at this position, with others.
    Rest(usize),
    /// Nowhere: no parameter is left for it, or has its name.
    None,
}

fn places(slots: &[Slot], args: &[Arg]) -> Vec<Place> {
    let mut taken = vec![false; slots.len()];
    let mut next = 0;
    let place = |arg: &Arg| {
        let position = match &arg.name {
            None if slots.get(next).is_some_and(|slot| slot.variadic) => return Place::Rest(next),
            None => Some(next).filter(|next| *next < slots.len()),
            Some(given) => slots.iter().position(|slot| slot.name == *given && !given.is_empty()),
        };
        match position.filter(|position| !taken[*position]) {
            Some(position) => {
                taken[position] = true;
                next = next.max(position + 1);
                Place::Slot(position)
            }
            None => Place::None,
        }
    };
    args.iter().map(place).collect()
}

impl Context<'_> {
    /// Puts the written arguments into the slots, in the order of the slots.
    pub(super) fn arguments(
        &mut self,
        id: ExprId,
        name: &str,
        slots: &[Slot],
        args: &[Arg],
    ) -> Vec<PlannedArg> {
        let places = places(slots, args);
        let lacks = |position: usize| !places.contains(&Place::Slot(position));
        let is_needed = |slot: &Slot| slot.default.is_none() && !slot.variadic;
        let missing: Vec<&Name> = slots
            .iter()
            .enumerate()
            .filter(|(position, slot)| is_needed(slot) && lacks(*position))
            .map(|(_, slot)| &slot.name)
            .collect();
        let is_surplus = places.contains(&Place::None);
        // Which value was meant for which parameter is not known when their number is wrong.
        let sound = !is_surplus && missing.is_empty();
        let mut given: Vec<Option<ExprId>> = vec![None; slots.len()];
        let mut rest = Vec::new();
        let mut told = false;
        for (arg, place) in args.iter().zip(&places) {
            match *place {
                Place::Rest(position) => {
                    self.argument(name, &slots[position], arg.value);
                    rest.push(arg.value);
                }
                Place::Slot(position) if sound => {
                    self.argument(name, &slots[position], arg.value);
                    given[position] = Some(arg.value);
                }
                Place::Slot(position) => self.unsure_argument(&slots[position], arg.value),
                // One of several too many is enough.
                Place::None if told && arg.name.is_none() => drop(self.value(arg.value, None)),
                Place::None => {
                    self.surplus(name, slots, &places, arg);
                    told = true;
                }
            }
        }
        if !missing.is_empty() && !is_surplus {
            self.missing_arguments(id, name, slots, &missing);
        }
        let planned = |(slot, given): (&Slot, &Option<ExprId>)| match given {
            Some(value) => Some(PlannedArg::Given(*value)),
            None if slot.variadic => Some(PlannedArg::Rest(std::mem::take(&mut rest))),
            None => slot.default.clone(),
        };
        slots.iter().zip(&given).filter_map(planned).collect()
    }

    /// An argument of a call with too few or too many: it may be meant for another parameter.
    fn unsure_argument(&mut self, slot: &Slot, value: ExprId) {
        let actual = self.given(value, Some(&slot.ty));
        if slot.ty.is(Builtin::Scope) {
            self.lent.insert(value);
        }
        self.table.unify(&actual, &slot.ty);
    }

    fn argument(&mut self, name: &str, slot: &Slot, value: ExprId) {
        let why = || match slot.name.as_str() {
            "" => "the parameter here takes".to_owned(),
            param => format!("the parameter `{param}` of `{name}` takes"),
        };
        if slot.is_place {
            return self.place_argument(name, slot, value);
        }
        if self.table.shallow(&slot.ty).is(Builtin::Scope) {
            self.lent.insert(value);
        }
        match slot.ty.builtin() {
            Some(Builtin::Any) => {
                let ty = self.given(value, None);
                self.joined(value, &ty);
            }
            Some(Builtin::Iterable) => self.walked_argument(value, &slot.ty, &why()),
            _ => {
                let actual = self.given(value, Some(&slot.ty));
                if !self.fits(value, &actual, &slot.ty) {
                    let label = || format!("`{}` is declared here", slot.name);
                    let place = slot.declared.map(|site| (site, label()));
                    let why = why();
                    let expected = Expectation::new(&slot.ty, &why).at(place);
                    self.mismatch(value, &actual, expected);
                }
            }
        }
    }

    /// A place that may be assigned: a field, an element, or a name of this very body.
    fn place_argument(&mut self, name: &str, slot: &Slot, value: ExprId) {
        let frame = self.frames.last().map(|state| state.frame);
        let target = self.body.target(value).filter(|target| match target {
            Target::Local(local) => Some(self.body.locals[*local].frame) == frame,
            _ => true,
        });
        let Some(target) = target else {
            self.value(value, None);
            let message = format!("`{name}` changes a place, and this is none");
            let help = "name a field, `o.field`, an element, `xs[i]`, or a name of this body";
            return self.mistake(Code::T004, self.at(value), message, help);
        };
        let ty = self.target_type(&target).unwrap_or(Ty::Unknown);
        self.result.exprs.insert(value, ty.clone());
        self.table.unify(&slot.ty, &ty);
    }

    /// The type of an argument, which an overload may have asked for before.
    fn given(&mut self, value: ExprId, expected: Option<&Ty>) -> Ty {
        match self.ahead.remove(&value) {
            Some(ty) => ty,
            None => self.expr(value, expected),
        }
    }

    /// Whatever `for` can walk goes where the prelude takes an `iterable[T]`.
    fn walked_argument(&mut self, value: ExprId, wanted: &Ty, why: &str) {
        self.walked = Some(value);
        let as_list = Ty::of(Builtin::List, wanted.arg(0));
        let actual = self.given(value, Some(&as_list));
        let found = self.joined(value, &actual);
        if let Ty::Var(_) = found {
            self.table.unify(&found, &as_list);
            return;
        }
        match self.element_type(&found) {
            Some(element) if self.table.unify(&element, &wanted.arg(0)) => {}
            _ => return self.mismatch(value, &found, Expectation::new(wanted, why)),
        }
        if matches!(found.builtin(), Some(Builtin::Channel | Builtin::Receiver)) {
            self.add(value, Coercion::Gather);
        }
    }

    fn surplus(&mut self, name: &str, slots: &[Slot], places: &[Place], arg: &Arg) {
        self.value(arg.value, None);
        let part = if arg.name.is_some() { Part::ArgumentName } else { Part::Whole };
        let site = self.site(self.at(arg.value)).part(part);
        let takes = count(slots.len(), "argument");
        let message = match &arg.name {
            Some(given) if slots.iter().any(|slot| slot.name == *given) => {
                format!("`{name}` is given a value for `{given}` twice")
            }
            Some(given) => format!("`{name}` has no parameter called `{given}`"),
            None => format!("`{name}` takes {takes}, and this is one too many"),
        };
        let names: Vec<&str> =
            slots.iter().map(|slot| slot.name.as_str()).filter(|name| !name.is_empty()).collect();
        let meant = arg.name.as_ref().and_then(|given| suggest(given, names.iter().copied()));
        let is_free = |(position, slot): (usize, &Slot)| {
            meant == Some(slot.name.as_str()) && !places.contains(&Place::Slot(position))
        };
        let mut finding = Finding::new(Code::T002, site, message);
        if let Some(meant) = meant.filter(|_| slots.iter().enumerate().any(is_free)) {
            let kind = EditKind::Replace(meant.to_owned());
            finding = finding.fix(Fix::suggested(format!("write `{meant}`"), site, kind));
        }
        let is_provided = slots.iter().all(|slot| slot.declared.is_none());
        let habit = super::habits::argument(name, arg.name.as_deref()).filter(|_| is_provided);
        let help = match (habit, meant) {
            (Some(habit), _) => habit.to_owned(),
            (None, Some(meant)) => format!("did you mean `{meant}`?"),
            (None, None) if names.is_empty() => "leave it out".to_owned(),
            (None, None) => format!("its parameters are `{}`", names.join("`, `")),
        };
        self.report(finding.help(help));
    }

    fn missing_arguments(&mut self, id: ExprId, name: &str, slots: &[Slot], missing: &[&Name]) {
        let named: Vec<String> = missing
            .iter()
            .filter(|name| !name.is_empty())
            .map(|name| format!("`{name}`"))
            .collect();
        let message = match named.len() {
            0 => format!("`{name}` takes {}, and some are missing", count(slots.len(), "argument")),
            1 => format!("`{name}` needs a value for {}", named[0]),
            _ => format!("`{name}` needs values for {}", named.join(", ")),
        };
        let help = match missing.first().filter(|name| !name.is_empty()) {
            Some(first) => format!("write it in its place, or by name: `{first}=…`"),
            None => "write a value for each parameter".to_owned(),
        };
        self.mistake(Code::T002, self.at(id), message, &help);
    }
}
