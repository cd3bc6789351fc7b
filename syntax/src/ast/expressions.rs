//! Operators, and which expression stands where.
//!
//! What it is not: precedence; the parser decided that and the tree says it. Invariant: a part that
//! was not written is `None`, and never the part beside it.

use crate::ast::support::{self, child_after, child_before};
use crate::ast::{
    AssertStmt, AssignStmt, AstNode, BinaryExpr, ConditionalExpr, Expr, Index, IndexExpr, MapEntry,
    SliceIndex, UnaryExpr,
};
use crate::{SyntaxKind, SyntaxToken, TextRange};

/// The operator of a [`BinaryExpr`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `&`
    BitAnd,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `//`
    FloorDivide,
    /// `%`
    Modulo,
    /// `**`
    Power,
}

impl BinaryOp {
    /// The operator as it is written.
    pub fn text(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::BitOr => "|",
            Self::BitXor => "^",
            Self::BitAnd => "&",
            Self::ShiftLeft => "<<",
            Self::ShiftRight => ">>",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Modulo => "%",
            Self::Power => "**",
        }
    }

    /// Whether the operator compares, and so chains: `a < b <= c`.
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::Less
                | Self::LessEqual
                | Self::Greater
                | Self::GreaterEqual
                | Self::In
                | Self::NotIn
        )
    }

    fn of(kind: SyntaxKind) -> Option<Self> {
        Some(match kind {
            SyntaxKind::OrKeyword => Self::Or,
            SyntaxKind::AndKeyword => Self::And,
            SyntaxKind::EqualsEquals => Self::Equal,
            SyntaxKind::NotEquals => Self::NotEqual,
            SyntaxKind::Less => Self::Less,
            SyntaxKind::LessEquals => Self::LessEqual,
            SyntaxKind::Greater => Self::Greater,
            SyntaxKind::GreaterEquals => Self::GreaterEqual,
            SyntaxKind::InKeyword => Self::In,
            SyntaxKind::NotKeyword => Self::NotIn,
            SyntaxKind::Pipe => Self::BitOr,
            SyntaxKind::Caret => Self::BitXor,
            SyntaxKind::Ampersand => Self::BitAnd,
            SyntaxKind::ShiftLeft => Self::ShiftLeft,
            SyntaxKind::ShiftRight => Self::ShiftRight,
            SyntaxKind::Plus => Self::Add,
            SyntaxKind::Minus => Self::Subtract,
            SyntaxKind::Star => Self::Multiply,
            SyntaxKind::Slash => Self::Divide,
            SyntaxKind::SlashSlash => Self::FloorDivide,
            SyntaxKind::Percent => Self::Modulo,
            SyntaxKind::StarStar => Self::Power,
            _ => return None,
        })
    }
}

fn is_binary_op(kind: SyntaxKind) -> bool {
    BinaryOp::of(kind).is_some()
}

impl BinaryExpr {
    /// The first token of the operator: of `not in` it is the `not`.
    pub fn op_token(&self) -> Option<SyntaxToken> {
        support::token_where(self.syntax(), is_binary_op)
    }

    /// Where the whole operator stands; for `not in` both words.
    pub fn op_range(&self) -> Option<TextRange> {
        let mut ranges = support::tokens(self.syntax())
            .filter(|token| is_binary_op(token.kind()))
            .map(|token| token.text_range());
        let first = ranges.next()?;
        Some(ranges.fold(first, |whole, range| whole.cover(range)))
    }

    /// The operator.
    pub fn op(&self) -> Option<BinaryOp> {
        BinaryOp::of(support::kind_where(self.syntax(), is_binary_op)?)
    }

    /// The left operand.
    pub fn lhs(&self) -> Option<Expr> {
        child_before(self.syntax(), is_binary_op)
    }

    /// The right operand.
    pub fn rhs(&self) -> Option<Expr> {
        child_after(self.syntax(), is_binary_op)
    }
}

/// The operator of a [`UnaryExpr`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-`
    Negate,
    /// `+`
    Plus,
    /// `~`
    BitNot,
    /// `not`
    Not,
}

impl UnaryOp {
    /// The operator as it is written.
    pub fn text(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Plus => "+",
            Self::BitNot => "~",
            Self::Not => "not",
        }
    }
}

impl UnaryExpr {
    /// The token of the operator.
    pub fn op_token(&self) -> Option<SyntaxToken> {
        support::token_where(self.syntax(), |kind| !kind.is_trivia())
    }

    /// The operator.
    pub fn op(&self) -> Option<UnaryOp> {
        Some(match self.op_token()?.kind() {
            SyntaxKind::Minus => UnaryOp::Negate,
            SyntaxKind::Plus => UnaryOp::Plus,
            SyntaxKind::Tilde => UnaryOp::BitNot,
            SyntaxKind::NotKeyword => UnaryOp::Not,
            _ => return None,
        })
    }
}

