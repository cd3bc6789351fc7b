//! What the machine's own functions do beyond what their table says: which part of an argument
//! they touch, where they put one, and where in one their result is found.

use super::callees::Given;
use super::{Actual, ApartPlaces, Resolver, Use};
use crate::mir::{Intrinsic, ParamUse};
use crate::regions::domain::{Access, Clash, Keep, Mode};
use crate::regions::events::Called;
use crate::regions::links::{Kind, Source};
use crate::regions::paths::{Area, Path, Place, Step};
use crate::ty::{Builtin, Ownership, ownership};

impl Resolver<'_, '_> {
    /// Functions that call one which they are passed on elements, several at once.
    fn on_elements(&mut self, intrinsic: Intrinsic, actuals: &[Actual], depth: u32) {
        let (function, count) = match intrinsic {
            Intrinsic::ParallelMap => (actuals.get(1), 1),
            Intrinsic::ParallelReduce => (actuals.get(2), 2),
            _ => return,
        };
        let (Some(function), Some(items)) = (function, actuals.first()) else { return };
        let elements = items.places.iter().map(|place| place.below(Step::Item)).collect();
        let element = Actual { places: elements, name: items.name.clone(), ..Actual::default() };
        let (uses, given) = (self.effects.uses.len(), self.given_so_far());
        self.value(function, &vec![element.clone(); count], depth + 1);
        match intrinsic {
            Intrinsic::ParallelMap => self.given_as_elements(given),
            // What one call gives, another is passed.
            _ => self.twice_somewhere(given),
        }
        let changes = |used: &Use| used.mode == Some(Mode::Change);
        if self.effects.uses[uses..].iter().any(changes) {
            let access = Access::here(self.at);
            let apart = element.places.iter().map(|place| ApartPlaces {
                first: Area::all(*place),
                second: Area::all(*place),
                within: true,
                kind: Clash::Change,
                access,
                late: false,
            });
            self.effects.apart.extend(apart);
        }
    }

    /// What a function gave since then is in the result as one of its elements.
    fn given_as_elements(&mut self, since: Given) {
        let item = Path::of(Step::Item);
        let inside = |path: &mut Path, kind: &mut Kind| {
            let (below, complete) = item.then(*path);
            (*path, *kind) = (below, kind.if_complete(complete));
        };
        for source in &mut self.effects.results[since.results..] {
            inside(&mut source.to, &mut source.kind);
        }
        for link in &mut self.effects.shared[since.shared..] {
            inside(&mut link.mine, &mut link.kind);
            inside(&mut link.theirs, &mut link.kind);
        }
        for left in self.effects.left[since.left..].iter_mut().filter(|left| left.place.is_none()) {
            left.reach = left.reach.below(item);
        }
    }

    pub(super) fn intrinsic(&mut self, intrinsic: Intrinsic, actuals: &[Actual], depth: u32) {
        self.on_elements(intrinsic, actuals, depth);
        let effect = intrinsic.effect();
        let receiver = actuals.first().and_then(|actual| actual.places.first()).copied();
        for (position, actual) in actuals.iter().enumerate() {
            let (mode, keep) = match effect.param(position) {
                ParamUse::Read => (Some(Mode::Read), None),
                ParamUse::Change => (Some(Mode::Change), None),
                ParamUse::Give => (Some(Mode::Change), Some(keep(intrinsic))),
                // To put its elements somewhere is to walk it.
                ParamUse::StoreInReceiver if puts_elements(intrinsic) => (Some(Mode::Read), None),
                ParamUse::StoreInReceiver | ParamUse::Identify | ParamUse::Handle => (None, None),
            };
            let stored = effect.param(position) == ParamUse::StoreInReceiver;
            for place in actual.places.iter().copied() {
                self.effects.uses.push(Use {
                    area: Area { place, deep: !is_shallow(intrinsic, position) },
                    name: actual.name.clone(),
                    mode,
                    access: Access::here(self.at),
                    keep: keep.map(|keep| (keep, Access::here(self.at))),
                    cut: false,
                    assumed: false,
                });
                if stored && self.may_put_owned(intrinsic, actual) {
                    self.effects.stores.extend(receiver.map(|into| put(intrinsic, place, into)));
                }
                // An owned result is made of owned arguments: nothing else owned is in reach. What is frozen is
                // given, and is the result as well.
                if keep.is_none_or(|keep| keep == Keep::Frozen) {
                    let form = Form { arguments: actuals.len(), of_map: self.is_map(actual) };
                    self.effects.results.push(found(intrinsic, form, position, place));
                }
            }
        }
        let keeps_order = matches!(intrinsic, Intrinsic::MutableListAppend);
        if effect.param(0) == ParamUse::Change && !keeps_order {
            self.effects.shifts.extend(receiver.map(Area::at));
        }
    }

    /// Whether what is put into the receiver is owned: of a list, its elements are.
    fn may_put_owned(&self, intrinsic: Intrinsic, actual: &Actual) -> bool {
        let Called::Local(local) = actual.name else { return true };
        let element = self.view.ty(local).args().last();
        !puts_elements(intrinsic)
            || element.is_none_or(|ty| ownership(self.view.db, ty) == Ownership::Owned)
    }

    fn is_map(&self, actual: &Actual) -> bool {
        let Called::Local(local) = actual.name else { return false };
        matches!(self.view.ty(local).builtin(), Some(Builtin::Map | Builtin::MutableMap))
    }
}

