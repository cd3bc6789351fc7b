//! Fields, properties and methods.

use super::context::Context;
use super::operators::is_silent;
use weir_syntax::SyntaxKind;

use super::{Function, Member};
use crate::diagnostics::{Code, EditKind, Finding, Fix, nearest, suggest};
use crate::hir::{Expr, ExprId};
use crate::items::{
    ItemId, Signature, builtin_item, is_visible, item_syntax, methods, qualified_name, signature,
};
use crate::mir::Intrinsic;
use crate::ty::{Builtin, Ty};
use crate::{FileKind, Name};

impl Context<'_> {
    /// `receiver.name` where it is not called: a field or a property.
    pub(super) fn member(&mut self, id: ExprId, receiver: ExprId, name: &Name) -> Ty {
        let ty = self.receiver(receiver, name);
        if is_silent(&ty) {
            return Ty::Unknown;
        }
        if let Some((member, ty)) = self.field(&ty, name) {
            self.result.members.insert(id, member);
            return ty;
        }
        match self.methods_named(&ty, name).first() {
            Some(_) => {
                let message = format!("`{name}` is a method and must be called");
                let site = self.site(self.at(id));
                let call = Fix::suggested("call it", site, EditKind::After("()".to_owned()));
                let help = format!("write `.{name}(…)`");
                let finding = Finding::new(Code::T004, site, message).help(help);
                let call = self.can_be_used(&ty, name, Some(0)).then_some(call);
                self.report(call.into_iter().fold(finding, Finding::fix));
            }
            None => self.unknown_member(id, &ty, name, None),
        }
        Ty::Unknown
    }

    /// The receiver's type; a task is joined unless the name is a method of tasks.
    pub(super) fn receiver(&mut self, receiver: ExprId, name: &Name) -> Ty {
        let ty = self.expr(receiver, None);
        let ty = self.table.shallow(&ty);
        if ty.is(Builtin::Task) && self.methods_named(&ty, name).is_empty() {
            return self.joined(receiver, &ty);
        }
        if let Ty::Var(_) = ty {
            let message = format!("the type before `.{name}` cannot be told yet");
            let help = "write the type where the name is first assigned";
            self.mistake(Code::T005, self.at(receiver), message, help);
            return Ty::Unknown;
        }
        ty
    }

    /// A field of a program's struct, or a property of a prelude type.
    pub(super) fn field(&mut self, ty: &Ty, name: &Name) -> Option<(Member, Ty)> {
        let owner = self.type_item(ty)?;
        let of = signature(self.db, owner).as_struct()?;
        let index = of.fields.iter().position(|field| field.name == *name)?;
        let field_ty = of.fields[index].ty.substitute(owner, ty.args());
        let member = match ty {
            Ty::Builtin(builtin, _) => {
                Member::Property(Intrinsic::from_name(&format!("{}.{name}", builtin.name()))?)
            }
            _ => Member::Field(index as u32),
        };
        Some((member, field_ty))
    }

    /// The item that declares a type's members.
    pub(super) fn type_item(&self, ty: &Ty) -> Option<ItemId> {
        match ty {
            Ty::Builtin(builtin, _) => builtin_item(self.db, *builtin),
            Ty::Adt(item, _) => Some(*item),
            _ => None,
        }
    }

    /// The type's methods of that name: one, or the overloads of a prelude method.
    pub(super) fn methods_named(&self, ty: &Ty, name: &str) -> Vec<ItemId> {
        let Some(owner) = self.type_item(ty) else { return Vec::new() };
        let named = methods(self.db, owner).iter().filter(|(method, _)| method == name);
        let visible = named.filter(|(_, item)| is_visible(self.db, self.item.file(self.db), *item));
        visible.map(|(_, item)| *item).collect()
    }

    /// What a method's item is called as.
    pub(super) fn function(&mut self, item: ItemId) -> Option<Function> {
        let Signature::Fn(of) = signature(self.db, item) else { return None };
        if of.has_body || item.file(self.db).kind(self.db) != FileKind::Signatures {
            return Some(Function::Item(item));
        }
        Intrinsic::from_name(&qualified_name(self.db, item)).map(Function::Intrinsic)
    }

    /// A member that the type does not have; `args` of a call of it.
    pub(super) fn unknown_member(&mut self, id: ExprId, ty: &Ty, name: &Name, args: Option<usize>) {
        if self.is_unread(ty) {
            return;
        }
        let shown = self.show(ty);
        let message = format!("`{shown}` has no field or method called `{name}`");
        let finding = Finding::new(Code::T003, self.site(self.at(id)), message);
        let habit = ty.builtin().and_then(|of| super::habits::meant(of, name));
        if let Some(help) = habit {
            return self.report(finding.help(help));
        }
        let known = self.member_names(ty);
        let fits = |close: &str| self.can_be_used(ty, close, args);
        let fitting = known.iter().filter(|close| fits(close)).map(Name::as_str);
        let close =
            suggest(name, fitting).or_else(|| suggest(name, known.iter().map(Name::as_str)));
        let finding = match close {
            Some(close) => {
                // A place names its base: the member has no expression of its own.
                let is_own = matches!(&self.body.exprs[id], Expr::Member(_, own) if own == name);
                let finding = finding.help(format!("did you mean `{close}`?"));
                let can_be_put = is_own && fits(close);
                let rename = can_be_put.then(|| Fix::rename(self.site(self.at(id)), close));
                rename.into_iter().fold(finding, Finding::fix)
            }
            None if known.is_empty() => finding,
            None => {
                let few = nearest(name, known.iter().map(Name::as_str));
                let among = if few.len() < known.len() { "among others " } else { "" };
                finding.help(format!("it has {among}`{}`", few.join("`, `")))
            }
        };
        self.report(finding);
    }

    /// Whether the type's declaration could not be read in full: it may have any member, and be mutable.
    pub(super) fn is_unread(&self, ty: &Ty) -> bool {
        let Ty::Adt(item, _) = ty else { return false };
        let Some(declaration) = item_syntax(self.db, *item).map(|syntax| syntax.node()) else {
            return false;
        };
        let mut own = declaration.children_with_tokens();
        let has_keyword = own.any(|element| {
            use SyntaxKind::{EnumKeyword, StructKeyword};
            matches!(element.kind(), EnumKeyword | StructKeyword)
        });
        !has_keyword || declaration.children().any(|child| child.kind() == SyntaxKind::Error)
    }

    /// Whether a member can be used so: a field as a value, a method in a call with so many arguments.
    fn can_be_used(&self, ty: &Ty, name: &str, args: Option<usize>) -> bool {
        let Some(given) = args else { return self.methods_named(ty, name).is_empty() };
        self.methods_named(ty, name).iter().any(|method| {
            let Some(of) = signature(self.db, *method).as_fn() else { return false };
            let params = super::methods::method_params(of);
            let needed = params.iter().filter(|param| !param.has_default && !param.variadic);
            let any_number = params.iter().any(|param| param.variadic);
            needed.count() <= given && (any_number || given <= params.len())
        })
    }

    fn member_names(&self, ty: &Ty) -> Vec<Name> {
        let Some(owner) = self.type_item(ty) else { return Vec::new() };
        let mut names: Vec<Name> = match signature(self.db, owner) {
            Signature::Struct(of) => of.fields.iter().map(|field| field.name.clone()).collect(),
            _ => Vec::new(),
        };
        let file = self.item.file(self.db);
        let visible =
            methods(self.db, owner).iter().filter(|(_, item)| is_visible(self.db, file, *item));
        names.extend(visible.map(|(name, _)| name.clone()));
        names.dedup();
        names
    }
}
