//! Made from `weir.ungram` by `tests/codegen.rs`; do not edit. `UPDATE=1 cargo test -p weir-syntax
//! --test codegen` makes it afresh.

use crate::ast::support::{self, ast_enum, ast_node};
use crate::ast::{AstChildren, AstNode};
use crate::{SyntaxKind, SyntaxNode, SyntaxToken};

ast_node! {
    #[doc = "`SourceFile = Item*`"]
    SourceFile
}

impl SourceFile {
    /// All `Item` children.
    pub fn items(&self) -> AstChildren<Item> {
        support::children(self.syntax())
    }
}

ast_enum! {
    #[doc = "`Item = Import | FromImport | Const | TaskLocal | TypeAlias | Struct | Enum | Fn | Test`"]
    Item {
        Import,
        FromImport,
        Const,
        TaskLocal,
        TypeAlias,
        Struct,
        Enum,
        Fn,
        Test,
    }
}

ast_node! {
    #[doc = "`Import = 'import' ModulePath Rename?`"]
    Import
}

impl Import {
    /// The first `ImportKeyword` token.
    pub fn import_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ImportKeyword)
    }

    /// The first `ModulePath` child.
    pub fn module_path(&self) -> Option<ModulePath> {
        support::child(self.syntax())
    }

    /// The first `Rename` child.
    pub fn rename(&self) -> Option<Rename> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`FromImport = 'from' ModulePath 'import' '('? (ImportName (',' ImportName)* ','?) ')'?`"]
    FromImport
}

impl FromImport {
    /// The first `FromKeyword` token.
    pub fn from_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::FromKeyword)
    }

    /// The first `ModulePath` child.
    pub fn module_path(&self) -> Option<ModulePath> {
        support::child(self.syntax())
    }

    /// The first `ImportKeyword` token.
    pub fn import_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ImportKeyword)
    }

    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// All `ImportName` children.
    pub fn import_names(&self) -> AstChildren<ImportName> {
        support::children(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_node! {
    #[doc = "`Const = 'const' Name (':' Type)? '=' value:Expr`"]
    Const
}

impl Const {
    /// The first `ConstKeyword` token.
    pub fn const_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ConstKeyword)
    }

    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Type` child.
    pub fn ty(&self) -> Option<Type> {
        support::child(self.syntax())
    }

    /// The first `Equals` token.
    pub fn equals_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Equals)
    }

    /// The first `Expr` child.
    pub fn value(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`TaskLocal = 'tasklocal' Name ':' Type '=' value:Expr`"]
    TaskLocal
}

impl TaskLocal {
    /// The first `TasklocalKeyword` token.
    pub fn tasklocal_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::TasklocalKeyword)
    }

    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Type` child.
    pub fn ty(&self) -> Option<Type> {
        support::child(self.syntax())
    }

    /// The first `Equals` token.
    pub fn equals_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Equals)
    }

    /// The first `Expr` child.
    pub fn value(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`TypeAlias = 'type' Name TypeParamList? '=' Type`"]
    TypeAlias
}

impl TypeAlias {
    /// The first `TypeKeyword` token.
    pub fn ty_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::TypeKeyword)
    }

    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `TypeParamList` child.
    pub fn type_param_list(&self) -> Option<TypeParamList> {
        support::child(self.syntax())
    }

    /// The first `Equals` token.
    pub fn equals_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Equals)
    }

    /// The first `Type` child.
    pub fn ty(&self) -> Option<Type> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`Struct = 'mutable'? 'struct' Name TypeParamList? ':' MemberList`"]
    Struct
}

impl Struct {
    /// The first `MutableKeyword` token.
    pub fn mutable_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::MutableKeyword)
    }

    /// The first `StructKeyword` token.
    pub fn struct_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::StructKeyword)
    }

    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `TypeParamList` child.
    pub fn type_param_list(&self) -> Option<TypeParamList> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `MemberList` child.
    pub fn member_list(&self) -> Option<MemberList> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`Enum = 'enum' Name TypeParamList? ':' VariantList`"]
    Enum
}

impl Enum {
    /// The first `EnumKeyword` token.
    pub fn enum_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::EnumKeyword)
    }

    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `TypeParamList` child.
    pub fn type_param_list(&self) -> Option<TypeParamList> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `VariantList` child.
    pub fn variant_list(&self) -> Option<VariantList> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`Fn = 'fn' Name TypeParamList? ParamList RetType? (':' body:Block)?`"]
    Fn
}

impl Fn {
    /// The first `FnKeyword` token.
    pub fn fn_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::FnKeyword)
    }

    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `TypeParamList` child.
    pub fn type_param_list(&self) -> Option<TypeParamList> {
        support::child(self.syntax())
    }

    /// The first `ParamList` child.
    pub fn param_list(&self) -> Option<ParamList> {
        support::child(self.syntax())
    }

    /// The first `RetType` child.
    pub fn ret_type(&self) -> Option<RetType> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`Test = 'test' title:'#string' ':' body:Block`"]
    Test
}

