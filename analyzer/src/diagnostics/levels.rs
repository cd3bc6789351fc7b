//! Levels: what becomes of each rule's findings.
//!
//! A table with a line for each rule, which starts as the registry says and is changed layer by
//! layer: `weir.toml` first, the command line last. Within a layer the narrower choice counts, a
//! code or name before a family before `all`, and of equally narrow ones the later.
//!
//! **Invariant.** A rule without whose mend the program has no meaning stays an error: lowering it
//! would not make the program run.

use super::selector::{Selector, UnknownRule};
use super::{Code, Diagnostic, Level, REGISTRY};

/// What becomes of the findings of some rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    /// They are shown at this level.
    At(Level),
    /// They are not shown.
    Allow,
}

/// A choice of rules and what becomes of their findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LevelChange {
    selector: Selector,
    setting: Setting,
}

/// Why there is no such change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelError {
    /// Nothing is called so.
    Unknown(UnknownRule),
    /// Each of these rules stays an error.
    Fundamental(Selector),
}

impl Setting {
    /// The words that `weir.toml` has for them.
    pub const WORDS: [&str; 4] = ["error", "warning", "hint", "allow"];

    /// The setting of that word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "error" => Some(Self::At(Level::Error)),
            "warning" => Some(Self::At(Level::Warning)),
            "hint" => Some(Self::At(Level::Hint)),
            "allow" => Some(Self::Allow),
            _ => None,
        }
    }

    fn level(self) -> Option<Level> {
        match self {
            Self::At(level) => Some(level),
            Self::Allow => None,
        }
    }
}

impl LevelChange {
    /// The change that a code, name, family or `all` asks for.
    pub fn new(rules: &str, setting: Setting) -> Result<Self, LevelError> {
        let selector = Selector::parse(rules).map_err(LevelError::Unknown)?;
        if setting != Setting::At(Level::Error) && !selector.can_be_lowered() {
            return Err(LevelError::Fundamental(selector));
        }
        Ok(Self { selector, setting })
    }

    /// The rules that it is about.
    pub(crate) fn selector(self) -> Selector {
        self.selector
    }
}

impl LevelError {
    /// What is wrong with asking so of the rules called so.
    pub fn message(&self, rules: &str) -> String {
        match self {
            Self::Unknown(_) => format!("no rule or family is called `{rules}`"),
            Self::Fundamental(_) => format!("`{rules}` stays an error"),
        }
    }

    /// What to do.
    pub fn help(&self) -> String {
        match self {
            Self::Unknown(UnknownRule { near: Some(near) }) => format!("did you mean `{near}`?"),
            Self::Unknown(UnknownRule { near: None }) => {
                "`weir analyze --list-rules` prints them all".to_owned()
            }
            Self::Fundamental(_) => {
                "mend what it finds: with such a mistake nobody could say what should run"
                    .to_owned()
            }
        }
    }
}

/// The level of each rule; none where its findings are not shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Levels(Vec<Option<Level>>);

impl Default for Levels {
    fn default() -> Self {
        Self(REGISTRY.iter().map(|rule| Some(rule.level)).collect())
    }
}

impl Levels {
    /// With one more layer of changes.
    #[must_use]
    pub fn with(mut self, layer: &[LevelChange]) -> Self {
        let mut layer = layer.to_vec();
        layer.sort_by_key(|change| width(change.selector));
        for change in layer {
            let rules = change.selector.rules().filter(|rule| !rule.is_fundamental);
            rules.for_each(|rule| self.0[rule.code as usize] = change.setting.level());
        }
        self
    }

    /// The level of a rule's findings; none when they are not shown.
    pub fn of(&self, code: Code) -> Option<Level> {
        self.0[code as usize]
    }

    /// Gives findings their levels and leaves out those that are not shown.
    pub fn apply(&self, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.retain_mut(|diagnostic| {
            let level = self.of(diagnostic.code);
            diagnostic.level = level.unwrap_or(diagnostic.level);
            level.is_some()
        });
    }
}

/// The widest choice is made first, so that narrower ones are made over it.
fn width(selector: Selector) -> u8 {
    match selector {
        Selector::All => 0,
        Selector::Family(_) => 1,
        Selector::Rule(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(changes: &[(&str, &str)]) -> Vec<LevelChange> {
        let change = |(rules, word): &(&str, &str)| {
            LevelChange::new(rules, Setting::parse(word).unwrap()).unwrap()
        };
        changes.iter().map(change).collect()
    }

    fn levels(changes: &[(&str, &str)]) -> Levels {
        Levels::default().with(&layer(changes))
    }

    #[test]
    fn the_registry_decides_where_nobody_else_does() {
        for rule in REGISTRY {
            assert_eq!(Levels::default().of(rule.code), Some(rule.level));
        }
    }

    #[test]
    fn a_rule_counts_before_its_family_before_all() {
        let levels = levels(&[("R001", "allow"), ("R", "hint"), ("all", "warning")]);
        assert_eq!(levels.of(Code::R001), None);
        assert_eq!(levels.of(Code::R002), Some(Level::Hint));
        assert_eq!(levels.of(Code::C001), Some(Level::Warning));
    }

    #[test]
    fn of_equally_narrow_choices_the_later_counts() {
        let levels = levels(&[("shared-mutation", "hint"), ("R001", "warning")]);
        assert_eq!(levels.of(Code::R001), Some(Level::Warning));
    }

    #[test]
    fn a_later_layer_counts_even_where_it_is_wider() {
        let levels = levels(&[("R001", "allow")]).with(&layer(&[("all", "error")]));
        assert_eq!(levels.of(Code::R001), Some(Level::Error));
        assert_eq!(levels.of(Code::A001), Some(Level::Error));
    }

    #[test]
    fn what_leaves_a_program_without_meaning_stays_an_error() {
        let levels = levels(&[("all", "allow")]);
        for rule in REGISTRY {
            let left = rule.is_fundamental.then_some(Level::Error);
            assert_eq!(levels.of(rule.code), left, "{}", rule.code);
        }
        let refused = LevelChange::new("T001", Setting::Allow);
        assert_eq!(refused, Err(LevelError::Fundamental(Selector::Rule(Code::T001))));
        assert!(LevelChange::new("S", Setting::At(Level::Hint)).is_err());
        assert!(LevelChange::new("S", Setting::At(Level::Error)).is_ok());
    }

    #[test]
    fn a_word_that_is_no_level_is_none() {
        assert!(Setting::WORDS.iter().all(|word| Setting::parse(word).is_some()));
        assert_eq!(Setting::parse("deny"), None);
    }
}
