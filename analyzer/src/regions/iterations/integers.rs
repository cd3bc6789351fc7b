//! Whether a system of linear constraints has a solution in whole numbers, and one if it has.
//!
//! The Omega test (W. Pugh, 1992): equalities are substituted away, then one unknown after the
//! other is projected out. A projection is exact where one side's factors are all 1; elsewhere the
//! dark shadow answers yes, the real shadow answers no, and between the two the splinters decide.
//! Departing from the paper, unknowns without a bound on one side go first, and a solution is built
//! on the way back.
//!
//! **Invariant.** The answer is exact, or [`Answer::Unknown`] when a bound named here is hit.

use std::collections::BTreeMap;

/// Constraints in one system, at most; a projection multiplies them.
const CONSTRAINTS_MAX: usize = 400;
/// Systems looked at for one question, shadows and splinters included.
const SYSTEMS_MAX: u32 = 2_000;
/// Unknowns, those that equalities introduce included.
const UNKNOWNS_MAX: u32 = 200;

/// An unknown, by number.
pub(super) type Unknown = u32;

/// `constant + Σ factor · unknown`; no factor is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sum {
    pub(super) constant: i128,
    pub(super) factors: BTreeMap<Unknown, i128>,
}

/// What a system's solution looks like.
pub(super) type Solution = BTreeMap<Unknown, i128>;

/// Whether the constraints can hold together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Never,
    /// Like this, for example; an unknown that is not there may be anything.
    When(Solution),
    /// A bound was hit.
    Unknown,
}

/// Constraints that hold together.
#[derive(Clone, Debug, Default)]
pub(super) struct System {
    /// Sums that are 0.
    pub(super) zeros: Vec<Sum>,
    /// Sums that are 0 or more.
    pub(super) naturals: Vec<Sum>,
}

impl Sum {
    pub(super) fn constant(constant: i128) -> Self {
        Self { constant, factors: BTreeMap::new() }
    }

    pub(super) fn unknown(unknown: Unknown) -> Self {
        Self { constant: 0, factors: BTreeMap::from([(unknown, 1)]) }
    }

    /// `self + factor * other`
    pub(super) fn plus(&self, factor: i128, other: &Self) -> Option<Self> {
        let mut sum = self.clone();
        sum.constant = sum.constant.checked_add(other.constant.checked_mul(factor)?)?;
        for (unknown, of) in &other.factors {
            let known = sum.factors.entry(*unknown).or_default();
            *known = known.checked_add(of.checked_mul(factor)?)?;
        }
        sum.factors.retain(|_, factor| *factor != 0);
        Some(sum)
    }

    pub(super) fn times(&self, factor: i128) -> Option<Self> {
        Self::default().plus(factor, self)
    }

    fn factor(&self, unknown: Unknown) -> i128 {
        self.factors.get(&unknown).copied().unwrap_or(0)
    }

    fn divisor(&self) -> i128 {
        self.factors.values().fold(0, |divisor, factor| gcd(divisor, factor.abs()))
    }

    fn without(&self, unknown: Unknown) -> Self {
        let mut rest = self.clone();
        rest.factors.remove(&unknown);
        rest
    }

    fn substitute(&self, unknown: Unknown, value: &Self) -> Option<Self> {
        match self.factor(unknown) {
            0 => Some(self.clone()),
            factor => self.without(unknown).plus(factor, value),
        }
    }

    /// Its value where every unknown has one; a missing one counts as 0.
    pub(super) fn value(&self, solution: &Solution) -> Option<i128> {
        self.factors.iter().try_fold(self.constant, |sum, (unknown, factor)| {
            let value = solution.get(unknown).copied().unwrap_or(0);
            sum.checked_add(factor.checked_mul(value)?)
        })
    }
}

impl System {
    /// `first == second`
    pub(super) fn equal(&mut self, first: &Sum, second: &Sum) -> Option<()> {
        self.zeros.push(first.plus(-1, second)?);
        Some(())
    }

