//! Made from `weir.ungram` by `tests/codegen.rs`; do not edit. `UPDATE=1 cargo test -p weir-syntax
//! --test codegen` makes it afresh.

/// The kind of a token or a node of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum SyntaxKind {
    /// Spaces and tabs within a line, or the indentation of one.
    Whitespace,
    /// `\n`, `\r\n` or a lone `\r`.
    LineEnd,
    /// `# ...` to the end of the line.
    Comment,
    /// `## ...` to the end of the line.
    DocComment,
    /// U+FEFF as the first character of a file.
    ByteOrderMark,
    /// `;`, which Weir does not use: a habit from elsewhere.
    Semicolon,
    /// `!`, the conversion of an f-string hole; elsewhere a habit.
    Bang,
    /// A run of characters that no token begins with.
    Unknown,
    /// Virtual: the end of a logical line. Never in a tree.
    Newline,
    /// Virtual: the begin of an indented block. Never in a tree.
    Indent,
    /// Virtual: the end of an indented block. Never in a tree.
    Dedent,
    /// Virtual: the end of the file. Never in a tree.
    Eof,
    /// A token: a name.
    Ident,
    /// A token: an integer.
    IntLiteral,
    /// A token: a float.
    FloatLiteral,
    /// A token: a string.
    StringLiteral,
    /// A token: a bytes literal.
    BytesLiteral,
    /// A token: an f-string.
    FStringStart,
    /// A token: text.
    FStringPiece,
    /// A token: the end of the f-string.
    FStringEnd,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `.`
    Dot,
    /// `->`
    Arrow,
    /// `?`
    Question,
    /// `_`
    Underscore,
    /// `=`
    Equals,
    /// `+=`
    PlusEquals,
    /// `-=`
    MinusEquals,
    /// `*=`
    StarEquals,
    /// `/=`
    SlashEquals,
    /// `//=`
    SlashSlashEquals,
    /// `%=`
    PercentEquals,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `//`
    SlashSlash,
    /// `%`
    Percent,
    /// `**`
    StarStar,
    /// `==`
    EqualsEquals,
    /// `!=`
    NotEquals,
    /// `<`
    Less,
    /// `<=`
    LessEquals,
    /// `>`
    Greater,
    /// `>=`
    GreaterEquals,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `|`
    Pipe,
    /// `^`
    Caret,
    /// `&`
    Ampersand,
    /// `~`
    Tilde,
    /// `and`
    AndKeyword,
    /// `as`
    AsKeyword,
    /// `assert`
    AssertKeyword,
    /// `attempt`
    AttemptKeyword,
    /// `blocking`
    BlockingKeyword,
    /// `break`
    BreakKeyword,
    /// `case`
    CaseKeyword,
    /// `closed`
    ClosedKeyword,
    /// `concurrent`
    ConcurrentKeyword,
    /// `const`
    ConstKeyword,
    /// `continue`
    ContinueKeyword,
    /// `defer`
    DeferKeyword,
    /// `detach`
    DetachKeyword,
    /// `elif`
    ElifKeyword,
    /// `else`
    ElseKeyword,
    /// `enum`
    EnumKeyword,
    /// `false`
    FalseKeyword,
    /// `fn`
    FnKeyword,
    /// `for`
    ForKeyword,
    /// `from`
    FromKeyword,
    /// `if`
    IfKeyword,
    /// `import`
    ImportKeyword,
    /// `in`
    InKeyword,
    /// `match`
    MatchKeyword,
    /// `move`
    MoveKeyword,
    /// `mutable`
    MutableKeyword,
    /// `not`
    NotKeyword,
    /// `or`
    OrKeyword,
    /// `parallel`
    ParallelKeyword,
    /// `pass`
    PassKeyword,
    /// `return`
    ReturnKeyword,
    /// `select`
    SelectKeyword,
    /// `spawn`
    SpawnKeyword,
    /// `struct`
    StructKeyword,
    /// `tasklocal`
    TasklocalKeyword,
    /// `test`
    TestKeyword,
    /// `timeout`
    TimeoutKeyword,
    /// `true`
    TrueKeyword,
    /// `type`
    TypeKeyword,
    /// `when`
    WhenKeyword,
    /// `while`
    WhileKeyword,
    /// `with`
    WithKeyword,
    /// A node: what the parser could make nothing of.
    Error,
    /// A node: `SourceFile = Item*`
    SourceFile,
    /// A node: `Import = 'import' ModulePath Rename?`
    Import,
    /// A node: `FromImport = 'from' ModulePath 'import' '('? (ImportName (',' ImportName)* ','?) ')'?`
    FromImport,
    /// A node: `Const = 'const' Name (':' Type)? '=' value:Expr`
    Const,
    /// A node: `TaskLocal = 'tasklocal' Name ':' Type '=' value:Expr`
    TaskLocal,
    /// A node: `TypeAlias = 'type' Name TypeParamList? '=' Type`
    TypeAlias,
    /// A node: `Struct = 'mutable'? 'struct' Name TypeParamList? ':' MemberList`
    Struct,
    /// A node: `Enum = 'enum' Name TypeParamList? ':' VariantList`
    Enum,
    /// A node: `Fn = 'fn' Name TypeParamList? ParamList RetType? (':' body:Block)?`
    Fn,
    /// A node: `Test = 'test' title:'#string' ':' body:Block`
    Test,
    /// A node: `Name = '#ident'`
    Name,
    /// A node: `NameRef = '#ident'`
    NameRef,
    /// A node: `ModulePath = segments:(NameRef ('.' NameRef)*)`
    ModulePath,
    /// A node: `Rename = 'as' Name`
    Rename,
    /// A node: `ImportName = NameRef Rename?`
    ImportName,
    /// A node: `TypeParamList = '[' (TypeParam (',' TypeParam)* ','?)? ']'`
    TypeParamList,
    /// A node: `MemberList = Member*`
    MemberList,
    /// A node: `Field = Name ':' Type ('=' default:Expr)?`
    Field,
    /// A node: `PassStmt = 'pass'`
    PassStmt,
    /// A node: `VariantList = EnumMember*`
    VariantList,
    /// A node: `Variant = Name VariantFieldList?`
    Variant,
    /// A node: `VariantFieldList = '(' (VariantField (',' VariantField)* ','?)? ')'`
    VariantFieldList,
    /// A node: `VariantField = Name ':' Type`
    VariantField,
    /// A node: `ParamList = '(' (Param (',' Param)* ','?)? ')'`
    ParamList,
    /// A node: `RetType = '->' Type`
    RetType,
    /// A node: `Block = Stmt*`
    Block,
    /// A node: `TypeParam = Name (':' bound:NameRef)?`
    TypeParam,
    /// A node: `Param = ('move' | 'mutable' | '*')? Name (':' Type)? ('=' default:Expr)?`
    Param,
    /// A node: `PathType = (NameRef ('.' NameRef)*) TypeArgList?`
    PathType,
    /// A node: `TupleType = '(' (Type (',' Type)* ','?)? ')'`
    TupleType,
    /// A node: `FnType = 'mutable'? 'fn' FnTypeParamList RetType?`
    FnType,
    /// A node: `TypeArgList = '[' (Type (',' Type)* ','?)? ']'`
    TypeArgList,
    /// A node: `FnTypeParamList = '(' (Type (',' Type)* ','?)? ')'`
    FnTypeParamList,
    /// A node: `ExprStmt = Expr`
    ExprStmt,
    /// A node: `AssignStmt = target:Expr (':' Type)? op:('=' | '+=' | '-=' | '*=' | '/=' | '//=' | '%=') value:Expr`
    AssignStmt,
    /// A node: `BreakStmt = 'break'`
    BreakStmt,
    /// A node: `ContinueStmt = 'continue'`
    ContinueStmt,
    /// A node: `ReturnStmt = 'return' Expr?`
    ReturnStmt,
    /// A node: `AssertStmt = 'assert' condition:Expr (',' message:Expr)?`
    AssertStmt,
    /// A node: `DeferStmt = 'defer' Expr`
    DeferStmt,
    /// A node: `IfStmt = 'if' condition:Expr ':' then_branch:Block ElifClause* ElseClause?`
    IfStmt,
    /// A node: `WhileStmt = 'while' condition:Expr ':' body:Block`
    WhileStmt,
    /// A node: `ForStmt = 'for' 'move'? Pattern 'in' iterable:Expr ':' body:Block`
    ForStmt,
    /// A node: `ParallelForStmt = 'parallel' 'for' Pattern 'in' iterable:Expr ':' body:Block`
    ParallelForStmt,
    /// A node: `MatchStmt = 'match' scrutinee:Expr ':' MatchCase*`
    MatchStmt,
    /// A node: `WithStmt = 'with' (WithBinding | (resource:Expr ('as' Name)? WhenClause?)) ':' body:Block`
    WithStmt,
    /// A node: `ConcurrentStmt = 'concurrent' (ConcurrentOption (',' ConcurrentOption)*)? ('as' Name)? ':' body:Block ElseClause?`
    ConcurrentStmt,
    /// A node: `DetachStmt = 'detach' (call:Expr | (':' body:Block))`
    DetachStmt,
    /// A node: `SelectStmt = 'select' ':' SelectCase* ElseClause?`
    SelectStmt,
    /// A node: `BlockingStmt = 'blocking' ':' body:Block`
    BlockingStmt,
    /// A node: `ElifClause = 'elif' condition:Expr ':' Block`
    ElifClause,
    /// A node: `ElseClause = 'else' ':' Block`
    ElseClause,
    /// A node: `MatchCase = 'case' Pattern MatchGuard? ':' body:Block`
    MatchCase,
    /// A node: `MatchGuard = 'if' condition:Expr`
    MatchGuard,
    /// A node: `WithBinding = NameRef '=' value:Expr`
    WithBinding,
    /// A node: `WhenClause = 'when' condition:Expr`
    WhenClause,
    /// A node: `ConcurrentOption = '#ident' ('(' Expr ')')?`
    ConcurrentOption,
    /// A node: `SelectCase = 'case' SelectOp SelectGuard? ':' body:Block`
    SelectCase,
    /// A node: `SelectGuard = 'if' condition:Expr`
    SelectGuard,
    /// A node: `SelectReceive = Pattern 'from' channel:Expr`
    SelectReceive,
    /// A node: `SelectClosed = 'closed' channel:Expr`
    SelectClosed,
    /// A node: `SelectTimeout = 'timeout' '(' Expr ')'`
    SelectTimeout,
    /// A node: `SelectCall = Expr`
    SelectCall,
    /// A node: `WildcardPattern = '_'`
    WildcardPattern,
    /// A node: `NamePattern = Name`
    NamePattern,
    /// A node: `LiteralPattern = '-'? Literal`
    LiteralPattern,
    /// A node: `TuplePattern = '('? (Pattern (',' Pattern)* ','?)? ')'?`
    TuplePattern,
    /// A node: `ConstructorPattern = path:(NameRef ('.' NameRef)*) PatternArgList?`
    ConstructorPattern,
    /// A node: `OrPattern = Pattern '|' Pattern ('|' Pattern)*`
    OrPattern,
    /// A node: `Literal = '#int' | '#float' | '#string' | '#bytes' | 'true' | 'false'`
    Literal,
    /// A node: `PatternArgList = '(' (Pattern (',' Pattern)* ','?)? ')'`
    PatternArgList,
    /// A node: `FString = '#fstring_start' FStringPart* '#fstring_end'`
    FString,
    /// A node: `NameExpr = NameRef`
    NameExpr,
    /// A node: `ParenExpr = '(' Expr ')'`
    ParenExpr,
    /// A node: `TupleExpr = '('? (Expr (',' Expr)* ','?)? ')'?`
    TupleExpr,
    /// A node: `ListExpr = '[' (Expr (',' Expr)* ','?)? ']'`
    ListExpr,
    /// A node: `MapExpr = '{' (MapEntry (',' MapEntry)* ','?)? '}'`
    MapExpr,
    /// A node: `SetExpr = '{' Expr (',' Expr)* ','? '}'`
    SetExpr,
    /// A node: `ListComp = '[' element:Expr CompClause* ']'`
    ListComp,
    /// A node: `MemberExpr = receiver:Expr '.' NameRef`
    MemberExpr,
    /// A node: `CallExpr = callee:Expr ArgList`
    CallExpr,
    /// A node: `IndexExpr = base:Expr '[' (Index (',' Index)* ','?)? ']'`
    IndexExpr,
    /// A node: `UnaryExpr = op:('-' | '~' | 'not' | '+') Expr`
    UnaryExpr,
    /// A node: `BinaryExpr = lhs:Expr op:('or' | 'and' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not' | '|' | '^' | '&' | '<<' | '>>' | '+' | '-' | '*' | '/' | '//' | '%' | '**') rhs:Expr`
    BinaryExpr,
    /// A node: `ConditionalExpr = then_value:Expr 'if' condition:Expr 'else' else_value:Expr`
    ConditionalExpr,
    /// A node: `LambdaExpr = 'fn' ParamList ':' body:Expr`
    LambdaExpr,
    /// A node: `QuestionExpr = Expr '?'`
    QuestionExpr,
    /// A node: `AttemptExpr = 'attempt' Expr`
    AttemptExpr,
    /// A node: `SpawnExpr = 'spawn' SpawnTarget? (call:Expr | (':' body:Block))`
    SpawnExpr,
    /// A node: `BlockingExpr = 'blocking' '{' Expr '}'`
    BlockingExpr,
    /// A node: `FStringText = '#fstring_text'`
    FStringText,
    /// A node: `FStringHole = '{' Expr ('!' '#ident')? FStringFormat? '}'`
    FStringHole,
    /// A node: `FStringFormat = ':' '#fstring_text'?`
    FStringFormat,
    /// A node: `MapEntry = key:Expr ':' value:Expr`
    MapEntry,
    /// A node: `CompFor = 'for' Pattern 'in' iterable:Expr`
    CompFor,
    /// A node: `CompIf = 'if' condition:Expr`
    CompIf,
    /// A node: `ArgList = '(' (Arg (',' Arg)* ','?)? ')'`
    ArgList,
    /// A node: `Arg = (Name '=')? Expr`
    Arg,
    /// A node: `SliceIndex = start:Expr? ':' end:Expr?`
    SliceIndex,
    /// A node: `TypeIndex = Type`
    TypeIndex,
    /// A node: `SpawnTarget = 'in' NameRef`
    SpawnTarget,
}

