//! Schedules as bytes.
//!
//! ```text
//! "WEIRSCHD" version numbers… checksum      numbers are LEB128, the checksum 8 bytes FNV-1a
//! ```
//!
//! Invariant: they are written part by part, as what the outside has answered is large and there already.

use std::hash::Hasher;
use std::io::{self, Write};

use super::choices::Choices;
use super::{Arrival, Schedule, ScheduleError};
use crate::program::{StableHasher, stable_hash};

pub(super) const VERSION: u64 = 7;
/// As many formats as a byte of a number can name: what says more was damaged.
const VERSION_MAX: u64 = 127;
const MAGIC: &[u8; 8] = b"WEIRSCHD";
const CHECKSUM_BYTES: usize = 8;

impl Schedule {
    /// As a file holds it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // Memory takes whatever is written to it.
        let _ = self.write(&mut out);
        out
    }

    /// Writes what [`Self::to_bytes`] gives.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut out = Summed { out, sum: StableHasher::new() };
        out.write_all(MAGIC)?;
        out.numbers(&self.head())?;
        out.row(&self.choices.to_bytes())?;
        out.numbers(&[self.answers.len() as u64])?;
        self.answers.iter().try_for_each(|answer| out.row(answer))?;
        out.numbers(&[self.arrivals.len() as u64])?;
        for arrival in &self.arrivals {
            out.numbers(&[arrival.call, arrival.event, arrival.time_ns])?;
            out.row(&arrival.answer)?;
        }
        for numbers in [&self.memory_ends, &self.memory_refusals] {
            out.numbers(&[numbers.len() as u64])?;
            out.numbers(numbers)?;
        }
        let moments = [self.interrupted_at, self.stopped_at, self.cut_at];
        out.numbers(&moments.map(|event| event.map_or(0, |event| event.saturating_add(1))))?;
        let sum = out.sum.finish().to_le_bytes();
        out.write_all(&sum)
    }

    fn head(&self) -> [u64; 12] {
        [
            VERSION,
            self.program,
            self.seed,
            self.draws,
            self.procs,
            self.slice_ns,
            u64::from(self.in_turns),
            self.detach_grace_ns,
            self.max_steps.map_or(0, |steps| steps.saturating_add(1)),
            self.memory_max_bytes,
            self.steps,
            self.exit_code,
        ]
    }
}

/// Passes bytes on, and sums them up.
struct Summed<'o, W> {
    out: &'o mut W,
    sum: StableHasher,
}

impl<W: Write> Summed<'_, W> {
    fn numbers(&mut self, numbers: &[u64]) -> io::Result<()> {
        let mut bytes = Vec::new();
        numbers.iter().for_each(|number| push_number(&mut bytes, *number));
        self.write_all(&bytes)
    }

    /// How many bytes, and these.
    fn row(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.numbers(&[bytes.len() as u64])?;
        self.write_all(bytes)
    }
}