    /// `low <= high`
    pub(super) fn at_most(&mut self, low: &Sum, high: &Sum) -> Option<()> {
        self.naturals.push(high.plus(-1, low)?);
        Some(())
    }

    /// `low < high`
    pub(super) fn below(&mut self, low: &Sum, high: &Sum) -> Option<()> {
        self.at_most(&low.plus(1, &Sum::constant(1))?, high)
    }

    /// Whether the constraints can hold together.
    pub(super) fn solve(self) -> Answer {
        let unknowns = self.zeros.iter().chain(&self.naturals).flat_map(|sum| sum.factors.keys());
        let fresh = unknowns.max().map_or(0, |most| most + 1);
        let mut solver = Solver { systems: 0, fresh };
        solver.solve(self).unwrap_or(Answer::Unknown)
    }
}

struct Solver {
    systems: u32,
    fresh: Unknown,
}

/// `None`: a bound was hit, or numbers grew too large.
type Result = Option<Answer>;

impl Solver {
    fn solve(&mut self, mut system: System) -> Result {
        self.systems += 1;
        if self.systems > SYSTEMS_MAX || system.naturals.len() > CONSTRAINTS_MAX {
            return None;
        }
        let mut substituted = Vec::new();
        loop {
            if !simplify(&mut system) {
                return Some(Answer::Never);
            }
            let Some(zero) = system.zeros.pop() else { break };
            let (unknown, value, again) = self.solved_for(&zero)?;
            system.zeros.extend(again.then_some(zero));
            for sum in system.zeros.iter_mut().chain(&mut system.naturals) {
                *sum = sum.substitute(unknown, &value)?;
            }
            substituted.push((unknown, value));
        }
        let mut answer = self.project(system)?;
        if let Answer::When(solution) = &mut answer {
            for (unknown, value) in substituted.into_iter().rev() {
                let value = value.value(solution)?;
                solution.insert(unknown, value);
            }
        }
        Some(answer)
    }

    /// An unknown of the equality in terms of others; where no factor is 1, one that makes factors
    /// smaller, so that the equality has to be looked at again.
    fn solved_for(&mut self, zero: &Sum) -> Option<(Unknown, Sum, bool)> {
        let (&unknown, &factor) = zero.factors.iter().min_by_key(|(_, factor)| factor.abs())?;
        let sign = factor.signum();
        if factor.abs() == 1 {
            return Some((unknown, zero.without(unknown).times(-sign)?, false));
        }
        if self.fresh >= UNKNOWNS_MAX {
            return None;
        }
        let modulus = factor.abs() + 1;
        let mut value = Sum::constant(sign * centred(zero.constant, modulus));
        for (other, factor) in zero.factors.iter().filter(|(other, _)| **other != unknown) {
            value.factors.insert(*other, sign * centred(*factor, modulus));
        }
        value.factors.retain(|_, factor| *factor != 0);
        value.factors.insert(self.fresh, -sign * modulus);
        self.fresh += 1;
        Some((unknown, value, true))
    }

    /// Of a system without equalities, projects out the unknown that costs least.
    fn project(&mut self, system: System) -> Result {
        let Some(choice) = choose(&system.naturals) else {
            return Some(Answer::When(Solution::new()));
        };
        let unknown = choice.unknown;
        let (bounds, rest): (Vec<Sum>, Vec<Sum>) =
            system.naturals.iter().cloned().partition(|sum| sum.factor(unknown) != 0);
        let (lows, highs): (Vec<Sum>, Vec<Sum>) =
            bounds.into_iter().partition(|sum| sum.factor(unknown) > 0);
        let dark = shadow(&rest, &lows, &highs, unknown, true)?;
        match self.solve(dark)? {
            Answer::When(solution) => return within(solution, &lows, &highs, unknown),
            answer if choice.exact => return Some(answer),
            _ => {}
        }
        let real = shadow(&rest, &lows, &highs, unknown, false)?;
        if self.solve(real)? == Answer::Never {
            return Some(Answer::Never);
        }
        self.splinters(&system, &lows, &highs, unknown)
    }

