//! What an edit in one module makes salsa run again for the others, from its own log.

use std::collections::BTreeMap;
use std::sync::Arc;

use weir_analyzer::db::QueryLog;
use weir_analyzer::diagnostics::file_diagnostics;
use weir_analyzer::items::{ItemId, file_items};
use weir_analyzer::{Database, SourceFile};

const MANIFEST: &str = "[package]\nname = \"shop\"\n";

const MAIN: &str = "\
import prices
from names import Name

fn main():
    print(prices.total(2), Name(text=\"tea\"))

fn bystander(count: int) -> int:
    return count + 1
";

const PRICES: &str = "\
fn total(count: int) -> int:
    return count * 3

fn other() -> int:
    return 1
";

const NAMES: &str = "\
struct Name:
    text: str
";

/// A package, analysed once, and the log of what runs from then on.
struct Shop {
    db: Database,
    log: QueryLog,
    files: BTreeMap<&'static str, SourceFile>,
}

impl Shop {
    fn new() -> Self {
        Self::opened(&["main.weir", "names.weir", "prices.weir"])
    }

    /// With those files open in an editor; the others lie on the disk.
    fn opened(open: &[&str]) -> Self {
        let (db, log) = Database::with_query_log();
        let mut shop = Self { db, log, files: BTreeMap::new() };
        for (path, text) in [("main.weir", MAIN), ("names.weir", NAMES), ("prices.weir", PRICES)] {
            let file = match open.contains(&path) {
                true => shop.db.set_file(path, text),
                false => shop.db.set_file_at_rest(path, text),
            };
            shop.files.insert(path, file);
        }
        shop.form_package(MANIFEST);
        shop.analyze();
        assert!(!shop.log.take().is_empty(), "the log is empty");
        shop
    }

    fn form_package(&mut self, manifest: &str) {
        let manifest = self.db.set_file("weir.toml", manifest);
        let files = self.files.iter().map(|(path, file)| (Arc::from(*path), *file)).collect();
        self.db.set_package("", manifest, files);
    }

    fn analyze(&self) {
        for file in self.files.values() {
            file_diagnostics(&self.db, *file);
        }
    }

    /// The queries that run after a change, as `query(key)`.
    fn rerun(&mut self, change: impl FnOnce(&mut Self)) -> Vec<String> {
        change(self);
        self.analyze();
        self.log.take()
    }

    fn edit(&mut self, path: &str, before: &str, after: &str) -> Vec<String> {
        let text = self.files[path].text(&self.db).to_string();
        assert!(text.contains(before), "`{before}` is not in `{path}`");
        self.rerun(|shop| {
            shop.db.set_file(path, &text.replacen(before, after, 1));
        })
    }
}

fn query(entry: &str) -> &str {
    entry.split('(').next().unwrap_or(entry)
}

fn queries(entries: &[String]) -> Vec<&str> {
    entries.iter().map(|entry| query(entry)).collect()
}

fn count(entries: &[String], of: &str) -> usize {
    entries.iter().filter(|entry| query(entry) == of).count()
}

/// What resolving names of modules takes, without looking into any body.
const RESOLUTION: [&str; 5] = ["file_items", "imports", "module_scope", "modules_of", "parse"];

#[test]
fn an_edit_in_a_body_runs_no_types_of_another_module() {
    let again = Shop::new().edit("prices.weir", "count * 3", "3 * count");
    assert_eq!(count(&again, "infer_body"), 1, "{again:#?}");
    assert_eq!(count(&again, "lower"), 1, "{again:#?}");
    assert_eq!(count(&again, "imports"), 0, "{again:#?}");
}

#[test]
fn an_edit_beside_files_at_rest_runs_what_it_runs_beside_open_ones() {
    let edit = |mut shop: Shop| shop.edit("prices.weir", "count * 3", "3 * count");
    let (beside_open, at_rest) = (edit(Shop::new()), edit(Shop::opened(&["prices.weir"])));
    assert_eq!(queries(&at_rest), queries(&beside_open));
}

#[test]
fn a_file_at_rest_that_changes_on_the_disk_runs_its_users() {
    let mut shop = Shop::opened(&["main.weir"]);
    let again = shop.rerun(|shop| {
        let text = PRICES.replace("total(count: int)", "total(count: int, by: int = 1)");
        shop.db.set_file_at_rest("prices.weir", &text);
    });
    // `total` itself and `main`, which calls it; neither `other` nor `bystander`.
    assert_eq!(count(&again, "infer_body"), 2, "{again:#?}");
}

#[test]
fn a_file_that_is_opened_is_edited_like_any_other_from_then_on() {
    let mut shop = Shop::opened(&[]);
    shop.rerun(|shop| {
        shop.db.set_file("prices.weir", PRICES);
    });
    let again = shop.edit("prices.weir", "count * 3", "3 * count");
    assert_eq!(count(&again, "infer_body"), 1, "{again:#?}");
    assert_eq!(count(&again, "lower"), 1, "{again:#?}");
}

#[test]
fn a_comment_in_a_module_runs_its_firewall_alone() {
    let again = Shop::new().edit("prices.weir", "fn other", "# spare\nfn other");
    assert_eq!(queries(&again), ["parse", "file_items"]);
}

#[test]
fn a_changed_signature_runs_its_users_alone() {
    let again =
        Shop::new().edit("prices.weir", "total(count: int)", "total(count: int, by: int = 1)");
    let inferred: Vec<_> = again.iter().filter(|entry| query(entry) == "infer_body").collect();
    // `total` itself and `main`, which calls it; neither `other` nor `bystander`.
    assert_eq!(inferred.len(), 2, "{again:#?}");
}

#[test]
fn a_signature_that_nobody_uses_runs_nothing_elsewhere() {
    let again = Shop::new().edit("prices.weir", "other() -> int", "other(n: int = 1) -> int");
    assert_eq!(count(&again, "infer_body"), 1, "{again:#?}");
}

#[test]
fn a_new_declaration_in_a_module_runs_only_the_resolution_of_who_imports_it() {
    let again =
        Shop::new().edit("names.weir", "struct Name", "fn fresh():\n    pass\n\nstruct Name");
    let of_main = again.iter().filter(|entry| query(entry) == "infer_body").count();
    assert_eq!(of_main, 1, "only `fresh` is new: {again:#?}");
    assert_eq!(count(&again, "lower"), 1, "the others name what they named: {again:#?}");
}

#[test]
fn a_new_file_runs_only_the_resolution_of_imports() {
    let mut shop = Shop::new();
    let again = shop.rerun(|shop| {
        shop.files.insert("stock.weir", shop.db.set_file("stock.weir", "# nothing yet\n"));
        shop.form_package(MANIFEST);
    });
    let others: Vec<_> = queries(&again)
        .into_iter()
        .filter(|query| {
            !RESOLUTION.contains(query)
                && !["source_folder", "file_findings", "check", "unused_imports"].contains(query)
        })
        .collect();
    assert_eq!(others, [""; 0], "{again:#?}");
    assert_eq!(count(&again, "parse"), 1, "{again:#?}");
}

#[test]
fn a_comment_in_the_manifest_runs_no_module_again() {
    let mut shop = Shop::new();
    let again = shop.rerun(|shop| shop.form_package(&format!("# our shop\n{MANIFEST}")));
    let allowed = ["manifest_of", "package_levels", "source_folder"];
    assert!(queries(&again).iter().all(|query| allowed.contains(query)), "{again:#?}");
}

#[test]
fn an_equal_package_runs_nothing() {
    let mut shop = Shop::new();
    assert_eq!(shop.rerun(|shop| shop.form_package(MANIFEST)), [""; 0]);
}

/// A module whose function calls what it does not know, and two that make functions.
const BUTTONS: &str = "\
struct Button:
    press: fn(mutable_list[int]) -> int

fn press(button: Button) -> int:
    return button.press(mutable_list([1]))
";

const MAKERS: &str = "\
from buttons import Button

fn count(xs: mutable_list[int]) -> int:
    return len(xs)

fn longest(xs: mutable_list[int]) -> int:
    return len(xs) + 1

fn made() -> Button:
    return Button(count)

fn doubled(ns: list[int]) -> list[int]:
    return [n + n for n in ns]
";

/// In which of the two modules summaries are found again, after an edit of the makers.
fn summarized_again(before: &str, after: &str) -> BTreeMap<&'static str, usize> {
    let (db, log) = Database::with_query_log();
    let mut shop = Shop { db, log, files: BTreeMap::new() };
    for (path, text) in [("buttons.weir", BUTTONS), ("makers.weir", MAKERS)] {
        shop.files.insert(path, shop.db.set_file(path, text));
    }
    shop.form_package(MANIFEST);
    shop.analyze();
    shop.log.take();
    let again = shop.edit("makers.weir", before, after);
    let items = file_items(&shop.db, shop.files["buttons.weir"]).ids(&shop.db);
    let ids: Vec<_> = items.map(|item| format!("summaries(Id({}))", id_in(&item))).collect();
    let found = count(&again, "summaries");
    let there = again.iter().filter(|entry| ids.contains(entry)).count();
    BTreeMap::from([("buttons", there), ("makers", found - there)])
}

/// The number by which salsa's log names an item.
fn id_in(item: &ItemId) -> String {
    let text = format!("{item:?}");
    let ids = text.split("Id(").filter_map(|rest| rest.split_once(')'));
    ids.map(|(id, _)| id.to_owned()).next().expect("an item has an id")
}

#[test]
fn a_body_that_makes_no_other_function_value_runs_nobody_who_calls_one() {
    let again = summarized_again("return len(xs) + 1", "return 1 + len(xs)");
    assert_eq!(again, BTreeMap::from([("buttons", 0), ("makers", 1)]));
}

#[test]
fn a_function_value_of_another_type_runs_nobody_who_calls_this_one() {
    let again = summarized_again("[n + n for n in ns]", "parallel_map(ns, fn(n: int): n + n)");
    assert_eq!(again["buttons"], 0);
}

#[test]
fn a_function_value_of_a_type_runs_who_calls_one() {
    let again = summarized_again("Button(count)", "Button(longest)");
    assert_eq!(again["buttons"], 1);
}

/// What runs for the findings of a module that takes a lock around such a value, beside one that it
/// has nothing to do with.
fn run_beside_others(guarded: &str) -> Vec<String> {
    let (db, log) = Database::with_query_log();
    let mut shop = Shop { db, log, files: BTreeMap::new() };
    let shelves = format!(
        "fn first(shelves: mutex[mutable_list[{guarded}]]) -> {guarded}:\n    \
         with shelves.lock() as shelf:\n        return shelf.pop()\n"
    );
    for (path, text) in [("shelves.weir", shelves.as_str()), ("prices.weir", PRICES)] {
        shop.files.insert(path, shop.db.set_file(path, text));
    }
    shop.form_package(MANIFEST);
    file_diagnostics(&shop.db, shop.files["shelves.weir"]);
    shop.log.take()
}

#[test]
fn a_lock_around_plain_values_asks_no_other_module() {
    assert_eq!(count(&run_beside_others("int"), "summaries"), 1);
}

#[test]
fn a_lock_around_owned_values_asks_all_that_the_package_puts_into_locks() {
    let of_prices = PRICES.matches("fn ").count();
    assert_eq!(count(&run_beside_others("mutable_list[int]"), "summaries"), 1 + of_prices);
}
