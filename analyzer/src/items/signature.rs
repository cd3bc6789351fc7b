//! What other bodies see of a declaration: types of parameters, fields and variants.

use weir_syntax::ast::{self, AstNode};

use super::types::TypeLowering;
use super::{ItemId, Obligation, file_items, item_syntax};
use crate::diagnostics::Finding;
use crate::ty::{Ty, TypeParam};
use crate::{Db, FileKind, Name};

/// A declaration's face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// A function or method.
    Fn(FnSignature),
    /// A struct.
    Struct(StructSignature),
    /// An enum.
    Enum(EnumSignature),
    /// A type alias.
    Alias(Vec<TypeParamSignature>, Ty),
    /// A constant or tasklocal, by its written type.
    Value(Option<Ty>),
    /// A test or import: nothing that another body could name by it.
    Nothing,
}

/// A function's face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FnSignature {
    /// Its own type parameters.
    pub type_params: Vec<TypeParamSignature>,
    /// All parameters; a method's `self` is the first.
    pub params: Vec<ParamSignature>,
    /// What it returns.
    pub ret: Ty,
    /// Whether it has a body in Weir; the machine provides the others.
    pub has_body: bool,
}

/// A type parameter's face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeParamSignature {
    /// Its name.
    pub name: Name,
    /// `shareable` or `ordered`.
    pub bound: Option<Bound>,
}

/// What a type argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// A value or sync type.
    Shareable,
    /// A type with `<`.
    Ordered,
}

/// A parameter's face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamSignature {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Ty,
    /// Whether it is a method's receiver.
    pub is_self: bool,
    /// `move`
    pub moved: bool,
    /// `mutable`: the call changes it, a receiver or a place (signature files).
    pub mutable: bool,
    /// `*`: any number of printable values (signature files).
    pub variadic: bool,
    /// Whether it may be left out.
    pub has_default: bool,
}

/// A struct's face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructSignature {
    /// Its type parameters.
    pub type_params: Vec<TypeParamSignature>,
    /// Whether its fields may be assigned.
    pub mutable: bool,
    /// Its fields.
    pub fields: Vec<FieldSignature>,
}

/// A field's face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSignature {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Ty,
    /// Whether a construction may leave it out.
    pub has_default: bool,
}

/// An enum's face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumSignature {
    /// Its type parameters.
    pub type_params: Vec<TypeParamSignature>,
    /// Its variants.
    pub variants: Vec<VariantSignature>,
}

/// A variant's face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantSignature {
    /// Its name.
    pub name: Name,
    /// What it holds.
    pub fields: Vec<FieldSignature>,
}

impl Signature {
    /// Its type parameters.
    pub fn type_params(&self) -> &[TypeParamSignature] {
        match self {
            Self::Fn(of) => &of.type_params,
            Self::Struct(of) => &of.type_params,
            Self::Enum(of) => &of.type_params,
            Self::Alias(params, _) => params,
            Self::Value(_) | Self::Nothing => &[],
        }
    }

    /// The bound of a type parameter of this declaration.
    pub fn bound(&self, param: &TypeParam) -> Option<Bound> {
        self.type_params().get(param.index as usize).and_then(|param| param.bound)
    }

    /// As a function's.
    pub fn as_fn(&self) -> Option<&FnSignature> {
        match self {
            Self::Fn(of) => Some(of),
            _ => None,
        }
    }

    /// As a struct's.
    pub fn as_struct(&self) -> Option<&StructSignature> {
        match self {
            Self::Struct(of) => Some(of),
            _ => None,
        }
    }

    /// As an enum's.
    pub fn as_enum(&self) -> Option<&EnumSignature> {
        match self {
            Self::Enum(of) => Some(of),
            _ => None,
        }
    }
}

/// What the signature query makes of a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoweredSignature {
    /// The face.
    pub signature: Signature,
    /// What is wrong with its types.
    pub findings: Vec<Finding>,
    /// What its types have to be.
    pub obligations: Vec<Obligation>,
}

/// An alias whose type leads back to it stands for no type, which [`super::endless`] says.
fn names_itself(_db: &dyn Db, _id: salsa::Id, _item: ItemId) -> LoweredSignature {
    LoweredSignature::nothing()
}

impl LoweredSignature {
    fn nothing() -> Self {
        Self { signature: Signature::Nothing, findings: Vec::new(), obligations: Vec::new() }
    }
}

/// The item's face.
pub fn signature(db: &dyn Db, item: ItemId) -> &Signature {
    &lowered_signature(db, item).signature
}

