//! What other bodies see of a declaration: types of parameters, fields and variants.

use super::{ItemId, ItemKind, module_scope};
use crate::diagnostics::Finding;
use crate::ty::{Ty, TypeParam};
use crate::{Db, Name};

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
