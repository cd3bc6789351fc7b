//! Type variables and their unification.
//!
//! Invariant: a bound variable leads to a type that does not contain it.

use std::sync::Arc;

use crate::ty::{FnTy, Ty, TyArgs, TyVar};

/// What each variable of one inference is bound to.
#[derive(Default)]
pub(super) struct Table {
    bindings: Vec<Option<Ty>>,
}

impl Table {
    /// A variable that nothing is known of.
    pub(super) fn fresh(&mut self) -> Ty {
        self.bindings.push(None);
        Ty::Var(TyVar(self.bindings.len() as u32 - 1))
    }

    /// Follows bound variables at the type's head.
    pub(super) fn shallow(&self, ty: &Ty) -> Ty {
        self.head(ty).clone()
    }

    /// As [`Self::shallow`], lent.
    pub(super) fn head<'a>(&'a self, mut ty: &'a Ty) -> &'a Ty {
        while let Ty::Var(var) = ty
            && let Some(bound) = &self.bindings[var.0 as usize]
        {
            ty = bound;
        }
        ty
    }

    /// Follows bound variables everywhere; unbound ones stay.
    pub(super) fn resolve(&self, ty: &Ty) -> Ty {
        if !ty.has_variables() {
            return ty.clone();
        }
        ty.map_leaves(&mut |leaf| match leaf {
            Ty::Var(_) => match self.shallow(leaf) {
                var @ Ty::Var(_) => Some(var),
                bound => Some(self.resolve(&bound)),
            },
            _ => None,
        })
    }

    /// As [`Self::resolve`], with unbound variables as [`Ty::Unknown`].
    pub(super) fn finish(&self, ty: &Ty) -> Ty {
        let ty = self.resolve(ty);
        if !ty.has_variables() {
            return ty;
        }
        ty.map_leaves(&mut |leaf| match leaf {
            Ty::Var(_) => Some(Ty::Unknown),
            _ => None,
        })
    }

    /// Whether an unbound variable is left in the type.
    pub(super) fn is_open(&self, ty: &Ty) -> bool {
        self.resolve(ty).has_variables()
    }

    /// Makes the two types one, if they can be.
    pub(super) fn unify(&mut self, left: &Ty, right: &Ty) -> bool {
        let (left, right) = (self.head(left), self.head(right));
        if left.is_simple() && right.is_simple() {
            return left == right;
        }
        let (left, right) = (left.clone(), right.clone());
        match (&left, &right) {
            (Ty::Var(a), Ty::Var(b)) if a == b => true,
            (Ty::Var(var), other) | (other, Ty::Var(var)) => self.bind(*var, other),
            (Ty::Unknown | Ty::Never, _) | (_, Ty::Unknown | Ty::Never) => true,
            (Ty::Builtin(a, left), Ty::Builtin(b, right)) => a == b && self.unify_all(left, right),
            (Ty::Adt(a, left), Ty::Adt(b, right)) => a == b && self.unify_all(left, right),
            (Ty::Tuple(left), Ty::Tuple(right)) => self.unify_all(left, right),
            (Ty::Fn(left), Ty::Fn(right)) => self.unify_fns(left, right),
            (Ty::Param(a), Ty::Param(b)) => a == b,
            _ => false,
        }
    }

    /// A `fn` goes where a `mutable fn` is asked for: it captures less.
    fn unify_fns(&mut self, left: &Arc<FnTy>, right: &Arc<FnTy>) -> bool {
        (!left.mutable || right.mutable)
            && self.unify_all(&left.params, &right.params)
            && self.unify(&left.ret, &right.ret)
    }

    fn unify_all(&mut self, left: &TyArgs, right: &TyArgs) -> bool {
        left.len() == right.len()
            && left.iter().zip(right.iter()).all(|(left, right)| self.unify(left, right))
    }

    fn bind(&mut self, var: TyVar, ty: &Ty) -> bool {
        let ty = self.resolve(ty);
        let mut contains = false;
        ty.map_leaves(&mut |leaf| {
            contains |= *leaf == Ty::Var(var);
            None
        });
        // `never` alone says nothing of the others that meet here.
        if contains || ty == Ty::Never {
            return !contains;
        }
        self.bindings[var.0 as usize] = Some(ty);
        true
    }
}