/// The item's face and what is wrong with it. An alias that names itself has no face.
#[salsa::tracked(cycle_result = names_itself)]
pub fn lowered_signature(db: &dyn Db, item: ItemId) -> LoweredSignature {
    let Some(syntax) = item_syntax(db, item) else {
        return LoweredSignature::nothing();
    };
    let node = syntax.node();
    let mut types = TypeLowering::new(db, item, &node);
    // In signature files, methods of one name are overloads.
    if item.file(db).kind(db) != FileKind::Signatures {
        types.report_duplicates(&node);
    }
    let signature = match ast::Item::cast(node) {
        Some(ast::Item::Fn(of)) => {
            types.report_missing_self(&of);
            types.report_hidden_params(&of);
            Signature::Fn(function(&mut types, &of))
        }
        Some(ast::Item::Struct(of)) => Signature::Struct(structure(&mut types, &of)),
        Some(ast::Item::Enum(of)) => Signature::Enum(enumeration(&mut types, &of)),
        Some(ast::Item::TypeAlias(of)) => Signature::Alias(
            types.own_params(of.type_param_list()),
            of.ty().map_or(Ty::Unknown, |ty| types.parameter(&ty)),
        ),
        Some(ast::Item::Const(of)) => Signature::Value(of.ty().map(|ty| types.lower(&ty))),
        Some(ast::Item::TaskLocal(of)) => Signature::Value(Some(types.required(of.ty()))),
        _ => Signature::Nothing,
    };
    let (findings, obligations) = types.finish();
    LoweredSignature { signature, findings, obligations }
}

/// The methods of a type, by name; a prelude method may have overloads.
#[salsa::tracked]
pub fn methods(db: &dyn Db, of: ItemId) -> Vec<(Name, ItemId)> {
    let methods = file_items(db, of.file(db)).methods(db, of);
    methods.map(|item| (item.name(db), item)).collect()
}

fn function(types: &mut TypeLowering<'_>, of: &ast::Fn) -> FnSignature {
    let type_params = types.own_params(of.type_param_list());
    let params = of
        .param_list()
        .into_iter()
        .flat_map(|list| list.params())
        .map(|param| parameter(types, &param))
        .collect();
    let ret = match of.ret_type() {
        Some(ret) => types.required(ret.ty()),
        None => Ty::unit(),
    };
    FnSignature { type_params, params, ret, has_body: of.body().is_some() }
}

fn parameter(types: &mut TypeLowering<'_>, param: &ast::Param) -> ParamSignature {
    let is_self = param.is_self() || types.is_method() && text(param.name()) == "self";
    // A method of a signature file may say what type its receiver must have.
    let states_self = types.is_in_signatures() && param.ty().is_some();
    ParamSignature {
        name: text(param.name()),
        ty: match param.ty() {
            _ if is_self && !states_self => types.self_type(),
            written => written.map_or(Ty::Unknown, |ty| types.parameter(&ty)),
        },
        is_self,
        mutable: param.mutable_token().is_some(),
        moved: param.move_token().is_some(),
        variadic: param.star_token().is_some(),
        has_default: param.default().is_some(),
    }
}

fn structure(types: &mut TypeLowering<'_>, of: &ast::Struct) -> StructSignature {
    let type_params = types.own_params(of.type_param_list());
    let fields = of
        .member_list()
        .into_iter()
        .flat_map(|list| list.members())
        .filter_map(|member| match member {
            ast::Member::Field(field) => Some(FieldSignature {
                name: text(field.name()),
                ty: types.required(field.ty()),
                has_default: field.default().is_some(),
            }),
            _ => None,
        })
        .collect();
    StructSignature { type_params, mutable: of.mutable_token().is_some(), fields }
}

fn enumeration(types: &mut TypeLowering<'_>, of: &ast::Enum) -> EnumSignature {
    let type_params = types.own_params(of.type_param_list());
    let variants = of
        .variant_list()
        .into_iter()
        .flat_map(|list| list.enum_members())
        .filter_map(|member| match member {
            ast::EnumMember::Variant(variant) => Some(VariantSignature {
                name: text(variant.name()),
                fields: variant
                    .variant_field_list()
                    .into_iter()
                    .flat_map(|list| list.variant_fields())
                    .map(|field| FieldSignature {
                        name: text(field.name()),
                        ty: types.required(field.ty()),
                        has_default: false,
                    })
                    .collect(),
            }),
            _ => None,
        })
        .collect();
    EnumSignature { type_params, variants }
}

fn text(name: Option<ast::Name>) -> Name {
    name.map(|name| name.text().into()).unwrap_or_default()
}