impl SyntaxKind {
    /// Every kind, in the order of its number.
    pub const ALL: [SyntaxKind; 202] = [
        SyntaxKind::Whitespace,
        SyntaxKind::LineEnd,
        SyntaxKind::Comment,
        SyntaxKind::DocComment,
        SyntaxKind::ByteOrderMark,
        SyntaxKind::Semicolon,
        SyntaxKind::Bang,
        SyntaxKind::Unknown,
        SyntaxKind::Newline,
        SyntaxKind::Indent,
        SyntaxKind::Dedent,
        SyntaxKind::Eof,
        SyntaxKind::Ident,
        SyntaxKind::IntLiteral,
        SyntaxKind::FloatLiteral,
        SyntaxKind::StringLiteral,
        SyntaxKind::BytesLiteral,
        SyntaxKind::FStringStart,
        SyntaxKind::FStringPiece,
        SyntaxKind::FStringEnd,
        SyntaxKind::LeftParen,
        SyntaxKind::RightParen,
        SyntaxKind::LeftBracket,
        SyntaxKind::RightBracket,
        SyntaxKind::LeftBrace,
        SyntaxKind::RightBrace,
        SyntaxKind::Comma,
        SyntaxKind::Colon,
        SyntaxKind::Dot,
        SyntaxKind::Arrow,
        SyntaxKind::Question,
        SyntaxKind::Underscore,
        SyntaxKind::Equals,
        SyntaxKind::PlusEquals,
        SyntaxKind::MinusEquals,
        SyntaxKind::StarEquals,
        SyntaxKind::SlashEquals,
        SyntaxKind::SlashSlashEquals,
        SyntaxKind::PercentEquals,
        SyntaxKind::Plus,
        SyntaxKind::Minus,
        SyntaxKind::Star,
        SyntaxKind::Slash,
        SyntaxKind::SlashSlash,
        SyntaxKind::Percent,
        SyntaxKind::StarStar,
        SyntaxKind::EqualsEquals,
        SyntaxKind::NotEquals,
        SyntaxKind::Less,
        SyntaxKind::LessEquals,
        SyntaxKind::Greater,
        SyntaxKind::GreaterEquals,
        SyntaxKind::ShiftLeft,
        SyntaxKind::ShiftRight,
        SyntaxKind::Pipe,
        SyntaxKind::Caret,
        SyntaxKind::Ampersand,
        SyntaxKind::Tilde,
        SyntaxKind::AndKeyword,
        SyntaxKind::AsKeyword,
        SyntaxKind::AssertKeyword,
        SyntaxKind::AttemptKeyword,
        SyntaxKind::BlockingKeyword,
        SyntaxKind::BreakKeyword,
        SyntaxKind::CaseKeyword,
        SyntaxKind::ClosedKeyword,
        SyntaxKind::ConcurrentKeyword,
        SyntaxKind::ConstKeyword,
        SyntaxKind::ContinueKeyword,
        SyntaxKind::DeferKeyword,
        SyntaxKind::DetachKeyword,
        SyntaxKind::ElifKeyword,
        SyntaxKind::ElseKeyword,
        SyntaxKind::EnumKeyword,
        SyntaxKind::FalseKeyword,
        SyntaxKind::FnKeyword,
        SyntaxKind::ForKeyword,
        SyntaxKind::FromKeyword,
        SyntaxKind::IfKeyword,
        SyntaxKind::ImportKeyword,
        SyntaxKind::InKeyword,
        SyntaxKind::MatchKeyword,
        SyntaxKind::MoveKeyword,
        SyntaxKind::MutableKeyword,
        SyntaxKind::NotKeyword,
        SyntaxKind::OrKeyword,
        SyntaxKind::ParallelKeyword,
        SyntaxKind::PassKeyword,
        SyntaxKind::ReturnKeyword,
        SyntaxKind::SelectKeyword,
        SyntaxKind::SpawnKeyword,
        SyntaxKind::StructKeyword,
        SyntaxKind::TasklocalKeyword,
        SyntaxKind::TestKeyword,
        SyntaxKind::TimeoutKeyword,
        SyntaxKind::TrueKeyword,
        SyntaxKind::TypeKeyword,
        SyntaxKind::WhenKeyword,
        SyntaxKind::WhileKeyword,
        SyntaxKind::WithKeyword,
        SyntaxKind::Error,
        SyntaxKind::SourceFile,
        SyntaxKind::Import,
        SyntaxKind::FromImport,
        SyntaxKind::Const,
        SyntaxKind::TaskLocal,
        SyntaxKind::TypeAlias,
        SyntaxKind::Struct,
        SyntaxKind::Enum,
        SyntaxKind::Fn,
        SyntaxKind::Test,
        SyntaxKind::Name,
        SyntaxKind::NameRef,
        SyntaxKind::ModulePath,
        SyntaxKind::Rename,
        SyntaxKind::ImportName,
        SyntaxKind::TypeParamList,
        SyntaxKind::MemberList,
        SyntaxKind::Field,
        SyntaxKind::PassStmt,
        SyntaxKind::VariantList,
        SyntaxKind::Variant,
        SyntaxKind::VariantFieldList,
        SyntaxKind::VariantField,
        SyntaxKind::ParamList,
        SyntaxKind::RetType,
        SyntaxKind::Block,
        SyntaxKind::TypeParam,
        SyntaxKind::Param,
        SyntaxKind::PathType,
        SyntaxKind::TupleType,
        SyntaxKind::FnType,
        SyntaxKind::TypeArgList,
        SyntaxKind::FnTypeParamList,
        SyntaxKind::ExprStmt,
        SyntaxKind::AssignStmt,
        SyntaxKind::BreakStmt,
        SyntaxKind::ContinueStmt,
        SyntaxKind::ReturnStmt,
        SyntaxKind::AssertStmt,
        SyntaxKind::DeferStmt,
        SyntaxKind::IfStmt,
        SyntaxKind::WhileStmt,
        SyntaxKind::ForStmt,
        SyntaxKind::ParallelForStmt,
        SyntaxKind::MatchStmt,
        SyntaxKind::WithStmt,
        SyntaxKind::ConcurrentStmt,
        SyntaxKind::DetachStmt,
        SyntaxKind::SelectStmt,
        SyntaxKind::BlockingStmt,
        SyntaxKind::ElifClause,
        SyntaxKind::ElseClause,
        SyntaxKind::MatchCase,
        SyntaxKind::MatchGuard,
        SyntaxKind::WithBinding,
        SyntaxKind::WhenClause,
        SyntaxKind::ConcurrentOption,
        SyntaxKind::SelectCase,
        SyntaxKind::SelectGuard,
        SyntaxKind::SelectReceive,
        SyntaxKind::SelectClosed,
        SyntaxKind::SelectTimeout,
        SyntaxKind::SelectCall,
        SyntaxKind::WildcardPattern,
        SyntaxKind::NamePattern,
        SyntaxKind::LiteralPattern,
        SyntaxKind::TuplePattern,
        SyntaxKind::ConstructorPattern,
        SyntaxKind::OrPattern,
        SyntaxKind::Literal,
        SyntaxKind::PatternArgList,
        SyntaxKind::FString,
        SyntaxKind::NameExpr,
        SyntaxKind::ParenExpr,
        SyntaxKind::TupleExpr,
        SyntaxKind::ListExpr,
        SyntaxKind::MapExpr,
        SyntaxKind::SetExpr,
        SyntaxKind::ListComp,
        SyntaxKind::MemberExpr,
        SyntaxKind::CallExpr,
        SyntaxKind::IndexExpr,
        SyntaxKind::UnaryExpr,
        SyntaxKind::BinaryExpr,
        SyntaxKind::ConditionalExpr,
        SyntaxKind::LambdaExpr,
        SyntaxKind::QuestionExpr,
        SyntaxKind::AttemptExpr,
        SyntaxKind::SpawnExpr,
        SyntaxKind::BlockingExpr,
        SyntaxKind::FStringText,
        SyntaxKind::FStringHole,
        SyntaxKind::FStringFormat,
        SyntaxKind::MapEntry,
        SyntaxKind::CompFor,
        SyntaxKind::CompIf,
        SyntaxKind::ArgList,
        SyntaxKind::Arg,
        SyntaxKind::SliceIndex,
        SyntaxKind::TypeIndex,
        SyntaxKind::SpawnTarget,
    ];