impl Test {
    /// The first `TestKeyword` token.
    pub fn test_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::TestKeyword)
    }

    /// The first `StringLiteral` token.
    pub fn title_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::StringLiteral)
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`Name = '#ident'`"]
    Name
}

impl Name {
    /// The first `Ident` token.
    pub fn ident_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Ident)
    }
}

ast_node! {
    #[doc = "`NameRef = '#ident'`"]
    NameRef
}

impl NameRef {
    /// The first `Ident` token.
    pub fn ident_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Ident)
    }
}

ast_node! {
    #[doc = "`ModulePath = segments:(NameRef ('.' NameRef)*)`"]
    ModulePath
}

impl ModulePath {
    /// All `NameRef` children.
    pub fn segments(&self) -> AstChildren<NameRef> {
        support::children(self.syntax())
    }
}

ast_node! {
    #[doc = "`Rename = 'as' Name`"]
    Rename
}

impl Rename {
    /// The first `AsKeyword` token.
    pub fn as_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::AsKeyword)
    }

    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`ImportName = NameRef Rename?`"]
    ImportName
}

impl ImportName {
    /// The first `NameRef` child.
    pub fn name_ref(&self) -> Option<NameRef> {
        support::child(self.syntax())
    }

    /// The first `Rename` child.
    pub fn rename(&self) -> Option<Rename> {
        support::child(self.syntax())
    }
}

ast_enum! {
    #[doc = "`Type = PathType | TupleType | FnType`"]
    Type {
        PathType,
        TupleType,
        FnType,
    }
}

ast_enum! {
    #[doc = "`Expr = Literal | FString | NameExpr | ParenExpr | TupleExpr | ListExpr | MapExpr | SetExpr | ListComp | MemberExpr | CallExpr | IndexExpr | UnaryExpr | BinaryExpr | ConditionalExpr | LambdaExpr | QuestionExpr | AttemptExpr | SpawnExpr | BlockingExpr`"]
    Expr {
        Literal,
        FString,
        NameExpr,
        ParenExpr,
        TupleExpr,
        ListExpr,
        MapExpr,
        SetExpr,
        ListComp,
        MemberExpr,
        CallExpr,
        IndexExpr,
        UnaryExpr,
        BinaryExpr,
        ConditionalExpr,
        LambdaExpr,
        QuestionExpr,
        AttemptExpr,
        SpawnExpr,
        BlockingExpr,
    }
}

ast_node! {
    #[doc = "`TypeParamList = '[' (TypeParam (',' TypeParam)* ','?)? ']'`"]
    TypeParamList
}

impl TypeParamList {
    /// The first `LeftBracket` token.
    pub fn left_bracket_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftBracket)
    }

    /// All `TypeParam` children.
    pub fn type_params(&self) -> AstChildren<TypeParam> {
        support::children(self.syntax())
    }

    /// The first `RightBracket` token.
    pub fn right_bracket_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightBracket)
    }
}

ast_node! {
    #[doc = "`MemberList = Member*`"]
    MemberList
}

impl MemberList {
    /// All `Member` children.
    pub fn members(&self) -> AstChildren<Member> {
        support::children(self.syntax())
    }
}

ast_enum! {
    #[doc = "`Member = Field | Fn | PassStmt`"]
    Member {
        Field,
        Fn,
        PassStmt,
    }
}

ast_node! {
    #[doc = "`Field = Name ':' Type ('=' default:Expr)?`"]
    Field
}

impl Field {
    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Type` child.
    pub fn ty(&self) -> Option<Type> {
        support::child(self.syntax())
    }

    /// The first `Equals` token.
    pub fn equals_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Equals)
    }

    /// The first `Expr` child.
    pub fn default(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`PassStmt = 'pass'`"]
    PassStmt
}

impl PassStmt {
    /// The first `PassKeyword` token.
    pub fn pass_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::PassKeyword)
    }
}

ast_node! {
    #[doc = "`VariantList = EnumMember*`"]
    VariantList
}

impl VariantList {
    /// All `EnumMember` children.
    pub fn enum_members(&self) -> AstChildren<EnumMember> {
        support::children(self.syntax())
    }
}

ast_enum! {
    #[doc = "`EnumMember = Variant | Fn | PassStmt`"]
    EnumMember {
        Variant,
        Fn,
        PassStmt,
    }
}

ast_node! {
    #[doc = "`Variant = Name VariantFieldList?`"]
    Variant
}

impl Variant {
    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `VariantFieldList` child.
    pub fn variant_field_list(&self) -> Option<VariantFieldList> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`VariantFieldList = '(' (VariantField (',' VariantField)* ','?)? ')'`"]
    VariantFieldList
}

impl VariantFieldList {
    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// All `VariantField` children.
    pub fn variant_fields(&self) -> AstChildren<VariantField> {
        support::children(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_node! {
    #[doc = "`VariantField = Name ':' Type`"]
    VariantField
}

impl VariantField {
    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Type` child.
    pub fn ty(&self) -> Option<Type> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`ParamList = '(' (Param (',' Param)* ','?)? ')'`"]
    ParamList
}

