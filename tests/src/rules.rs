//! `docs/rules.md`: the table of all rules, as the registry has it.

use weir_analyzer::diagnostics::{FAMILIES, Selector};

/// Where the document stands, from the root of the repository.
pub const PATH: &str = "docs/rules.md";

const START: &str = "<!-- rules -->\n";
const END: &str = "<!-- end -->\n";

/// The document with its table as the registry has it now.
pub fn with_table(document: &str) -> Option<String> {
    let (before, rest) = document.split_once(START)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{START}{}{END}{after}", table()))
}

fn table() -> String {
    FAMILIES.iter().map(|(letter, about)| family(*letter, about)).collect()
}

fn family(letter: char, about: &str) -> String {
    let rules = Selector::Family(letter).rules().map(|rule| {
        let (code, name, level) = (rule.code, rule.name, rule.level.as_str());
        let page = format!("../analyzer/src/diagnostics/pages/{code}.md");
        format!("| [{code}]({page}) | {name} | {level} | {} |\n", rule.title)
    });
    let rules: String = rules.collect();
    format!(
        "\n### {letter}: {about}\n\n| code | name | level | flags |\n|---|---|---|---|\n{rules}\n"
    )
}
