//! Which rules somebody means: in `weir.toml`, on the command line, in a comment.

use super::{Code, FAMILIES, REGISTRY, Rule, suggest};

/// A choice of rules, the widest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Selector {
    /// `all`
    All,
    /// `R`: the rules whose code begins so.
    Family(char),
    /// `R001` or `shared-mutation`
    Rule(Code),
}

/// Nothing is called so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRule {
    /// The code or name that may have been meant.
    pub near: Option<&'static str>,
}

impl Selector {
    /// The rules that a text means.
    pub fn parse(text: &str) -> Result<Self, UnknownRule> {
        if text == "all" {
            return Ok(Self::All);
        }
        let is_family = |(letter, _): &&(char, &str)| text.chars().eq([*letter]);
        if let Some((letter, _)) = FAMILIES.iter().find(is_family) {
            return Ok(Self::Family(*letter));
        }
        Code::parse(text).map(Self::Rule).ok_or_else(|| UnknownRule::called(text))
    }

    /// Whether it means the rule of that code.
    pub fn means(self, code: Code) -> bool {
        match self {
            Self::All => true,
            Self::Family(letter) => code.family() == letter,
            Self::Rule(rule) => code == rule,
        }
    }

    /// The rules that it means.
    pub fn rules(self) -> impl Iterator<Item = &'static Rule> {
        REGISTRY.iter().filter(move |rule| self.means(rule.code))
    }

    /// Whether findings of any rule it means may be allowed or made less than errors.
    pub fn can_be_lowered(self) -> bool {
        self.rules().any(|rule| !rule.is_fundamental)
    }
}

impl UnknownRule {
    /// The nearest code or name to a text that is neither.
    pub fn called(text: &str) -> Self {
        let known = REGISTRY.iter().flat_map(|rule| [rule.code.as_str(), rule.name]);
        Self { near: suggest(text, known).or_else(|| suggest_code(text)) }
    }
}

/// `R0O1` and `r01` are nearer to `R001` than letters tell.
fn suggest_code(text: &str) -> Option<&'static str> {
    let upper = text.to_ascii_uppercase().replace('O', "0");
    suggest(&upper, REGISTRY.iter().map(|rule| rule.code.as_str()))
        .or_else(|| Code::parse(&upper).map(Code::as_str))
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Family(letter) => write!(f, "{letter}"),
            Self::Rule(code) => write!(f, "{code}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_names_families_and_all_are_selectors() {
        let parsed = ["all", "R", "R001", "shared-mutation"].map(Selector::parse);
        let rule = Selector::Rule(Code::R001);
        assert_eq!(parsed, [Ok(Selector::All), Ok(Selector::Family('R')), Ok(rule), Ok(rule)]);
    }

    #[test]
    fn what_is_no_selector_gets_the_nearest_rule_proposed() {
        let near = |text| Selector::parse(text).map_err(|unknown| unknown.near);
        assert_eq!(near("shared-mutatoin"), Err(Some("shared-mutation")));
        assert_eq!(near("R0O1"), Err(Some("R001")));
        assert_eq!(near("X"), Err(None));
        assert_eq!(near(""), Err(None));
    }

    #[test]
    fn every_code_is_of_a_family() {
        for rule in REGISTRY {
            let known = FAMILIES.iter().any(|(letter, _)| *letter == rule.code.family());
            assert!(known, "{}", rule.code);
        }
        for (letter, _) in FAMILIES {
            assert!(Selector::Family(*letter).rules().next().is_some(), "{letter}");
        }
    }
}
