//! The formats of f-strings: `[[fill]align][0][width][,][.digits]`.
//!
//! What they mean is the machine's; which of them fit a type is asked here, before any run.

/// The widest that a value may be padded to, and the most digits.
pub const WIDTH_MAX: usize = 10_000;

/// How a value is shaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// What pads it.
    pub fill: char,
    /// `<`, `>`, `^`, or `=` for zeros behind the sign.
    pub align: Option<char>,
    /// At least so many characters.
    pub width: usize,
    /// A comma between each three digits.
    pub commas: bool,
    /// So many digits after the dot of a float, characters of a string.
    pub digits: Option<usize>,
}

impl Format {
    /// What the text says; none when it is no format.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest: Vec<char> = text.chars().collect();
        let is_align = |character: &char| matches!(character, '<' | '>' | '^');
        let mut format = Self { fill: ' ', align: None, width: 0, commas: false, digits: None };
        if rest.len() >= 2 && is_align(&rest[1]) {
            format.fill = rest[0];
            format.align = Some(rest[1]);
            rest.drain(..2);
        } else if rest.first().is_some_and(is_align) {
            format.align = rest.first().copied();
            rest.remove(0);
        }
        if rest.first() == Some(&'0') {
            format.fill = '0';
            format.align = format.align.or(Some('='));
            rest.remove(0);
        }
        format.width = number(&mut rest)?.unwrap_or(0);
        if rest.first() == Some(&',') {
            format.commas = true;
            rest.remove(0);
        }
        if rest.first() == Some(&'.') {
            rest.remove(0);
            format.digits = Some(number(&mut rest)??);
        }
        rest.is_empty().then_some(format)
    }
}

/// The digits at the front; none outside when they are too many.
fn number(rest: &mut Vec<char>) -> Option<Option<usize>> {
    let count = rest.iter().take_while(|character| character.is_ascii_digit()).count();
    let digits: String = rest.drain(..count).collect();
    if digits.is_empty() {
        return Some(None);
    }
    digits.parse().ok().filter(|number| *number <= WIDTH_MAX).map(Some)
}
