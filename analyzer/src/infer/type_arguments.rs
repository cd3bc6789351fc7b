//! Type arguments of calls: as many as are declared, each within its bound.

use super::context::Context;
use crate::hir::ExprId;
use crate::items::{ItemId, TypeParamSignature, wrong_type_args};
use crate::ty::Ty;

impl Context<'_> {
    /// The type arguments of a call: as written, or to be found; each must meet its bound.
    pub(super) fn type_args(
        &mut self,
        id: ExprId,
        item: ItemId,
        params: &[TypeParamSignature],
        written: Option<&[Ty]>,
    ) -> Vec<Ty> {
        let args = match written {
            Some(written) if written.len() != params.len() => {
                let (name, site) = (item.name(self.db), self.site(self.at(id)));
                self.report(wrong_type_args(site, &name, params.len(), written.len()));
                vec![Ty::Unknown; params.len()]
            }
            Some(written) => written.to_vec(),
            None => self.fresh_args(params.len()),
        };
        for (param, arg) in params.iter().zip(&args) {
            if let Some(bound) = param.bound {
                let what = format!("`{}`", item.name(self.db));
                self.require(arg.clone(), bound, self.at(id), what);
            }
        }
        args
    }
}