impl ParamList {
    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// All `Param` children.
    pub fn params(&self) -> AstChildren<Param> {
        support::children(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_node! {
    #[doc = "`RetType = '->' Type`"]
    RetType
}

impl RetType {
    /// The first `Arrow` token.
    pub fn arrow_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Arrow)
    }

    /// The first `Type` child.
    pub fn ty(&self) -> Option<Type> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`Block = Stmt*`"]
    Block
}

impl Block {
    /// All `Stmt` children.
    pub fn stmts(&self) -> AstChildren<Stmt> {
        support::children(self.syntax())
    }
}

ast_node! {
    #[doc = "`TypeParam = Name (':' bound:NameRef)?`"]
    TypeParam
}

impl TypeParam {
    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `NameRef` child.
    pub fn bound(&self) -> Option<NameRef> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`Param = ('move' | 'mutable' | '*')? Name (':' Type)? ('=' default:Expr)?`"]
    Param
}

impl Param {
    /// The first `MoveKeyword` token.
    pub fn move_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::MoveKeyword)
    }

    /// The first `MutableKeyword` token.
    pub fn mutable_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::MutableKeyword)
    }

    /// The first `Star` token.
    pub fn star_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Star)
    }

    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Type` child.
    pub fn ty(&self) -> Option<Type> {
        support::child(self.syntax())
    }

    /// The first `Equals` token.
    pub fn equals_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Equals)
    }

    /// The first `Expr` child.
    pub fn default(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`PathType = (NameRef ('.' NameRef)*) TypeArgList?`"]
    PathType
}

impl PathType {
    /// All `NameRef` children.
    pub fn name_refs(&self) -> AstChildren<NameRef> {
        support::children(self.syntax())
    }

    /// The first `TypeArgList` child.
    pub fn type_arg_list(&self) -> Option<TypeArgList> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`TupleType = '(' (Type (',' Type)* ','?)? ')'`"]
    TupleType
}

impl TupleType {
    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// All `Type` children.
    pub fn types(&self) -> AstChildren<Type> {
        support::children(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_node! {
    #[doc = "`FnType = 'mutable'? 'fn' FnTypeParamList RetType?`"]
    FnType
}

impl FnType {
    /// The first `MutableKeyword` token.
    pub fn mutable_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::MutableKeyword)
    }

    /// The first `FnKeyword` token.
    pub fn fn_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::FnKeyword)
    }

    /// The first `FnTypeParamList` child.
    pub fn fn_type_param_list(&self) -> Option<FnTypeParamList> {
        support::child(self.syntax())
    }

    /// The first `RetType` child.
    pub fn ret_type(&self) -> Option<RetType> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`TypeArgList = '[' (Type (',' Type)* ','?)? ']'`"]
    TypeArgList
}

impl TypeArgList {
    /// The first `LeftBracket` token.
    pub fn left_bracket_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftBracket)
    }

    /// All `Type` children.
    pub fn types(&self) -> AstChildren<Type> {
        support::children(self.syntax())
    }

    /// The first `RightBracket` token.
    pub fn right_bracket_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightBracket)
    }
}

ast_node! {
    #[doc = "`FnTypeParamList = '(' (Type (',' Type)* ','?)? ')'`"]
    FnTypeParamList
}

impl FnTypeParamList {
    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// All `Type` children.
    pub fn types(&self) -> AstChildren<Type> {
        support::children(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_enum! {
    #[doc = "`Stmt = ExprStmt | AssignStmt | PassStmt | BreakStmt | ContinueStmt | ReturnStmt | AssertStmt | DeferStmt | IfStmt | WhileStmt | ForStmt | ParallelForStmt | MatchStmt | WithStmt | ConcurrentStmt | DetachStmt | SelectStmt | BlockingStmt | Fn`"]
    Stmt {
        ExprStmt,
        AssignStmt,
        PassStmt,
        BreakStmt,
        ContinueStmt,
        ReturnStmt,
        AssertStmt,
        DeferStmt,
        IfStmt,
        WhileStmt,
        ForStmt,
        ParallelForStmt,
        MatchStmt,
        WithStmt,
        ConcurrentStmt,
        DetachStmt,
        SelectStmt,
        BlockingStmt,
        Fn,
    }
}

ast_node! {
    #[doc = "`ExprStmt = Expr`"]
    ExprStmt
}

impl ExprStmt {
    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`AssignStmt = target:Expr (':' Type)? op:('=' | '+=' | '-=' | '*=' | '/=' | '//=' | '%=') value:Expr`"]
    AssignStmt
}

impl AssignStmt {
    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Type` child.
    pub fn ty(&self) -> Option<Type> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`BreakStmt = 'break'`"]
    BreakStmt
}

