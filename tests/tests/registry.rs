//! The registry and its pages: what `weir explain` prints is true.

use weir_analyzer::diagnostics::{Code, REGISTRY, Rule};
use weir_tests::findings::{self, Assertion};
use weir_tests::markdown::sections;
use weir_tests::{Document, Section};

/// What is wrong with the pages, rule by rule.
fn assert_pages(claim: impl Fn(&Rule) -> Result<(), String>) {
    let broken = REGISTRY.iter().filter_map(|rule| {
        let why = claim(rule).err()?;
        Some(format!("{}: {why}", rule.code))
    });
    let broken: Vec<_> = broken.collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_page_begins_with_its_code_and_name() {
    assert_pages(|rule| {
        let expected = format!("# {}: {}", rule.code, rule.name);
        let first = rule.page.lines().next().unwrap_or_default();
        (first == expected).then_some(()).ok_or(format!("`{first}` is not `{expected}`"))
    });
}

#[test]
fn every_pages_first_program_is_flagged_by_its_rule() {
    assert_pages(|rule| {
        let pages = sections(rule.page);
        let flagged = pages.first().ok_or("the page has no program")?;
        let found = findings::findings(&flagged.project);
        let is_flagged = found.iter().any(|found| found.code == rule.code.as_str());
        is_flagged.then_some(()).ok_or("its first program is not flagged".to_owned())
    });
}

#[test]
fn every_pages_last_program_is_clean() {
    assert_pages(|rule| {
        let pages = sections(rule.page);
        let (true, Some(mended)) = (pages.len() > 1, pages.last()) else {
            return Err("the page has no mended program".to_owned());
        };
        let found = findings::findings(&mended.project);
        let first = found.first().map(|found| Err(format!("the mended program has {found}")));
        first.unwrap_or(Ok(()))
    });
}

#[test]
fn every_program_of_a_page_has_exactly_the_findings_it_asserts() {
    assert_pages(|rule| {
        sections(rule.page).iter().try_for_each(|section| findings::check(&section.project))
    });
}

#[test]
fn codes_and_names_are_found_by_what_people_type() {
    for rule in REGISTRY {
        let typed = [rule.code.as_str().to_ascii_lowercase(), rule.name.to_owned()];
        for text in typed {
            assert_eq!(Code::parse(&text), Some(rule.code), "{text}");
        }
    }
}

#[test]
fn codes_and_names_are_unique() {
    for (index, rule) in REGISTRY.iter().enumerate() {
        let others = REGISTRY[index + 1..].iter();
        let twin = others.clone().find(|other| other.name == rule.name || other.code == rule.code);
        assert_eq!(twin, None, "{}", rule.code);
    }
}

/// The rules about what belongs to whom, and who waits for whom.
const RULES: [&str; 30] = [
    "R001", "R002", "R003", "R004", "R005", "R006", "R007", "R008", "R009", "C001", "C002", "C003",
    "C004", "C005", "C006", "C007", "C008", "C009", "D001", "D002", "D003", "L001", "L002", "L003",
    "L004", "L005", "L006", "P002", "P003", "P006",
];

/// In so many sections each of them is to be flagged, and in as many others a near miss of it is
/// to be marked.
const SECTIONS_MIN: usize = 8;

/// Which rules have fewer sections with such an assertion.
fn too_few(holds: impl Fn(&Assertion) -> bool) -> Vec<(&'static str, usize)> {
    let sections: Vec<Section> =
        Document::all().into_iter().flat_map(|document| document.sections).collect();
    let has = |section: &&Section, code: &str| {
        let files = section.project.files.iter();
        let mut asserted = files.flat_map(|file| findings::assertions(&file.text));
        asserted.any(|of| of.code == code && holds(&of))
    };
    let counts = RULES.map(|code| (code, sections.iter().filter(|of| has(of, code)).count()));
    counts.into_iter().filter(|(_, count)| *count < SECTIONS_MIN).collect()
}

#[test]
fn every_rule_about_owners_and_waits_is_flagged_in_eight_sections() {
    assert_eq!(too_few(|of| !of.is_silent()), []);
}

#[test]
fn every_rule_about_owners_and_waits_is_silent_at_eight_near_misses() {
    assert_eq!(too_few(Assertion::is_silent), []);
}
