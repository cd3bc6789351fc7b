//! The ints of a `range(…)`, of which none is made before somebody asks for it.

/// The ints of a `range(…)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: i64,
    pub(crate) stop: i64,
    pub(crate) step: i64,
}

impl Range {
    pub(crate) fn len(&self) -> i64 {
        self.checked_len().unwrap_or(i64::MAX)
    }

    /// None where there are more than an int counts.
    pub(crate) fn checked_len(&self) -> Option<i64> {
        i64::try_from(self.count()).ok()
    }

    fn count(&self) -> i128 {
        let (span, step) = match self.step {
            step if step > 0 => (i128::from(self.stop) - i128::from(self.start), i128::from(step)),
            step => (i128::from(self.start) - i128::from(self.stop), -i128::from(step)),
        };
        if span <= 0 { 0 } else { (span - 1) / step + 1 }
    }

    /// The first and the last element, unless there is none.
    pub(crate) fn ends(&self) -> Option<(i64, i64)> {
        let last = self.count() - 1;
        let at = i128::from(self.start) + i128::from(self.step) * last;
        (last >= 0).then_some((self.start, i64::try_from(at).ok()?))
    }

    /// The sum of the elements; none where it is beyond all ints.
    pub(crate) fn sum(&self) -> Option<i128> {
        let Some((first, last)) = self.ends() else { return Some(0) };
        Some(self.count().checked_mul(i128::from(first) + i128::from(last))? / 2)
    }

    /// The element at a position within the length.
    pub(crate) fn at(&self, position: i64) -> i64 {
        self.start.wrapping_add(self.step.wrapping_mul(position))
    }

    pub(crate) fn contains(&self, value: i64) -> bool {
        let (value, start, stop) =
            (i128::from(value), i128::from(self.start), i128::from(self.stop));
        let inside = if self.step > 0 {
            start <= value && value < stop
        } else {
            stop < value && value <= start
        };
        inside && (value - start) % i128::from(self.step) == 0
    }
}
