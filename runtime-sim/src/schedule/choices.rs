//! The choices of a run, in order, a byte for most.
//!
//! ```text
//! byte   kind × 32 + code      code 0..=26   a count of 2 to 7 with its answer
//!                                   27, 28   the count of the kind's last or last but one that was larger, then the answer
//!                                   29       then count and answer
//! REPEAT                       then a number: the last choice so many times more
//! ```
//!
//! Numbers are LEB128. Invariant: the same choices are the same bytes, however they came in.

use super::encode::{push_number, take_number};
use super::{Choice, ChoiceKind};
use crate::bounds::SCHEDULE_CHOICES_MAX;
use crate::memory::uncounted;

/// The largest count that stands in one byte together with its answer.
const SMALL_COUNT_MAX: u32 = 7;
const CODES: u8 = 32;
// Each kind has so many of a byte's codes.
const _: () = assert!(ChoiceKind::ALL.len() * CODES as usize <= 1 << u8::BITS);
const LAST_COUNT: u8 = 27;
const COUNT_BEFORE: u8 = 28;
const NEW_COUNT: u8 = 29;
const REPEAT: u8 = CODES - 1;
/// What a choice and the repeats of the one before it take at most.
const CHOICE_BYTES_MAX: usize = 32;

/// A growing row of choices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choices {
    bytes: Vec<u8>,
    /// The last one, of which `repeats` more follow that are not in the bytes yet.
    last: Option<Choice>,
    repeats: u64,
    counts: Counts,
    length: u64,
}

/// The large counts that each kind had lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts([[u32; 2]; ChoiceKind::ALL.len()]);

/// How far somebody has read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cursor {
    at: usize,
    last: Option<Choice>,
    /// How often the last one is still to be given.
    repeats: u64,
    /// How many were given.
    given: u64,
    counts: Counts,
}

impl Choices {
    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// How many bytes they take.
    pub(crate) fn kept_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    #[inline]
    pub(crate) fn push(&mut self, choice: Choice) {
        self.push_times(choice, 1);
    }

    fn push_times(&mut self, choice: Choice, times: u64) {
        self.length += times;
        if self.last == Some(choice) {
            self.repeats += times;
            return;
        }
        self.make_room();
        self.write_repeats();
        self.counts.write(choice, &mut self.bytes);
        (self.last, self.repeats) = (Some(choice), times - 1);
    }

    /// Room that is no part of what the run holds.
    #[inline]
    fn make_room(&mut self) {
        if self.bytes.capacity() - self.bytes.len() < CHOICE_BYTES_MAX {
            uncounted(|| self.bytes.reserve(self.bytes.len().max(CHOICE_BYTES_MAX)));
        }
    }

    fn write_repeats(&mut self) {
        write_repeats(&mut self.bytes, self.last, self.repeats);
        self.repeats = 0;
    }

    /// All of them as bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        write_repeats(&mut bytes, self.last, self.repeats);
        bytes
    }

    /// What [`Self::to_bytes`] gave; none for anything else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (mut choices, mut rest) = (Self::default(), bytes);
        let (mut counts, mut last) = (Counts::default(), None);
        while let Some((code, after)) = rest.split_first() {
            rest = after;
            let (choice, times) = match *code {
                REPEAT => (last?, take_number(&mut rest)?),
                code => (counts.read(code, &mut rest)?, 1),
            };
            if !(1..=SCHEDULE_CHOICES_MAX).contains(&times) {
                return None;
            }
            choices.push_times(choice, times);
            last = Some(choice);
        }
        Some(choices)
    }
}

impl Cursor {
    /// The next one.
    pub(super) fn next(&mut self, choices: &Choices) -> Option<Choice> {
        let next = self.peek(choices)?;
        self.repeats -= 1;
        self.given += 1;
        Some(next)
    }

    /// The next one, which comes again.
    pub(super) fn peek(&mut self, choices: &Choices) -> Option<Choice> {
        if self.repeats == 0 && self.given < choices.length {
            let mut rest = choices.bytes.get(self.at..)?;
            match rest.split_first() {
                Some((&REPEAT, after)) => {
                    rest = after;
                    self.repeats = take_number(&mut rest)?;
                }
                Some((code, after)) => {
                    rest = after;
                    self.last = Some(self.counts.read(*code, &mut rest)?);
                    self.repeats = 1;
                }
                None => self.repeats = choices.repeats,
            }
            self.at = choices.bytes.len() - rest.len();
        }
        self.last.filter(|_| self.repeats > 0)
    }
}