impl BreakStmt {
    /// The first `BreakKeyword` token.
    pub fn break_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::BreakKeyword)
    }
}

ast_node! {
    #[doc = "`ContinueStmt = 'continue'`"]
    ContinueStmt
}

impl ContinueStmt {
    /// The first `ContinueKeyword` token.
    pub fn continue_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ContinueKeyword)
    }
}

ast_node! {
    #[doc = "`ReturnStmt = 'return' Expr?`"]
    ReturnStmt
}

impl ReturnStmt {
    /// The first `ReturnKeyword` token.
    pub fn return_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ReturnKeyword)
    }

    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`AssertStmt = 'assert' condition:Expr (',' message:Expr)?`"]
    AssertStmt
}

impl AssertStmt {
    /// The first `AssertKeyword` token.
    pub fn assert_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::AssertKeyword)
    }
}

ast_node! {
    #[doc = "`DeferStmt = 'defer' Expr`"]
    DeferStmt
}

impl DeferStmt {
    /// The first `DeferKeyword` token.
    pub fn defer_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::DeferKeyword)
    }

    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`IfStmt = 'if' condition:Expr ':' then_branch:Block ElifClause* ElseClause?`"]
    IfStmt
}

impl IfStmt {
    /// The first `IfKeyword` token.
    pub fn if_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::IfKeyword)
    }

    /// The first `Expr` child.
    pub fn condition(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn then_branch(&self) -> Option<Block> {
        support::child(self.syntax())
    }

    /// All `ElifClause` children.
    pub fn elif_clauses(&self) -> AstChildren<ElifClause> {
        support::children(self.syntax())
    }

    /// The first `ElseClause` child.
    pub fn else_clause(&self) -> Option<ElseClause> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`WhileStmt = 'while' condition:Expr ':' body:Block`"]
    WhileStmt
}

impl WhileStmt {
    /// The first `WhileKeyword` token.
    pub fn while_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::WhileKeyword)
    }

    /// The first `Expr` child.
    pub fn condition(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`ForStmt = 'for' 'move'? Pattern 'in' iterable:Expr ':' body:Block`"]
    ForStmt
}

impl ForStmt {
    /// The first `ForKeyword` token.
    pub fn for_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ForKeyword)
    }

    /// The first `MoveKeyword` token.
    pub fn move_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::MoveKeyword)
    }

    /// The first `Pattern` child.
    pub fn pattern(&self) -> Option<Pattern> {
        support::child(self.syntax())
    }

    /// The first `InKeyword` token.
    pub fn in_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::InKeyword)
    }

    /// The first `Expr` child.
    pub fn iterable(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`ParallelForStmt = 'parallel' 'for' Pattern 'in' iterable:Expr ':' body:Block`"]
    ParallelForStmt
}

impl ParallelForStmt {
    /// The first `ParallelKeyword` token.
    pub fn parallel_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ParallelKeyword)
    }

    /// The first `ForKeyword` token.
    pub fn for_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ForKeyword)
    }

    /// The first `Pattern` child.
    pub fn pattern(&self) -> Option<Pattern> {
        support::child(self.syntax())
    }

    /// The first `InKeyword` token.
    pub fn in_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::InKeyword)
    }

    /// The first `Expr` child.
    pub fn iterable(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`MatchStmt = 'match' scrutinee:Expr ':' MatchCase*`"]
    MatchStmt
}

impl MatchStmt {
    /// The first `MatchKeyword` token.
    pub fn match_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::MatchKeyword)
    }

    /// The first `Expr` child.
    pub fn scrutinee(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// All `MatchCase` children.
    pub fn match_cases(&self) -> AstChildren<MatchCase> {
        support::children(self.syntax())
    }
}

ast_node! {
    #[doc = "`WithStmt = 'with' (WithBinding | (resource:Expr ('as' Name)? WhenClause?)) ':' body:Block`"]
    WithStmt
}

impl WithStmt {
    /// The first `WithKeyword` token.
    pub fn with_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::WithKeyword)
    }

    /// The first `WithBinding` child.
    pub fn with_binding(&self) -> Option<WithBinding> {
        support::child(self.syntax())
    }

    /// The first `Expr` child.
    pub fn resource(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `AsKeyword` token.
    pub fn as_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::AsKeyword)
    }

    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `WhenClause` child.
    pub fn when_clause(&self) -> Option<WhenClause> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`ConcurrentStmt = 'concurrent' (ConcurrentOption (',' ConcurrentOption)*)? ('as' Name)? ':' body:Block ElseClause?`"]
    ConcurrentStmt
}