    /// Solutions between the shadows lie close above some lower bound.
    fn splinters(
        &mut self,
        system: &System,
        lows: &[Sum],
        highs: &[Sum],
        unknown: Unknown,
    ) -> Result {
        let most = highs.iter().map(|sum| -sum.factor(unknown)).max().unwrap_or(1);
        for low in lows {
            let factor = low.factor(unknown);
            let last = (most * factor - most - factor).div_euclid(most);
            for distance in 0..=last {
                let mut splinter = system.clone();
                splinter.zeros.push(low.plus(-1, &Sum::constant(distance))?);
                match self.solve(splinter)? {
                    Answer::Never => {}
                    answer => return Some(answer),
                }
            }
        }
        Some(Answer::Never)
    }
}

struct Choice {
    unknown: Unknown,
    exact: bool,
}

/// The unknown to project out next: unbounded ones first, then exact ones, then the cheapest.
fn choose(naturals: &[Sum]) -> Option<Choice> {
    let mut counts: BTreeMap<Unknown, (usize, usize, bool, bool)> = BTreeMap::new();
    for (unknown, factor) in naturals.iter().flat_map(|sum| &sum.factors) {
        let (lows, highs, low_ones, high_ones) =
            counts.entry(*unknown).or_insert((0, 0, true, true));
        if *factor > 0 {
            *lows += 1;
            *low_ones &= *factor == 1;
        } else {
            *highs += 1;
            *high_ones &= *factor == -1;
        }
    }
    let cost = |(lows, highs, low_ones, high_ones): &(usize, usize, bool, bool)| {
        let exact = *low_ones || *high_ones || *lows == 0 || *highs == 0;
        (!exact, lows * highs)
    };
    let (unknown, count) = counts.iter().min_by_key(|(_, count)| cost(count))?;
    Some(Choice { unknown: *unknown, exact: !cost(count).0 })
}

/// What remains of the constraints without the unknown: each lower bound below each upper one, in
/// the dark shadow so far below that a whole number fits between.
fn shadow(
    rest: &[Sum],
    lows: &[Sum],
    highs: &[Sum],
    unknown: Unknown,
    dark: bool,
) -> Option<System> {
    let mut naturals = rest.to_vec();
    for low in lows {
        for high in highs {
            let (below, above) = (low.factor(unknown), -high.factor(unknown));
            let mut sum = low.times(above)?.plus(below, high)?;
            if dark {
                let gap = (below - 1).checked_mul(above - 1)?;
                sum.constant = sum.constant.checked_sub(gap)?;
            }
            naturals.push(sum);
        }
    }
    (naturals.len() <= CONSTRAINTS_MAX).then_some(System { zeros: Vec::new(), naturals })
}

/// The solution with a value for the unknown, the one nearest to 0 that its bounds allow.
fn within(mut solution: Solution, lows: &[Sum], highs: &[Sum], unknown: Unknown) -> Result {
    let mut low: Option<i128> = None;
    for sum in lows {
        let rest = sum.without(unknown).value(&solution)?;
        let bound = -rest.div_euclid(sum.factor(unknown));
        low = Some(low.map_or(bound, |low| low.max(bound)));
    }
    let mut high: Option<i128> = None;
    for sum in highs {
        let rest = sum.without(unknown).value(&solution)?;
        let bound = rest.div_euclid(-sum.factor(unknown));
        high = Some(high.map_or(bound, |high| high.min(bound)));
    }
    let nearest = 0.max(low.unwrap_or(0)).min(high.unwrap_or(i128::MAX));
    solution.insert(unknown, low.map_or(nearest, |low| nearest.max(low)));
    Some(Answer::When(solution))
}

