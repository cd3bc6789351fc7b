//! Types as people write them.

use super::{Builtin, Ty};
use crate::Db;

/// The type as the source would write it.
pub fn display(db: &dyn Db, ty: &Ty) -> String {
    match ty {
        Ty::Unknown => "?".to_owned(),
        Ty::Never => "never".to_owned(),
        Ty::Builtin(Builtin::Unit, _) => "()".to_owned(),
        Ty::Builtin(builtin, args) => applied(db, builtin.name(), args),
        Ty::Adt(item, args) => applied(db, &item.name(db), args),
        Ty::Tuple(args) if args.len() == 1 => format!("({},)", display_list(db, args)),
        Ty::Tuple(args) => format!("({})", display_list(db, args)),
        Ty::Fn(function) => {
            let mutable = if function.mutable { "mutable " } else { "" };
            let params = display_list(db, &function.params);
            match &function.ret {
                ret if ret.is(Builtin::Unit) => format!("{mutable}fn({params})"),
                ret => format!("{mutable}fn({params}) -> {}", display(db, ret)),
            }
        }
        Ty::Param(param) => param.name.to_string(),
        Ty::Var(_) => "…".to_owned(),
    }
}

/// Types with commas between.
pub fn display_list(db: &dyn Db, types: &[Ty]) -> String {
    types.iter().map(|ty| display(db, ty)).collect::<Vec<_>>().join(", ")
}

fn applied(db: &dyn Db, name: &str, args: &[Ty]) -> String {
    if args.is_empty() { name.to_owned() } else { format!("{name}[{}]", display_list(db, args)) }
}