impl ConcurrentStmt {
    /// The first `ConcurrentKeyword` token.
    pub fn concurrent_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ConcurrentKeyword)
    }

    /// All `ConcurrentOption` children.
    pub fn concurrent_options(&self) -> AstChildren<ConcurrentOption> {
        support::children(self.syntax())
    }

    /// The first `AsKeyword` token.
    pub fn as_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::AsKeyword)
    }

    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }

    /// The first `ElseClause` child.
    pub fn else_clause(&self) -> Option<ElseClause> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`DetachStmt = 'detach' (call:Expr | (':' body:Block))`"]
    DetachStmt
}

impl DetachStmt {
    /// The first `DetachKeyword` token.
    pub fn detach_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::DetachKeyword)
    }

    /// The first `Expr` child.
    pub fn call(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`SelectStmt = 'select' ':' SelectCase* ElseClause?`"]
    SelectStmt
}

impl SelectStmt {
    /// The first `SelectKeyword` token.
    pub fn select_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::SelectKeyword)
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// All `SelectCase` children.
    pub fn select_cases(&self) -> AstChildren<SelectCase> {
        support::children(self.syntax())
    }

    /// The first `ElseClause` child.
    pub fn else_clause(&self) -> Option<ElseClause> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`BlockingStmt = 'blocking' ':' body:Block`"]
    BlockingStmt
}

impl BlockingStmt {
    /// The first `BlockingKeyword` token.
    pub fn blocking_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::BlockingKeyword)
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`ElifClause = 'elif' condition:Expr ':' Block`"]
    ElifClause
}

impl ElifClause {
    /// The first `ElifKeyword` token.
    pub fn elif_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ElifKeyword)
    }

    /// The first `Expr` child.
    pub fn condition(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn block(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`ElseClause = 'else' ':' Block`"]
    ElseClause
}

impl ElseClause {
    /// The first `ElseKeyword` token.
    pub fn else_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ElseKeyword)
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn block(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_enum! {
    #[doc = "`Pattern = WildcardPattern | NamePattern | LiteralPattern | TuplePattern | ConstructorPattern | OrPattern`"]
    Pattern {
        WildcardPattern,
        NamePattern,
        LiteralPattern,
        TuplePattern,
        ConstructorPattern,
        OrPattern,
    }
}

ast_node! {
    #[doc = "`MatchCase = 'case' Pattern MatchGuard? ':' body:Block`"]
    MatchCase
}

impl MatchCase {
    /// The first `CaseKeyword` token.
    pub fn case_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::CaseKeyword)
    }

    /// The first `Pattern` child.
    pub fn pattern(&self) -> Option<Pattern> {
        support::child(self.syntax())
    }

    /// The first `MatchGuard` child.
    pub fn match_guard(&self) -> Option<MatchGuard> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`MatchGuard = 'if' condition:Expr`"]
    MatchGuard
}

impl MatchGuard {
    /// The first `IfKeyword` token.
    pub fn if_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::IfKeyword)
    }

    /// The first `Expr` child.
    pub fn condition(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`WithBinding = NameRef '=' value:Expr`"]
    WithBinding
}

impl WithBinding {
    /// The first `NameRef` child.
    pub fn name_ref(&self) -> Option<NameRef> {
        support::child(self.syntax())
    }

    /// The first `Equals` token.
    pub fn equals_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Equals)
    }

    /// The first `Expr` child.
    pub fn value(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`WhenClause = 'when' condition:Expr`"]
    WhenClause
}

impl WhenClause {
    /// The first `WhenKeyword` token.
    pub fn when_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::WhenKeyword)
    }

    /// The first `Expr` child.
    pub fn condition(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`ConcurrentOption = '#ident' ('(' Expr ')')?`"]
    ConcurrentOption
}

impl ConcurrentOption {
    /// The first `Ident` token.
    pub fn ident_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Ident)
    }

    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_node! {
    #[doc = "`SelectCase = 'case' SelectOp SelectGuard? ':' body:Block`"]
    SelectCase
}

impl SelectCase {
    /// The first `CaseKeyword` token.
    pub fn case_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::CaseKeyword)
    }

    /// The first `SelectOp` child.
    pub fn select_op(&self) -> Option<SelectOp> {
        support::child(self.syntax())
    }

    /// The first `SelectGuard` child.
    pub fn select_guard(&self) -> Option<SelectGuard> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_enum! {
    #[doc = "`SelectOp = SelectReceive | SelectClosed | SelectTimeout | SelectCall`"]
    SelectOp {
        SelectReceive,
        SelectClosed,
        SelectTimeout,
        SelectCall,
    }
}

ast_node! {
    #[doc = "`SelectGuard = 'if' condition:Expr`"]
    SelectGuard
}

impl SelectGuard {
    /// The first `IfKeyword` token.
    pub fn if_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::IfKeyword)
    }

    /// The first `Expr` child.
    pub fn condition(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`SelectReceive = Pattern 'from' channel:Expr`"]
    SelectReceive
}