/// Which of the forms of an intrinsic is called.
#[derive(Clone, Copy)]
struct Form {
    arguments: usize,
    /// The argument at hand is a map.
    of_map: bool,
}

/// Whether the elements of what it is given go into the receiver, and not that itself.
fn puts_elements(intrinsic: Intrinsic) -> bool {
    matches!(intrinsic, Intrinsic::MutableListExtend | Intrinsic::MutableMapUpdate)
}

/// Whether the call touches the container itself and leaves what is in it alone.
fn is_shallow(intrinsic: Intrinsic, position: usize) -> bool {
    use Intrinsic as I;
    puts_elements(intrinsic)
        || position == 0
            && matches!(
                intrinsic,
                I::Len
                    | I::ListIndex
                    | I::ListCount
                    | I::ListCollect
                    | I::OptionIsSome
                    | I::OptionIsNone
                    | I::OptionUnwrap
                    | I::ResultIsOk
                    | I::ResultIsErr
                    | I::ResultUnwrap
                    | I::Enumerate
                    | I::MutableListNew
                    | I::MutableListAppend
                    | I::MutableListInsert
                    | I::MutableListPop
                    | I::MutableListRemove
                    | I::MutableListClear
                    | I::MutableListReverse
                    | I::MutableListCopy
                    | I::MutableMapNew
                    | I::MutableMapCopy
                    | I::MapGet
                    | I::MapKeys
                    | I::MapValues
                    | I::MapItems
                    | I::MutableMapSetdefault
                    | I::MutableMapPop
                    | I::MutableMapPopitem
                    | I::MutableMapRemove
                    | I::MutableMapDiscard
                    | I::MutableMapClear
            )
}

/// Where a call puts an argument that it stores.
fn put(intrinsic: Intrinsic, from: Place, into: Place) -> (Place, Place, Kind) {
    use Intrinsic as I;
    match intrinsic {
        I::MutableListAppend | I::MutableListInsert | I::MutableMapSetdefault => {
            (from, into.below(Step::Item), Kind::Same)
        }
        I::MutableListExtend | I::MutableMapUpdate => {
            (from.below(Step::Item), into.below(Step::Item), Kind::Same)
        }
        I::OptionUnwrapOr | I::ResultUnwrapOr => (from, into.below(Step::Part(0)), Kind::Same),
        _ => (from, into, Kind::Loose),
    }
}

/// How an owned result is made of an argument.
fn found(intrinsic: Intrinsic, form: Form, position: usize, place: Place) -> Source {
    use Intrinsic as I;
    let whole = Source::whole(place.holder);
    let (item, part) = (Path::of(Step::Item), |part| Path::of(Step::Part(part)));
    let source = match intrinsic {
        I::MutableListNew
        | I::JoinAll
        | I::ListCollect
        | I::ListNew
        | I::MutableListSnapshot
        | I::MutableListFreeze
        | I::MutableMapFreeze
        | I::MutableListCopy
        | I::MutableMapCopy
        | I::SetNew
        | I::MutableSetNew
        | I::MutableSetCopy
        | I::MutableSetSnapshot
        | I::MutableSetFreeze => Source::elements(place.holder),
        I::MapNew | I::MutableMapNew if form.of_map => Source::elements(place.holder),
        I::MapValues | I::Reversed | I::Sorted => Source::rearranged(place.holder),
        I::SortedBy if position == 0 => Source::rearranged(place.holder),
        I::Min | I::Max if form.arguments == 1 => Source { from: item, ..whole },
        I::Least | I::Greatest if position == 0 => Source { from: item, ..whole },
        I::Zip => Source { from: item, to: item.then(part(position as u32)).0, ..whole },
        I::OptionUnwrap | I::ResultUnwrap => Source { from: part(0), ..whole },
        I::OptionUnwrapOr | I::ResultUnwrapOr if position == 0 => Source { from: part(0), ..whole },
        I::OptionUnwrapOr | I::ResultUnwrapOr => whole,
        I::MutableListPop | I::MutableListRemove if position == 0 => {
            Source { from: item, cut: true, ..whole }
        }
        I::MutableMapPop | I::MutableMapRemove if position == 0 => {
            Source { from: item, cut: true, ..whole }
        }
        I::MutableMapPopitem => Source { from: item, to: part(1), cut: true, ..whole },
        I::MutableMapSetdefault if position == 0 => Source { from: item, ..whole },
        I::MutableMapSetdefault => whole,
        I::MapGet if position == 0 && form.arguments > 2 => Source { from: item, ..whole },
        I::MapGet if position == 0 => Source { from: item, to: part(0), ..whole },
        I::MapGet | I::MutableMapPop => whole,
        I::Enumerate => Source { from: item, to: item.then(part(1)).0, in_place: true, ..whole },
        // Keys are not owned: it only walks the map.
        I::MapKeys => Source { kind: Kind::Spine, ..whole },
        I::MapItems => Source { from: item, to: item.then(part(1)).0, ..whole },
        _ => Source::loose(place.holder),
    };
    source.within(place)
}

fn keep(intrinsic: Intrinsic) -> Keep {
    match intrinsic {
        Intrinsic::MutexNew | Intrinsic::RwlockNew => Keep::Guarded,
        Intrinsic::MutableListFreeze
        | Intrinsic::MutableMapFreeze
        | Intrinsic::MutableSetFreeze => Keep::Frozen,
        _ => Keep::Sent,
    }
}