/// The operator of an [`AssignStmt`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssignOp {
    /// `=`
    Assign,
    /// `+=`
    Add,
    /// `-=`
    Subtract,
    /// `*=`
    Multiply,
    /// `/=`
    Divide,
    /// `//=`
    FloorDivide,
    /// `%=`
    Modulo,
}

impl AssignOp {
    /// The operator as it is written.
    pub fn text(self) -> &'static str {
        match self {
            Self::Assign => "=",
            Self::Add => "+=",
            Self::Subtract => "-=",
            Self::Multiply => "*=",
            Self::Divide => "/=",
            Self::FloorDivide => "//=",
            Self::Modulo => "%=",
        }
    }

    /// The binary operator that an augmented assignment applies; none for `=`.
    pub fn binary(self) -> Option<BinaryOp> {
        Some(match self {
            Self::Assign => return None,
            Self::Add => BinaryOp::Add,
            Self::Subtract => BinaryOp::Subtract,
            Self::Multiply => BinaryOp::Multiply,
            Self::Divide => BinaryOp::Divide,
            Self::FloorDivide => BinaryOp::FloorDivide,
            Self::Modulo => BinaryOp::Modulo,
        })
    }

    pub(crate) fn of(kind: SyntaxKind) -> Option<Self> {
        Some(match kind {
            SyntaxKind::Equals => Self::Assign,
            SyntaxKind::PlusEquals => Self::Add,
            SyntaxKind::MinusEquals => Self::Subtract,
            SyntaxKind::StarEquals => Self::Multiply,
            SyntaxKind::SlashEquals => Self::Divide,
            SyntaxKind::SlashSlashEquals => Self::FloorDivide,
            SyntaxKind::PercentEquals => Self::Modulo,
            _ => return None,
        })
    }
}

fn is_assign_op(kind: SyntaxKind) -> bool {
    AssignOp::of(kind).is_some()
}

impl AssignStmt {
    /// The token of the operator.
    pub fn op_token(&self) -> Option<SyntaxToken> {
        support::token_where(self.syntax(), is_assign_op)
    }

    /// The operator.
    pub fn op(&self) -> Option<AssignOp> {
        AssignOp::of(support::kind_where(self.syntax(), is_assign_op)?)
    }

    /// What is assigned to.
    pub fn target(&self) -> Option<Expr> {
        child_before(self.syntax(), is_assign_op)
    }

    /// What is assigned.
    pub fn value(&self) -> Option<Expr> {
        child_after(self.syntax(), is_assign_op)
    }
}

fn is_comma(kind: SyntaxKind) -> bool {
    kind == SyntaxKind::Comma
}

fn is_colon(kind: SyntaxKind) -> bool {
    kind == SyntaxKind::Colon
}

impl AssertStmt {
    /// What must hold.
    pub fn condition(&self) -> Option<Expr> {
        child_before(self.syntax(), is_comma)
    }

    /// What is said when it does not.
    pub fn message(&self) -> Option<Expr> {
        child_after(self.syntax(), is_comma)
    }
}

impl MapEntry {
    /// The key, before the `:`.
    pub fn key(&self) -> Option<Expr> {
        child_before(self.syntax(), is_colon)
    }

    /// The value, after the `:`.
    pub fn value(&self) -> Option<Expr> {
        child_after(self.syntax(), is_colon)
    }
}

impl SliceIndex {
    /// The bound before the `:`.
    pub fn start(&self) -> Option<Expr> {
        child_before(self.syntax(), is_colon)
    }

    /// The bound after the `:`.
    pub fn end(&self) -> Option<Expr> {
        child_after(self.syntax(), is_colon)
    }
}

fn is_if(kind: SyntaxKind) -> bool {
    kind == SyntaxKind::IfKeyword
}

fn is_else(kind: SyntaxKind) -> bool {
    kind == SyntaxKind::ElseKeyword
}

impl ConditionalExpr {
    /// The value when the condition holds: it stands first.
    pub fn then_value(&self) -> Option<Expr> {
        child_before(self.syntax(), is_if)
    }

    /// The condition.
    pub fn condition(&self) -> Option<Expr> {
        let condition: Expr = child_after(self.syntax(), is_if)?;
        let starts_after_else = self.else_token().is_some_and(|token| {
            condition.syntax().text_range().start() >= token.text_range().end()
        });
        (!starts_after_else).then_some(condition)
    }

    /// The value when the condition does not hold.
    pub fn else_value(&self) -> Option<Expr> {
        child_after(self.syntax(), is_else)
    }
}

impl IndexExpr {
    /// What is indexed.
    pub fn base(&self) -> Option<Expr> {
        child_before(self.syntax(), |kind| kind == SyntaxKind::LeftBracket)
    }

    /// What stands between the brackets.
    pub fn indices(&self) -> impl Iterator<Item = Index> + use<> {
        let open = self.left_bracket_token().map(|token| token.text_range().end());
        self.syntax()
            .children()
            .filter(move |node| open.is_some_and(|open| node.text_range().start() >= open))
            .filter_map(Index::cast)
    }
}