impl SelectReceive {
    /// The first `Pattern` child.
    pub fn pattern(&self) -> Option<Pattern> {
        support::child(self.syntax())
    }

    /// The first `FromKeyword` token.
    pub fn from_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::FromKeyword)
    }

    /// The first `Expr` child.
    pub fn channel(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`SelectClosed = 'closed' channel:Expr`"]
    SelectClosed
}

impl SelectClosed {
    /// The first `ClosedKeyword` token.
    pub fn closed_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ClosedKeyword)
    }

    /// The first `Expr` child.
    pub fn channel(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`SelectTimeout = 'timeout' '(' Expr ')'`"]
    SelectTimeout
}

impl SelectTimeout {
    /// The first `TimeoutKeyword` token.
    pub fn timeout_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::TimeoutKeyword)
    }

    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_node! {
    #[doc = "`SelectCall = Expr`"]
    SelectCall
}

impl SelectCall {
    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`WildcardPattern = '_'`"]
    WildcardPattern
}

impl WildcardPattern {
    /// The first `Underscore` token.
    pub fn underscore_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Underscore)
    }
}

ast_node! {
    #[doc = "`NamePattern = Name`"]
    NamePattern
}

impl NamePattern {
    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`LiteralPattern = '-'? Literal`"]
    LiteralPattern
}

impl LiteralPattern {
    /// The first `Minus` token.
    pub fn minus_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Minus)
    }

    /// The first `Literal` child.
    pub fn literal(&self) -> Option<Literal> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`TuplePattern = '('? (Pattern (',' Pattern)* ','?)? ')'?`"]
    TuplePattern
}

impl TuplePattern {
    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// All `Pattern` children.
    pub fn patterns(&self) -> AstChildren<Pattern> {
        support::children(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_node! {
    #[doc = "`ConstructorPattern = path:(NameRef ('.' NameRef)*) PatternArgList?`"]
    ConstructorPattern
}

impl ConstructorPattern {
    /// All `NameRef` children.
    pub fn path(&self) -> AstChildren<NameRef> {
        support::children(self.syntax())
    }

    /// The first `PatternArgList` child.
    pub fn pattern_arg_list(&self) -> Option<PatternArgList> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`OrPattern = Pattern '|' Pattern ('|' Pattern)*`"]
    OrPattern
}

impl OrPattern {
    /// All `Pattern` children.
    pub fn patterns(&self) -> AstChildren<Pattern> {
        support::children(self.syntax())
    }
}

ast_node! {
    #[doc = "`Literal = '#int' | '#float' | '#string' | '#bytes' | 'true' | 'false'`"]
    Literal
}

impl Literal {
    /// The first `IntLiteral` token.
    pub fn int_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::IntLiteral)
    }

    /// The first `FloatLiteral` token.
    pub fn float_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::FloatLiteral)
    }

    /// The first `StringLiteral` token.
    pub fn string_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::StringLiteral)
    }

    /// The first `BytesLiteral` token.
    pub fn bytes_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::BytesLiteral)
    }

    /// The first `TrueKeyword` token.
    pub fn true_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::TrueKeyword)
    }

    /// The first `FalseKeyword` token.
    pub fn false_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::FalseKeyword)
    }
}

ast_node! {
    #[doc = "`PatternArgList = '(' (Pattern (',' Pattern)* ','?)? ')'`"]
    PatternArgList
}

impl PatternArgList {
    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// All `Pattern` children.
    pub fn patterns(&self) -> AstChildren<Pattern> {
        support::children(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_node! {
    #[doc = "`FString = '#fstring_start' FStringPart* '#fstring_end'`"]
    FString
}

impl FString {
    /// The first `FStringStart` token.
    pub fn fstring_start_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::FStringStart)
    }

    /// All `FStringPart` children.
    pub fn fstring_parts(&self) -> AstChildren<FStringPart> {
        support::children(self.syntax())
    }

    /// The first `FStringEnd` token.
    pub fn fstring_end_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::FStringEnd)
    }
}

ast_node! {
    #[doc = "`NameExpr = NameRef`"]
    NameExpr
}

impl NameExpr {
    /// The first `NameRef` child.
    pub fn name_ref(&self) -> Option<NameRef> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`ParenExpr = '(' Expr ')'`"]
    ParenExpr
}

impl ParenExpr {
    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_node! {
    #[doc = "`TupleExpr = '('? (Expr (',' Expr)* ','?)? ')'?`"]
    TupleExpr
}

impl TupleExpr {
    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// All `Expr` children.
    pub fn exprs(&self) -> AstChildren<Expr> {
        support::children(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_node! {
    #[doc = "`ListExpr = '[' (Expr (',' Expr)* ','?)? ']'`"]
    ListExpr
}

impl ListExpr {
    /// The first `LeftBracket` token.
    pub fn left_bracket_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftBracket)
    }

    /// All `Expr` children.
    pub fn exprs(&self) -> AstChildren<Expr> {
        support::children(self.syntax())
    }

    /// The first `RightBracket` token.
    pub fn right_bracket_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightBracket)
    }
}

