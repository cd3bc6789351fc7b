//! Asking for room for values before they are there: one is refused where it would be too large, or
//! where the run has no memory for it.
//!
//! Invariant: whatever one step makes asks at the latest when a lot of [`CHARGE_BYTES_MIN`] more is there,
//! so that a step cannot use much more memory than the run may.

use crate::bounds::{CHARGE_BYTES_MIN, CHARGE_VALUES, VALUE_ITEMS_MAX};
use crate::failure::{FailureKind, Fallible, fail};
use crate::memory::charge;
use crate::pace::look_at;
use crate::value::Value;

/// A text of so many bytes takes as long to make as a value.
const TEXT_BYTES_A_VALUE: usize = 16;

/// Fails when a text would be larger than one may be, or than there is room for.
pub(crate) fn bounded(bytes: usize) -> Fallible<()> {
    counted(bytes)?;
    through_text(bytes)?;
    charge(bytes)
}

/// Fails when a row of values would be larger than one may be, or than there is room for.
pub(crate) fn bounded_row(items: usize) -> Fallible<()> {
    counted(items)?;
    charge(items.saturating_mul(size_of::<Value>()))
}

/// A text of so many bytes is looked at from one end to the other, or copied.
#[inline]
pub(crate) fn through_text(bytes: usize) -> Fallible<()> {
    match bytes < CHARGE_BYTES_MIN {
        true => Ok(()),
        false => look_at(bytes / TEXT_BYTES_A_VALUE),
    }
}

/// The same for one of unknown length that has so many so far.
pub(crate) fn bounded_so_far(items: usize) -> Fallible<()> {
    look_at(1)?;
    match items.is_multiple_of(CHARGE_VALUES) && items > 0 {
        // Whoever grows has the old row and the new one for a moment.
        true => bounded_row(items),
        false => Ok(()),
    }
}

/// Values that are made one by one, so that what each takes beside its place counts too.
pub(crate) fn one_by_one<T>(values: impl Iterator<Item = T>) -> impl Iterator<Item = Fallible<T>> {
    values.enumerate().map(|(before, value)| bounded_so_far(before).map(|()| value))
}

/// A row of such values.
pub(crate) fn row_of(values: impl Iterator<Item = Value>) -> Fallible<Vec<Value>> {
    one_by_one(values).collect()
}

/// Fails when a value would have more than one may have.
pub(crate) fn counted(items: usize) -> Fallible<()> {
    if items > VALUE_ITEMS_MAX {
        let message =
            format!("a value of {items} items is too large: the limit is {VALUE_ITEMS_MAX}");
        return fail(FailureKind::Memory, message);
    }
    Ok(())
}

/// What is made out of many small pieces, none of which asks for itself.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// How many bytes are there that nobody has asked for.
    bytes: usize,
}

impl Pieces {
    /// A row of so many values more.
    pub(crate) fn add_row(&mut self, items: usize) -> Fallible<()> {
        look_at(items)?;
        self.bytes = self.bytes.saturating_add(items.saturating_mul(size_of::<Value>()));
        match self.bytes < CHARGE_BYTES_MIN {
            true => Ok(()),
            false => charge(std::mem::take(&mut self.bytes)),
        }
    }
}

/// How far a text may grow until it has to ask again.
#[derive(Debug)]
pub(crate) struct Growth {
    until: usize,
}

impl Default for Growth {
    fn default() -> Self {
        Self { until: CHARGE_BYTES_MIN }
    }
}

impl Growth {
    /// The text has so many bytes now.
    #[inline]
    pub(crate) fn reach(&mut self, bytes: usize) -> Fallible<()> {
        if bytes < self.until {
            return Ok(());
        }
        self.until = bytes.saturating_add(CHARGE_BYTES_MIN);
        // What was there before was looked at when it came.
        counted(bytes)?;
        through_text(CHARGE_BYTES_MIN)?;
        charge(bytes)
    }
}