    pub(crate) const FIRST_KEYWORD: SyntaxKind = SyntaxKind::AndKeyword;
    pub(crate) const LAST_KEYWORD: SyntaxKind = SyntaxKind::WithKeyword;

    /// What a message calls a token of this kind; nodes have no such words.
    pub fn words(self) -> &'static str {
        match self {
            SyntaxKind::Whitespace => "space",
            SyntaxKind::LineEnd => "the end of the line",
            SyntaxKind::Comment => "a comment",
            SyntaxKind::DocComment => "a doc comment",
            SyntaxKind::ByteOrderMark => "a byte order mark",
            SyntaxKind::Semicolon => "`;`",
            SyntaxKind::Bang => "`!`",
            SyntaxKind::Unknown => "this character",
            SyntaxKind::Newline => "the end of the line",
            SyntaxKind::Indent => "an indented block",
            SyntaxKind::Dedent => "the end of the block",
            SyntaxKind::Eof => "the end of the file",
            SyntaxKind::Ident => "a name",
            SyntaxKind::IntLiteral => "an integer",
            SyntaxKind::FloatLiteral => "a float",
            SyntaxKind::StringLiteral => "a string",
            SyntaxKind::BytesLiteral => "a bytes literal",
            SyntaxKind::FStringStart => "an f-string",
            SyntaxKind::FStringPiece => "text",
            SyntaxKind::FStringEnd => "the end of the f-string",
            SyntaxKind::LeftParen => "`(`",
            SyntaxKind::RightParen => "`)`",
            SyntaxKind::LeftBracket => "`[`",
            SyntaxKind::RightBracket => "`]`",
            SyntaxKind::LeftBrace => "`{`",
            SyntaxKind::RightBrace => "`}`",
            SyntaxKind::Comma => "`,`",
            SyntaxKind::Colon => "`:`",
            SyntaxKind::Dot => "`.`",
            SyntaxKind::Arrow => "`->`",
            SyntaxKind::Question => "`?`",
            SyntaxKind::Underscore => "`_`",
            SyntaxKind::Equals => "`=`",
            SyntaxKind::PlusEquals => "`+=`",
            SyntaxKind::MinusEquals => "`-=`",
            SyntaxKind::StarEquals => "`*=`",
            SyntaxKind::SlashEquals => "`/=`",
            SyntaxKind::SlashSlashEquals => "`//=`",
            SyntaxKind::PercentEquals => "`%=`",
            SyntaxKind::Plus => "`+`",
            SyntaxKind::Minus => "`-`",
            SyntaxKind::Star => "`*`",
            SyntaxKind::Slash => "`/`",
            SyntaxKind::SlashSlash => "`//`",
            SyntaxKind::Percent => "`%`",
            SyntaxKind::StarStar => "`**`",
            SyntaxKind::EqualsEquals => "`==`",
            SyntaxKind::NotEquals => "`!=`",
            SyntaxKind::Less => "`<`",
            SyntaxKind::LessEquals => "`<=`",
            SyntaxKind::Greater => "`>`",
            SyntaxKind::GreaterEquals => "`>=`",
            SyntaxKind::ShiftLeft => "`<<`",
            SyntaxKind::ShiftRight => "`>>`",
            SyntaxKind::Pipe => "`|`",
            SyntaxKind::Caret => "`^`",
            SyntaxKind::Ampersand => "`&`",
            SyntaxKind::Tilde => "`~`",
            SyntaxKind::AndKeyword => "`and`",
            SyntaxKind::AsKeyword => "`as`",
            SyntaxKind::AssertKeyword => "`assert`",
            SyntaxKind::AttemptKeyword => "`attempt`",
            SyntaxKind::BlockingKeyword => "`blocking`",
            SyntaxKind::BreakKeyword => "`break`",
            SyntaxKind::CaseKeyword => "`case`",
            SyntaxKind::ClosedKeyword => "`closed`",
            SyntaxKind::ConcurrentKeyword => "`concurrent`",
            SyntaxKind::ConstKeyword => "`const`",
            SyntaxKind::ContinueKeyword => "`continue`",
            SyntaxKind::DeferKeyword => "`defer`",
            SyntaxKind::DetachKeyword => "`detach`",
            SyntaxKind::ElifKeyword => "`elif`",
            SyntaxKind::ElseKeyword => "`else`",
            SyntaxKind::EnumKeyword => "`enum`",
            SyntaxKind::FalseKeyword => "`false`",
            SyntaxKind::FnKeyword => "`fn`",
            SyntaxKind::ForKeyword => "`for`",
            SyntaxKind::FromKeyword => "`from`",
            SyntaxKind::IfKeyword => "`if`",
            SyntaxKind::ImportKeyword => "`import`",
            SyntaxKind::InKeyword => "`in`",
            SyntaxKind::MatchKeyword => "`match`",
            SyntaxKind::MoveKeyword => "`move`",
            SyntaxKind::MutableKeyword => "`mutable`",
            SyntaxKind::NotKeyword => "`not`",
            SyntaxKind::OrKeyword => "`or`",
            SyntaxKind::ParallelKeyword => "`parallel`",
            SyntaxKind::PassKeyword => "`pass`",
            SyntaxKind::ReturnKeyword => "`return`",
            SyntaxKind::SelectKeyword => "`select`",
            SyntaxKind::SpawnKeyword => "`spawn`",
            SyntaxKind::StructKeyword => "`struct`",
            SyntaxKind::TasklocalKeyword => "`tasklocal`",
            SyntaxKind::TestKeyword => "`test`",
            SyntaxKind::TimeoutKeyword => "`timeout`",
            SyntaxKind::TrueKeyword => "`true`",
            SyntaxKind::TypeKeyword => "`type`",
            SyntaxKind::WhenKeyword => "`when`",
            SyntaxKind::WhileKeyword => "`while`",
            SyntaxKind::WithKeyword => "`with`",
            _ => "this",
        }
    }
}