impl Counts {
    fn write(&mut self, choice: Choice, out: &mut Vec<u8>) {
        let Choice { kind, count, answer } = choice;
        if count <= SMALL_COUNT_MAX {
            return out.push(small_code(kind, count, answer));
        }
        let start = kind.number() as u8 * CODES;
        let known = &mut self.0[kind as usize];
        match known.iter().position(|of| *of == count) {
            Some(at) => out.push(start + LAST_COUNT + at as u8),
            None => {
                out.push(start + NEW_COUNT);
                push_number(out, count.into());
            }
        }
        if known[0] != count {
            *known = [count, known[0]];
        }
        push_number(out, answer.into());
    }

    fn read(&mut self, code: u8, rest: &mut &[u8]) -> Option<Choice> {
        let kind = ChoiceKind::from_number((code / CODES).into())?;
        let known = &mut self.0[kind as usize];
        let mut number = || u32::try_from(take_number(rest)?).ok();
        let (count, answer) = match code % CODES {
            LAST_COUNT => (known[0], number()?),
            COUNT_BEFORE => (known[1], number()?),
            NEW_COUNT => (number().filter(|count| *count > SMALL_COUNT_MAX)?, number()?),
            small => {
                let counts = 2..=SMALL_COUNT_MAX;
                let count = counts.rev().find(|count| before(*count) <= u32::from(small))?;
                (count, u32::from(small) - before(count))
            }
        };
        if answer >= count {
            return None;
        }
        if count > SMALL_COUNT_MAX && known[0] != count {
            *known = [count, known[0]];
        }
        Some(Choice { kind, count, answer })
    }
}

/// How many codes the smaller counts have.
fn before(count: u32) -> u32 {
    (count - 2) * (count + 1) / 2
}

/// One is the same code again, if that is a byte; more are a number.
fn write_repeats(bytes: &mut Vec<u8>, last: Option<Choice>, repeats: u64) {
    match last {
        Some(Choice { kind, count, answer }) if repeats == 1 && count <= SMALL_COUNT_MAX => {
            bytes.push(small_code(kind, count, answer));
        }
        _ if repeats > 0 => {
            bytes.push(REPEAT);
            push_number(bytes, repeats);
        }
        _ => {}
    }
}

fn small_code(kind: ChoiceKind, count: u32, answer: u32) -> u8 {
    kind.number() as u8 * CODES + before(count) as u8 + answer as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(choices: &Choices) -> Vec<Choice> {
        let mut cursor = Cursor::default();
        std::iter::from_fn(|| cursor.next(choices)).collect()
    }

    fn row() -> Vec<Choice> {
        let kinds = ChoiceKind::ALL.iter().cycle();
        let counts = [2, 3, 7, 8, 64, 8, 1 << 27, 1 << 26, 1 << 27, 7, 2, 2, 2, 9].iter().cycle();
        let choices = kinds.zip(counts).take(500).enumerate();
        let of = |(at, (kind, count)): (usize, (&ChoiceKind, &u32))| Choice {
            kind: *kind,
            count: *count,
            answer: (at as u32).wrapping_mul(2_654_435_761) % count,
        };
        choices.flat_map(|choice| vec![of(choice); choice.0 % 4]).collect()
    }

    #[test]
    fn what_was_pushed_is_read_from_the_row_and_from_its_bytes() {
        let mut choices = Choices::default();
        row().into_iter().for_each(|choice| choices.push(choice));
        assert_eq!((all(&choices), choices.len()), (row(), row().len() as u64));
        assert_eq!(Choices::from_bytes(&choices.to_bytes()).as_ref(), Some(&choices));
    }

    #[test]
    fn a_small_choice_takes_a_byte_and_a_row_of_equal_ones_a_few() {
        let mut choices = Choices::default();
        for at in 0..1000u32 {
            let (kind, count) = (ChoiceKind::Select, 2 + at % 6);
            choices.push(Choice { kind, count, answer: at % count });
        }
        assert_eq!(choices.to_bytes().len(), 1000);
        for _ in 0..1_000_000 {
            choices.push(Choice { kind: ChoiceKind::Processor, count: 2, answer: 1 });
        }
        assert_eq!(choices.to_bytes().len(), 1000 + 5);
    }

    #[test]
    fn bytes_that_say_what_cannot_be_are_refused() {
        let nothing_to_repeat: &[u8] = &[REPEAT, 1];
        let no_answer: &[u8] = &[NEW_COUNT, 8];
        let too_large_an_answer: &[u8] = &[NEW_COUNT, 8, 8];
        let a_small_count: &[u8] = &[NEW_COUNT, 7, 0];
        let a_count_that_never_was: &[u8] = &[LAST_COUNT, 0];
        let repeated_never: &[u8] = &[0, REPEAT, 0];
        for bytes in [
            nothing_to_repeat,
            no_answer,
            too_large_an_answer,
            a_small_count,
            a_count_that_never_was,
            repeated_never,
        ] {
            assert_eq!(Choices::from_bytes(bytes), None, "{bytes:?}");
        }
    }
}