/// Divides each constraint by what its factors share, drops what says nothing, makes equalities of
/// bounds that meet; false when some constraint cannot hold.
fn simplify(system: &mut System) -> bool {
    let mut zeros = Vec::new();
    for zero in &system.zeros {
        match zero.divisor() {
            0 if zero.constant == 0 => {}
            0 => return false,
            divisor if zero.constant % divisor != 0 => return false,
            divisor => zeros.push(divided(zero, divisor)),
        }
    }
    let mut least: BTreeMap<BTreeMap<Unknown, i128>, i128> = BTreeMap::new();
    for natural in &system.naturals {
        match natural.divisor() {
            0 if natural.constant >= 0 => {}
            0 => return false,
            divisor => {
                let natural = divided(natural, divisor);
                let known = least.entry(natural.factors).or_insert(natural.constant);
                *known = natural.constant.min(*known);
            }
        }
    }
    let mut naturals = Vec::new();
    for (factors, constant) in &least {
        let opposite: BTreeMap<Unknown, i128> =
            factors.iter().map(|(unknown, factor)| (*unknown, -factor)).collect();
        let sum = Sum { constant: *constant, factors: factors.clone() };
        match least.get(&opposite).map(|other| constant.saturating_add(*other)) {
            Some(gap) if gap < 0 => return false,
            Some(0) if *factors > opposite => zeros.push(sum),
            Some(0) => {}
            _ => naturals.push(sum),
        }
    }
    *system = System { zeros, naturals };
    true
}

/// The constant rounds down: exact for equalities, and as tight as whole numbers allow for others.
fn divided(sum: &Sum, divisor: i128) -> Sum {
    let factors = sum.factors.iter().map(|(unknown, factor)| (*unknown, factor / divisor));
    Sum { constant: sum.constant.div_euclid(divisor), factors: factors.collect() }
}

/// The remainder nearest to 0.
fn centred(value: i128, modulus: i128) -> i128 {
    let remainder = value.rem_euclid(modulus);
    if 2 * remainder >= modulus { remainder - modulus } else { remainder }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(constant: i128, factors: &[(Unknown, i128)]) -> Sum {
        Sum { constant, factors: factors.iter().copied().filter(|(_, of)| *of != 0).collect() }
    }

    /// What trying every point of a box says; the box's bounds are part of the system.
    fn tried(system: &System, side: i128) -> bool {
        let range = -side..=side;
        let points = range.clone().flat_map(|x| range.clone().map(move |y| (x, y)));
        let mut points = points.flat_map(|(x, y)| (-side..=side).map(move |z| (x, y, z)));
        points.any(|(x, y, z)| {
            let at = Solution::from([(0, x), (1, y), (2, z)]);
            system.zeros.iter().all(|sum| sum.value(&at) == Some(0))
                && system.naturals.iter().all(|sum| sum.value(&at) >= Some(0))
        })
    }

    #[test]
    fn the_answer_is_what_trying_every_point_says() {
        let mut seed = 7_u64;
        let mut next = |count: i128| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            i128::from((seed >> 33) as u32) % count
        };
        let (mut never, mut when) = (0, 0);
        for _ in 0..3_000 {
            let mut system = System::default();
            for unknown in 0..3 {
                system.naturals.push(sum(4, &[(unknown, 1)]));
                system.naturals.push(sum(4, &[(unknown, -1)]));
            }
            for _ in 0..next(3) {
                let factors = [(0, next(13) - 6), (1, next(13) - 6), (2, next(13) - 6)];
                system.zeros.push(sum(next(21) - 10, &factors));
            }
            for _ in 0..next(4) {
                let factors = [(0, next(13) - 6), (1, next(13) - 6), (2, next(13) - 6)];
                system.naturals.push(sum(next(21) - 10, &factors));
            }
            let expected = tried(&system, 4);
            match system.clone().solve() {
                Answer::Never => {
                    never += 1;
                    assert!(!expected, "{system:?}");
                }
                Answer::When(solution) => {
                    when += 1;
                    assert!(expected, "{system:?}");
                    let value = |sum: &Sum| sum.value(&solution);
                    assert!(system.zeros.iter().all(|sum| value(sum) == Some(0)), "{system:?}");
                    assert!(system.naturals.iter().all(|sum| value(sum) >= Some(0)), "{system:?}");
                }
                Answer::Unknown => panic!("a bound was hit: {system:?}"),
            }
        }
        assert!(never > 500 && when > 500, "{never} {when}");
    }
}