ast_node! {
    #[doc = "`MapExpr = '{' (MapEntry (',' MapEntry)* ','?)? '}'`"]
    MapExpr
}

impl MapExpr {
    /// The first `LeftBrace` token.
    pub fn left_brace_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftBrace)
    }

    /// All `MapEntry` children.
    pub fn map_entries(&self) -> AstChildren<MapEntry> {
        support::children(self.syntax())
    }

    /// The first `RightBrace` token.
    pub fn right_brace_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightBrace)
    }
}

ast_node! {
    #[doc = "`SetExpr = '{' Expr (',' Expr)* ','? '}'`"]
    SetExpr
}

impl SetExpr {
    /// The first `LeftBrace` token.
    pub fn left_brace_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftBrace)
    }

    /// All `Expr` children.
    pub fn exprs(&self) -> AstChildren<Expr> {
        support::children(self.syntax())
    }

    /// The first `RightBrace` token.
    pub fn right_brace_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightBrace)
    }
}

ast_node! {
    #[doc = "`ListComp = '[' element:Expr CompClause* ']'`"]
    ListComp
}

impl ListComp {
    /// The first `LeftBracket` token.
    pub fn left_bracket_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftBracket)
    }

    /// The first `Expr` child.
    pub fn element(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// All `CompClause` children.
    pub fn comp_clauses(&self) -> AstChildren<CompClause> {
        support::children(self.syntax())
    }

    /// The first `RightBracket` token.
    pub fn right_bracket_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightBracket)
    }
}

ast_node! {
    #[doc = "`MemberExpr = receiver:Expr '.' NameRef`"]
    MemberExpr
}

impl MemberExpr {
    /// The first `Expr` child.
    pub fn receiver(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `Dot` token.
    pub fn dot_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Dot)
    }

    /// The first `NameRef` child.
    pub fn name_ref(&self) -> Option<NameRef> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`CallExpr = callee:Expr ArgList`"]
    CallExpr
}

impl CallExpr {
    /// The first `Expr` child.
    pub fn callee(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `ArgList` child.
    pub fn arg_list(&self) -> Option<ArgList> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`IndexExpr = base:Expr '[' (Index (',' Index)* ','?)? ']'`"]
    IndexExpr
}

impl IndexExpr {
    /// The first `LeftBracket` token.
    pub fn left_bracket_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftBracket)
    }

    /// The first `RightBracket` token.
    pub fn right_bracket_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightBracket)
    }
}

ast_node! {
    #[doc = "`UnaryExpr = op:('-' | '~' | 'not' | '+') Expr`"]
    UnaryExpr
}

impl UnaryExpr {
    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`BinaryExpr = lhs:Expr op:('or' | 'and' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not' | '|' | '^' | '&' | '<<' | '>>' | '+' | '-' | '*' | '/' | '//' | '%' | '**') rhs:Expr`"]
    BinaryExpr
}

ast_node! {
    #[doc = "`ConditionalExpr = then_value:Expr 'if' condition:Expr 'else' else_value:Expr`"]
    ConditionalExpr
}

impl ConditionalExpr {
    /// The first `IfKeyword` token.
    pub fn if_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::IfKeyword)
    }

    /// The first `ElseKeyword` token.
    pub fn else_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ElseKeyword)
    }
}

ast_node! {
    #[doc = "`LambdaExpr = 'fn' ParamList ':' body:Expr`"]
    LambdaExpr
}

