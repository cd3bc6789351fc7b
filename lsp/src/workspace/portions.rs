//! How many files are analysed before what was known of their bodies is forgotten.
//!
//! Invariant: the portions are the files, in order.

use weir_analyzer::{Database, SourceFile};

/// A portion is full at so much text: its bodies take some thirty times the room.
const PORTION_BYTES: usize = 1024 * 1024;

/// The files, in portions.
pub(super) fn of<'a>(db: &Database, files: &'a [SourceFile]) -> Vec<&'a [SourceFile]> {
    let (mut portions, mut first, mut bytes) = (Vec::new(), 0, 0);
    for (at, file) in files.iter().enumerate() {
        bytes += file.text(db).len();
        if bytes >= PORTION_BYTES {
            portions.push(&files[first..=at]);
            (first, bytes) = (at + 1, 0);
        }
    }
    portions.push(&files[first..]);
    portions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_portions_are_the_files_in_order() {
        for sizes in [vec![], vec![1], vec![PORTION_BYTES; 3], vec![PORTION_BYTES / 2 + 1; 5]] {
            let mut db = Database::default();
            let files: Vec<SourceFile> = (0..sizes.len())
                .map(|at| db.set_file(&format!("{at}.weir"), &"\n".repeat(sizes[at])))
                .collect();
            let portions = of(&db, &files);
            assert_eq!(portions.concat(), files);
            let large = |files: &&[SourceFile]| files.len() > 2;
            assert!(!portions.iter().any(large), "{portions:?}");
        }
    }
}
