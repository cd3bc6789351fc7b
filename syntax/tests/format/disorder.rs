//! Programs that are the same, written by somebody less tidy.

use weir_syntax::{Parse, SyntaxKind, SyntaxToken, keywords};

/// Numbers that look random and are the same on each run.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }
}

pub(super) fn is_in_fstring(token: &SyntaxToken) -> bool {
    token.parent_ancestors().any(|node| node.kind() == SyntaxKind::FString)
}

/// A token, and where it stands.
struct Placed {
    kind: SyntaxKind,
    text: String,
    /// How many brackets are open around it.
    brackets: usize,
    /// It is first on its line.
    begins_line: bool,
    in_fstring: bool,
    /// It is the sign of an operand: before one, a space would make it an operator behind `attempt`.
    is_sign: bool,
}

fn placed(parse: &Parse) -> Vec<Placed> {
    let (mut brackets, mut begins_line) = (0usize, true);
    let place = |token: SyntaxToken| {
        let (kind, in_fstring) = (token.kind(), is_in_fstring(&token));
        if kind.is_close_bracket() && !in_fstring {
            brackets -= 1;
        }
        let text = token.text().to_owned();
        let is_sign = token.parent().is_some_and(|node| node.kind() == SyntaxKind::UnaryExpr);
        let placed = Placed { kind, text, brackets, begins_line, in_fstring, is_sign };
        if kind.is_open_bracket() && !in_fstring {
            brackets += 1;
        }
        begins_line = kind == SyntaxKind::LineEnd;
        placed
    };
    super::tokens(parse).into_iter().map(place).collect()
}

/// How far to indent within brackets: deeper than any line that they are on.
const DEEP: usize = 120;

/// The same program with other spaces, other line ends within brackets, and more blank lines where
/// there are some.
pub(super) fn other_spaces(parse: &Parse, random: &mut Random) -> String {
    let tokens = placed(parse);
    let scale = [1, 2, 3][random.below(3)];
    let mut text = String::new();
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1);
        match token.kind {
            _ if token.in_fstring => text += &token.text,
            SyntaxKind::Whitespace if token.begins_line && token.brackets == 0 => {
                text += &" ".repeat(token.text.len() * scale);
            }
            SyntaxKind::Whitespace if token.begins_line => {
                text += &" ".repeat(DEEP + random.below(9));
            }
            SyntaxKind::Whitespace => text += &spaces(1, token, next, random),
            SyntaxKind::LineEnd => {
                text += [" ", "", ""][random.below(3)];
                let is_blank = token.begins_line;
                text += &token.text.repeat(if is_blank { 1 + random.below(3) } else { 1 });
            }
            _ => {
                text += &token.text;
                if can_be_apart(token, next) {
                    text += &spaces(0, token, next, random);
                }
            }
        }
    }
    text
}

/// Spaces, or, within brackets, a line end.
fn spaces(min: usize, token: &Placed, next: Option<&Placed>, random: &mut Random) -> String {
    let in_brackets = token.brackets > 0 && next.is_some_and(|next| next.brackets > 0);
    let before_line_end = next.is_none_or(|next| {
        matches!(next.kind, SyntaxKind::LineEnd | SyntaxKind::Comment | SyntaxKind::DocComment)
    });
    if in_brackets && !before_line_end && random.one_in(4) {
        return format!("\n{}", " ".repeat(DEEP + random.below(9)));
    }
    " ".repeat(min + random.below(3))
}

/// Whether space may stand between a token and the next, where there is none.
fn can_be_apart(token: &Placed, next: Option<&Placed>) -> bool {
    let Some(next) = next else { return false };
    let is_word = matches!(token.text.as_str(), "attempt" | "move");
    let may_be_its_operand = matches!(
        next.kind,
        SyntaxKind::LeftParen | SyntaxKind::LeftBracket | SyntaxKind::Minus | SyntaxKind::Plus
    );
    !(token.kind == SyntaxKind::Dot
        || token.is_sign && token.kind != SyntaxKind::NotKeyword
        || token.kind == SyntaxKind::ByteOrderMark
        || next.kind.is_trivia()
        || token.kind.is_trivia()
        || next.in_fstring && next.kind != SyntaxKind::FStringStart
        || is_word && may_be_its_operand)
}

/// The same program with an addition to each of its names.
pub(super) fn longer_names(parse: &Parse, addition: &str) -> String {
    let has_meaning = |text: &str| {
        matches!(text, "_" | "self" | "r")
            || keywords::CONTEXTUAL.iter().any(|keyword| keyword.text == text)
            || keywords::reserved(text).is_some()
    };
    let longer = |token: &Placed| match token.kind {
        SyntaxKind::Ident if !has_meaning(&token.text) => format!("{}{addition}", token.text),
        _ => token.text.clone(),
    };
    placed(parse).iter().map(longer).collect()
}

/// The same program with comments where there may be some, one in so many places.
pub(super) fn with_comments(parse: &Parse, random: &mut Random, one_in: usize) -> String {
    let tokens = placed(parse);
    let mut text = String::new();
    let mut count = 0;
    let mut comment = || {
        count += 1;
        format!("# comment {count}\n")
    };
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1);
        let is_comment = matches!(token.kind, SyntaxKind::Comment | SyntaxKind::DocComment);
        let ends_line = token.kind == SyntaxKind::LineEnd;
        if ends_line && !token.in_fstring && !text.ends_with(['\n', ' ']) && random.one_in(one_in) {
            let after_comment = index > 0 && tokens[index - 1].kind.is_trivia();
            if !after_comment {
                text += "  ";
                text += comment().trim_end();
            }
        }
        text += &token.text;
        if token.in_fstring || is_comment || !random.one_in(one_in) {
            continue;
        }
        let in_brackets = token.brackets > 0 || token.kind.is_open_bracket();
        if ends_line && token.brackets == 0 {
            let indentation = next.filter(|next| next.kind == SyntaxKind::Whitespace);
            text += indentation.map_or("", |space| space.text.as_str());
            text += &comment();
        } else if in_brackets
            && (token.kind.is_trivia() || can_be_apart(token, next))
            && next.is_some_and(|next| !next.in_fstring || next.kind == SyntaxKind::FStringStart)
        {
            if random.one_in(2) && !text.ends_with(' ') {
                text += "\n";
            }
            text += &" ".repeat(DEEP);
            text += &comment();
            text += &" ".repeat(DEEP);
        }
    }
    text
}

/// The tokens with a few of them taken out, put in, replaced or swapped.
pub(super) fn other_words(tokens: &[String], words: &[String], random: &mut Random) -> String {
    let mut tokens = tokens.to_vec();
    for _ in 0..1 + random.below(3) {
        let (at, other) = (random.below(tokens.len()), random.below(tokens.len()));
        let word = words[random.below(words.len())].clone();
        match random.below(4) {
            0 => tokens[at].clear(),
            1 => tokens.insert(at, word),
            2 => tokens[at] = word,
            _ => tokens.swap(at, other),
        }
    }
    tokens.concat()
}