impl LambdaExpr {
    /// The first `FnKeyword` token.
    pub fn fn_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::FnKeyword)
    }

    /// The first `ParamList` child.
    pub fn param_list(&self) -> Option<ParamList> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Expr` child.
    pub fn body(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`QuestionExpr = Expr '?'`"]
    QuestionExpr
}

impl QuestionExpr {
    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `Question` token.
    pub fn question_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Question)
    }
}

ast_node! {
    #[doc = "`AttemptExpr = 'attempt' Expr`"]
    AttemptExpr
}

impl AttemptExpr {
    /// The first `AttemptKeyword` token.
    pub fn attempt_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::AttemptKeyword)
    }

    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`SpawnExpr = 'spawn' SpawnTarget? (call:Expr | (':' body:Block))`"]
    SpawnExpr
}

impl SpawnExpr {
    /// The first `SpawnKeyword` token.
    pub fn spawn_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::SpawnKeyword)
    }

    /// The first `SpawnTarget` child.
    pub fn spawn_target(&self) -> Option<SpawnTarget> {
        support::child(self.syntax())
    }

    /// The first `Expr` child.
    pub fn call(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `Block` child.
    pub fn body(&self) -> Option<Block> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`BlockingExpr = 'blocking' '{' Expr '}'`"]
    BlockingExpr
}

impl BlockingExpr {
    /// The first `BlockingKeyword` token.
    pub fn blocking_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::BlockingKeyword)
    }

    /// The first `LeftBrace` token.
    pub fn left_brace_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftBrace)
    }

    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `RightBrace` token.
    pub fn right_brace_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightBrace)
    }
}

ast_enum! {
    #[doc = "`FStringPart = FStringText | FStringHole`"]
    FStringPart {
        FStringText,
        FStringHole,
    }
}

ast_node! {
    #[doc = "`FStringText = '#fstring_text'`"]
    FStringText
}

impl FStringText {
    /// The first `FStringPiece` token.
    pub fn fstring_piece_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::FStringPiece)
    }
}

ast_node! {
    #[doc = "`FStringHole = '{' Expr ('!' '#ident')? FStringFormat? '}'`"]
    FStringHole
}

impl FStringHole {
    /// The first `LeftBrace` token.
    pub fn left_brace_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftBrace)
    }

    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }

    /// The first `Bang` token.
    pub fn bang_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Bang)
    }

    /// The first `Ident` token.
    pub fn ident_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Ident)
    }

    /// The first `FStringFormat` child.
    pub fn fstring_format(&self) -> Option<FStringFormat> {
        support::child(self.syntax())
    }

    /// The first `RightBrace` token.
    pub fn right_brace_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightBrace)
    }
}

ast_node! {
    #[doc = "`FStringFormat = ':' '#fstring_text'?`"]
    FStringFormat
}

impl FStringFormat {
    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }

    /// The first `FStringPiece` token.
    pub fn fstring_piece_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::FStringPiece)
    }
}

ast_node! {
    #[doc = "`MapEntry = key:Expr ':' value:Expr`"]
    MapEntry
}

impl MapEntry {
    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }
}

ast_enum! {
    #[doc = "`CompClause = CompFor | CompIf`"]
    CompClause {
        CompFor,
        CompIf,
    }
}

ast_node! {
    #[doc = "`CompFor = 'for' Pattern 'in' iterable:Expr`"]
    CompFor
}

impl CompFor {
    /// The first `ForKeyword` token.
    pub fn for_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::ForKeyword)
    }

    /// The first `Pattern` child.
    pub fn pattern(&self) -> Option<Pattern> {
        support::child(self.syntax())
    }

    /// The first `InKeyword` token.
    pub fn in_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::InKeyword)
    }

    /// The first `Expr` child.
    pub fn iterable(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`CompIf = 'if' condition:Expr`"]
    CompIf
}

impl CompIf {
    /// The first `IfKeyword` token.
    pub fn if_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::IfKeyword)
    }

    /// The first `Expr` child.
    pub fn condition(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`ArgList = '(' (Arg (',' Arg)* ','?)? ')'`"]
    ArgList
}

impl ArgList {
    /// The first `LeftParen` token.
    pub fn left_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::LeftParen)
    }

    /// All `Arg` children.
    pub fn args(&self) -> AstChildren<Arg> {
        support::children(self.syntax())
    }

    /// The first `RightParen` token.
    pub fn right_paren_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::RightParen)
    }
}

ast_node! {
    #[doc = "`Arg = (Name '=')? Expr`"]
    Arg
}

impl Arg {
    /// The first `Name` child.
    pub fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }

    /// The first `Equals` token.
    pub fn equals_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Equals)
    }

    /// The first `Expr` child.
    pub fn expr(&self) -> Option<Expr> {
        support::child(self.syntax())
    }
}

ast_enum! {
    #[doc = "`Index = SliceIndex | Expr | TypeIndex`"]
    Index {
        SliceIndex,
        Expr,
        TypeIndex,
    }
}

ast_node! {
    #[doc = "`SliceIndex = start:Expr? ':' end:Expr?`"]
    SliceIndex
}

impl SliceIndex {
    /// The first `Colon` token.
    pub fn colon_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::Colon)
    }
}

ast_node! {
    #[doc = "`TypeIndex = Type`"]
    TypeIndex
}

impl TypeIndex {
    /// The first `Type` child.
    pub fn ty(&self) -> Option<Type> {
        support::child(self.syntax())
    }
}

ast_node! {
    #[doc = "`SpawnTarget = 'in' NameRef`"]
    SpawnTarget
}

impl SpawnTarget {
    /// The first `InKeyword` token.
    pub fn in_token(&self) -> Option<SyntaxToken> {
        support::token(self.syntax(), SyntaxKind::InKeyword)
    }

    /// The first `NameRef` child.
    pub fn name_ref(&self) -> Option<NameRef> {
        support::child(self.syntax())
    }
}
