//! What people call registers, for messages about what tasks wait for.

use std::sync::Arc;

use weir_analyzer::mir::{Local, MirBody, OpKind, Rvalue};
use weir_analyzer::ty::Ty;

use super::Compiler;
use super::registers::Registers;

/// What people call the registers: a name, or the path that a temporary was read from.
pub(super) fn register_names(
    compiler: &Compiler<'_>,
    body: &MirBody,
    registers: &Registers,
) -> Vec<Option<Arc<str>>> {
    let mut names: Vec<Option<Arc<str>>> = body
        .locals
        .iter()
        .map(|local| local.name.as_ref().map(|name| Arc::from(name.as_str())))
        .collect();
    for op in body.blocks.iter().flat_map(|block| &block.ops) {
        let OpKind::Assign { dest, value } = &op.kind else { continue };
        if names[dest.index()].is_some() {
            continue;
        }
        let derived = derived_name(compiler, body, &names, value);
        names[dest.index()] = derived;
    }
    // Those that share a register are numbers, which nobody waits for.
    let mut named = vec![None; registers.kept as usize];
    for (local, name) in names.into_iter().enumerate() {
        let register = registers.get(Local(local as u32)).index();
        if let Some(place) = named.get_mut(register) {
            *place = name;
        }
    }
    named
}

fn derived_name(
    compiler: &Compiler<'_>,
    body: &MirBody,
    names: &[Option<Arc<str>>],
    value: &Rvalue,
) -> Option<Arc<str>> {
    let (Rvalue::Use(base)
    | Rvalue::Convert(_, base)
    | Rvalue::Iterate(base)
    | Rvalue::Field(base, _)
    | Rvalue::Index(base, _)) = value
    else {
        return None;
    };
    let local = base.local()?;
    let name = names[local.index()].clone()?;
    match value {
        Rvalue::Field(_, field) => {
            let Ty::Adt(item, _) = &body.local(local).ty else { return None };
            let signature = weir_analyzer::items::signature(compiler.db, *item);
            let field = &signature.as_struct()?.fields.get(*field as usize)?.name;
            Some(Arc::from(format!("{name}.{field}")))
        }
        Rvalue::Index(_, _) => Some(Arc::from(format!("{name}[...]"))),
        _ => Some(name),
    }
}
