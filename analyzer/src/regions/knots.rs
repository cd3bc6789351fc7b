//! Whether what a lock guards may hold a value twice: what is taken out of it may then still be in there.
//!
//! Which lock it is, nobody knows: it was made elsewhere. So what any function of the program puts into
//! some lock, or changes in what one lends, counts for all locks that guard something of that type.
//!
//! What it is not: what holds a value twice. Each body's summary tells where it saw that.

use crate::Db;
use crate::SourceFile;
use crate::diagnostics::Site;
use crate::items::{FieldSignature, ItemId, NodeIndex, file_items, signature};
use crate::mir::{OpKind, Point};
use crate::regions::functions::may_be;
use crate::regions::view::{HELD_DEPTH_MAX, View};
use crate::ty::{Ownership, Ty, ownership};

/// Where something that holds a value twice may come to a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Knot {
    ty: Ty,
    item: ItemId,
}

impl Knot {
    /// The first such place in its item.
    pub(super) fn site(&self, db: &dyn Db) -> Site {
        let placed = super::placed_circle_of(db, self.item);
        let bodies = placed.map_or(&[][..], |circle| circle.bodies(self.item));
        let mut knots = bodies.iter().flat_map(|body| &body.knots);
        let at = knots.find(|(ty, _)| *ty == self.ty).map(|(_, at)| *at);
        Site::whole(self.item, at.unwrap_or(NodeIndex::ITEM))
    }
}

/// What the lock guards that was taken there.
pub(super) fn guarded<'a>(view: &'a View<'_>, loan: Point) -> Option<&'a Ty> {
    match view.op(loan)? {
        OpKind::EnterLock { loan, .. } => Some(view.ty(*loan)),
        _ => None,
    }
}

/// Where what the lock guards that was taken there may have got something that holds a value twice.
pub(super) fn of_loan<'db>(view: &View<'db>, loan: Point) -> Option<&'db Knot> {
    let (db, file) = (view.db, view.owner().file(view.db));
    let ty = guarded(view, loan);
    let concerns = |knot: &&Knot| {
        ty.is_none_or(|ty| {
            holds(db, ty, &knot.ty, HELD_DEPTH_MAX) || holds(db, &knot.ty, ty, HELD_DEPTH_MAX)
        })
    };
    match file.package(db) {
        Some(package) => {
            package.files(db).values().flat_map(|file| in_file(db, *file)).find(concerns)
        }
        None => in_file(db, file).iter().find(concerns),
    }
}

/// Whether something owned may be taken out of a value of the type.
pub(super) fn has_owned_parts(db: &dyn Db, ty: &Ty) -> bool {
    let is_owned = |ty: &Ty| ownership(db, ty) == Ownership::Owned;
    match ty {
        Ty::Builtin(_, args) | Ty::Tuple(args) => args.iter().any(is_owned),
        Ty::Adt(item, args) => {
            let fields = signature(db, *item).as_struct().map(|of| &of.fields);
            let has_owned = |fields: &Vec<FieldSignature>| fields.iter().any(|of| is_owned(&of.ty));
            args.iter().any(is_owned) || fields.is_none_or(has_owned)
        }
        _ => is_owned(ty),
    }
}

#[salsa::tracked]
fn in_file(db: &dyn Db, file: SourceFile) -> Vec<Knot> {
    let items = file_items(db, file).ids(db).filter(|item| item.kind(db).has_body());
    let knots = items.flat_map(|item| {
        let bodies = super::bodies(db, item).iter();
        let knots = bodies.flat_map(|body| &body.knots);
        knots.map(move |(ty, _)| Knot { ty: ty.clone(), item })
    });
    knots.collect()
}

/// Whether a value of the one type may be, or have in it, one of the other.
fn holds(db: &dyn Db, around: &Ty, wanted: &Ty, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    let part =
        |part: &Ty| ownership(db, part) == Ownership::Owned && holds(db, part, wanted, depth);
    may_be(around, wanted)
        || match around {
            Ty::Builtin(_, args) | Ty::Tuple(args) => args.iter().any(part),
            Ty::Adt(item, args) => {
                let fields = signature(db, *item).as_struct().map(|of| {
                    of.fields.iter().any(|field| part(&field.ty)) || args.iter().any(part)
                });
                fields.unwrap_or(true)
            }
            Ty::Fn(function) => function.mutable,
            _ => false,
        }
}
