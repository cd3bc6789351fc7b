//! Names that stand for one thing after another: assigned again, and anew in each round.

use super::Generator;
use crate::differential::types::Ty;

impl Generator {
    /// A name of this body stands for something else from here on.
    pub(super) fn assign_again(&mut self) -> Option<()> {
        if let Some(does) = self.own_name(Ty::Does)
            && self.one_in(2)
        {
            let other = self.of(&["read", "change", "ends"]);
            self.line(&format!("{does} = {other}"));
            return Some(());
        }
        let (name, list) = (self.own_name(Ty::List)?, self.list(0));
        self.line(&format!("{name} = {list}"));
        Some(())
    }

    /// A name that was made in this body.
    fn own_name(&mut self, ty: Ty) -> Option<String> {
        let known = self.names.iter().skip(self.at.own_from);
        let known: Vec<String> =
            known.filter(|(_, of)| *of == ty).map(|(name, _)| name.clone()).collect();
        (!known.is_empty()).then(|| known[self.numbers.below(known.len())].clone())
    }

    /// Each round offers a new list, and looks at the one of the round before.
    pub(super) fn offer_in_rounds(&mut self) -> Option<()> {
        self.may_nest()?;
        let ch = self.name(Ty::Channel)?;
        self.bind(Ty::List, "fresh()");
        let (before, offered) = (self.name(Ty::List)?, self.fresh_name(Ty::List));
        self.line("for _ in range(3):");
        self.block_with(self.here(), &offered, Ty::List, |it| {
            it.line(&format!("{offered} = fresh()"));
            it.line(&format!("if not {ch}.try_send({offered}):"));
            let left = it.of(&[&before, &offered]).clone();
            it.block(it.here(), |it| it.line(&format!("{left}.append(7)")));
            if it.one_in(2) {
                it.line(&format!("{before} = {offered}"));
            }
        });
        Some(())
    }

    /// The index that a round computes from lengths which it changes.
    pub(super) fn index_of_lengths(&mut self) -> String {
        let (mine, was) = (self.fresh_name(Ty::List), self.fresh_name(Ty::TaskInt));
        self.line(&format!("{mine} = fresh()"));
        self.line(&format!("{was} = len({mine})"));
        let more = self.of(&["1", "1 - i", "i"]);
        self.line(&format!("for _ in range({more}): {mine}.append(i)"));
        format!("i + len({mine}) - {was}")
    }
}
