//! When a bracket was left open: which line must have begun a new statement.
//!
//! What it is not: a parser; it looks at the ends of two lines. Invariant: no line of a program
//! without mistakes is ever taken for a statement inside brackets.

use super::Layout;
use crate::kind::SyntaxKind::{self, *};

impl Layout<'_> {
    /// Whether the line that begins at this token cannot go on inside brackets.
    pub(super) fn can_only_be_statement(&self, index: usize) -> bool {
        if !self.open_fstrings.is_empty() {
            return false;
        }
        let before = self.input.tokens.last().map_or(Eof, |token| token.kind);
        let (kind, next) = (self.lexed.kind(index), self.next_on_line(index));
        match kind {
            // After a dot these are names, but then they stand right behind it.
            AssertKeyword | BreakKeyword | CaseKeyword | ConcurrentKeyword | ConstKeyword
            | ContinueKeyword | DeferKeyword | DetachKeyword | ElifKeyword | EnumKeyword
            | FromKeyword | ImportKeyword | MatchKeyword | ParallelKeyword | PassKeyword
            | ReturnKeyword | SelectKeyword | StructKeyword | TasklocalKeyword | WhileKeyword
            | WithKeyword => next != Equals,
            FnKeyword => next == Ident,
            MutableKeyword => next == StructKeyword,
            IfKeyword | ForKeyword | ElseKeyword => {
                self.is_no_deeper_than_opener() && self.last_on_line(index) == Colon
            }
            Ident if self.line.indentation.narrow == 0 && self.declares(index, next) => true,
            _ => {
                self.is_no_deeper_than_opener()
                    && begins_operand(kind)
                    && ends_operand(before)
                    && !self.after_prefix_word()
            }
        }
    }

    /// Whether a `{` at the end of this line stands where the `:` before a block belongs: behind an
    /// operand or a word that takes none, where no program without mistakes has one.
    pub(super) fn begins_block(&self, index: usize) -> bool {
        let ends_line = matches!(self.next_on_line(index), LineEnd | Comment | DocComment | Eof);
        if !ends_line || !self.brackets.is_empty() {
            return false;
        }
        match self.input.tokens.last().map_or(Eof, |token| token.kind) {
            // Of a conditional expression it is the value.
            ElseKeyword => matches!(self.first_on_line(), ElseKeyword | RightBrace),
            SelectKeyword | ConcurrentKeyword | DetachKeyword | SpawnKeyword => true,
            before => {
                ends_operand(before) && !self.after_prefix_word() && self.line_has_block(index)
            }
        }
    }

    /// Whether the line of a `{` begins as one that has a block does.
    fn line_has_block(&self, brace: usize) -> bool {
        let first = self.first_index();
        match self.lexed.kind(first) {
            IfKeyword | ElifKeyword | WhileKeyword | ForKeyword | ParallelKeyword | FnKeyword
            | StructKeyword | EnumKeyword | MutableKeyword | MatchKeyword | CaseKeyword
            | WithKeyword | ConcurrentKeyword | RightBrace => true,
            // `func f() {`, `loop {`
            Ident => self.next_on_line(first) == Ident || self.next_index(first) == brace,
            _ => false,
        }
    }

    fn first_on_line(&self) -> SyntaxKind {
        self.lexed.kind(self.first_index())
    }

    fn first_index(&self) -> usize {
        let mut first = self.line.start;
        while self.lexed.kind(first).is_trivia() {
            first += 1;
        }
        first
    }

    /// Whether a declaration begins at this token, the first of its line.
    pub(super) fn begins_declaration(&self, index: usize) -> bool {
        let next = self.next_on_line(index);
        match self.lexed.kind(index) {
            ImportKeyword | FromKeyword | ConstKeyword | TasklocalKeyword | StructKeyword
            | EnumKeyword => true,
            FnKeyword => next == Ident,
            MutableKeyword => next == StructKeyword,
            Ident => self.declares(index, next),
            _ => false,
        }
    }

    /// `type X` and `test "..."`.
    fn declares(&self, index: usize, next: SyntaxKind) -> bool {
        match self.lexed.text(index) {
            "type" => next == Ident,
            "test" => next == StringLiteral,
            _ => false,
        }
    }

    /// Whether the line is indented no deeper than the one on which the first bracket was opened:
    /// two operands side by side are a forgotten comma if it is, a forgotten bracket if not.
    fn is_no_deeper_than_opener(&self) -> bool {
        let opener = self.brackets.first().map(|bracket| bracket.line).unwrap_or_default();
        !self.line.indentation.compare(opener).is_gt()
    }

    fn after_prefix_word(&self) -> bool {
        let last = self.input.len().saturating_sub(1);
        matches!(self.lexed.text(self.input.raw(last)), "attempt" | "move" | "when")
            || self.after_scope_of_spawn()
    }

    /// `spawn in s`, which a call follows.
    fn after_scope_of_spawn(&self) -> bool {
        let last = self.input.tokens.last_chunk().map(|last| last.map(|token| token.kind));
        last == Some([SpawnKeyword, InKeyword, Ident])
    }

    fn next_on_line(&self, index: usize) -> SyntaxKind {
        self.lexed.kind(self.next_index(index))
    }

    fn next_index(&self, index: usize) -> usize {
        let mut next = index + 1;
        while self.lexed.kind(next) == Whitespace {
            next += 1;
        }
        next
    }

    fn last_on_line(&self, index: usize) -> SyntaxKind {
        (index..self.lexed.len())
            .map(|i| self.lexed.kind(i))
            .take_while(|kind| *kind != LineEnd)
            .filter(|kind| !kind.is_trivia())
            .last()
            .unwrap_or(Eof)
    }
}

fn begins_operand(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        Ident
            | IntLiteral
            | FloatLiteral
            | StringLiteral
            | BytesLiteral
            | FStringStart
            | TrueKeyword
            | FalseKeyword
            | SpawnKeyword
            | BlockingKeyword
    )
}

fn ends_operand(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        Ident
            | IntLiteral
            | FloatLiteral
            | StringLiteral
            | BytesLiteral
            | FStringEnd
            | TrueKeyword
            | FalseKeyword
            | RightParen
            | RightBracket
            | RightBrace
            | Question
    )
}