impl<W: Write> Write for Summed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.write(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

pub(super) fn parse_bytes(bytes: &[u8]) -> Result<Schedule, ScheduleError> {
    let mut rest = bytes.strip_prefix(MAGIC).ok_or(ScheduleError::Foreign)?;
    let version = take_number(&mut rest).ok_or(ScheduleError::Corrupt)?;
    if version > VERSION_MAX {
        return Err(ScheduleError::Corrupt);
    }
    if version != VERSION {
        return Err(ScheduleError::OtherFormat(version));
    }
    let body = bytes.len().checked_sub(CHECKSUM_BYTES).ok_or(ScheduleError::Corrupt)?;
    let sum = bytes.get(body..).ok_or(ScheduleError::Corrupt)?;
    if stable_hash(&bytes[..body]).to_le_bytes() != sum {
        return Err(ScheduleError::Corrupt);
    }
    let body = rest.len().checked_sub(CHECKSUM_BYTES).ok_or(ScheduleError::Corrupt)?;
    parse_body(&rest[..body]).ok_or(ScheduleError::Corrupt)
}

fn parse_body(mut rest: &[u8]) -> Option<Schedule> {
    let rest = &mut rest;
    let mut schedule = Schedule {
        program: take_number(rest)?,
        seed: take_number(rest)?,
        draws: take_number(rest)?,
        procs: take_number(rest)?,
        slice_ns: take_number(rest)?,
        in_turns: take_flag(rest)?,
        detach_grace_ns: take_number(rest)?,
        max_steps: take_number(rest)?.checked_sub(1),
        memory_max_bytes: take_number(rest)?,
        steps: take_number(rest)?,
        exit_code: take_number(rest)?,
        ..Schedule::default()
    };
    schedule.choices = Choices::from_bytes(&take_bytes(rest)?)?;
    for _ in 0..take_number(rest)? {
        schedule.answers.push(take_bytes(rest)?);
    }
    for _ in 0..take_number(rest)? {
        schedule.arrivals.push(Arrival {
            call: take_number(rest)?,
            event: take_number(rest)?,
            time_ns: take_number(rest)?,
            answer: take_bytes(rest)?,
        });
    }
    for numbers in [&mut schedule.memory_ends, &mut schedule.memory_refusals] {
        for _ in 0..take_number(rest)? {
            numbers.push(take_number(rest)?);
        }
    }
    schedule.interrupted_at = take_number(rest)?.checked_sub(1);
    schedule.stopped_at = take_number(rest)?.checked_sub(1);
    schedule.cut_at = take_number(rest)?.checked_sub(1);
    rest.is_empty().then_some(schedule)
}

pub(crate) fn push_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(crate) fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn take_flag(rest: &mut &[u8]) -> Option<bool> {
    match take_number(rest)? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

fn take_bytes(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let length = usize::try_from(take_number(rest)?).ok()?;
    let (bytes, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(bytes.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Choice, ChoiceKind};

    fn schedule() -> Schedule {
        let mut schedule = Schedule {
            program: u64::MAX,
            seed: 11,
            draws: 500,
            procs: 4,
            in_turns: true,
            steps: 300,
            ..Schedule::default()
        };
        for answer in [0, 0, 0, 1, 2, 2] {
            schedule.choices.push(Choice { kind: ChoiceKind::Victim, count: 3, answer });
        }
        schedule.answers = vec![b"yes".to_vec(), Vec::new()];
        let answer = b"at last".to_vec();
        schedule.arrivals.push(Arrival { call: 1, event: 7, time_ns: 900, answer });
        schedule.memory_ends = vec![3, 3, 1000];
        schedule.memory_refusals = vec![2];
        schedule.interrupted_at = Some(0);
        schedule.stopped_at = Some(4);
        schedule.cut_at = Some(9);
        schedule
    }

    #[test]
    fn a_schedule_reads_back_from_its_file_and_from_its_line() {
        let schedule = schedule();
        assert_eq!(schedule.choices(), 506);
        assert_eq!(Schedule::parse(&schedule.to_bytes()).as_ref(), Ok(&schedule));
        let line = schedule.to_line() + "\n";
        assert_eq!(Schedule::parse(line.as_bytes()).as_ref(), Ok(&schedule));
    }

    #[test]
    fn what_is_no_schedule_is_refused_with_its_reason() {
        let bytes = schedule().to_bytes();
        assert_eq!(Schedule::parse(b"{\"a\": 1}"), Err(ScheduleError::Foreign));
        assert_eq!(Schedule::parse(b"weir-schedule:?!"), Err(ScheduleError::Corrupt));
        assert_eq!(Schedule::parse(&bytes[..bytes.len() - 1]), Err(ScheduleError::Corrupt));
        let mut newer = bytes.clone();
        newer[MAGIC.len()] = 9;
        assert_eq!(Schedule::parse(&newer), Err(ScheduleError::OtherFormat(9)));
        for at in MAGIC.len() + 1..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(Schedule::parse(&changed), Err(ScheduleError::Corrupt), "byte {at}");
        }
    }

    #[test]
    fn a_forged_schedule_is_refused_or_means_what_it_says() {
        let bytes = schedule().to_bytes();
        let end = bytes.len() - CHECKSUM_BYTES;
        let mut read = 0;
        for at in MAGIC.len() + 1..end {
            for byte in [0, 1, 2, 64, 127, 128, 200, 255] {
                let mut forged = bytes[..end].to_vec();
                forged[at] = byte;
                forged.extend(stable_hash(&forged).to_le_bytes());
                if let Ok(schedule) = Schedule::parse(&forged) {
                    let again = Schedule::parse(&schedule.to_bytes());
                    assert_eq!(again, Ok(schedule), "{byte} at {at}");
                    read += 1;
                }
            }
        }
        assert!(read > 0);
    }
}
