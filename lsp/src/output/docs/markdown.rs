//! Documentation as Markdown: a heading for each declaration, its signature as code, its comment.

use weir_analyzer::docs::{Entry, ModuleDocs};

use super::{KINDS, heading, of_kind, plain};

/// The modules, one after the other.
pub(crate) fn markdown(modules: &[ModuleDocs]) -> String {
    modules.iter().map(module).collect::<Vec<_>>().join("\n")
}

fn module(docs: &ModuleDocs) -> String {
    let mut text = format!("# Module `{}`\n", docs.name);
    paragraph(&mut text, &docs.text);
    if docs.entries.is_empty() {
        paragraph(&mut text, "Nothing in it is public.");
    }
    for kind in KINDS {
        let mut entries = of_kind(docs, kind).peekable();
        if entries.peek().is_some() {
            text += &format!("\n## {}\n", heading(kind));
        }
        entries.for_each(|of| entry(&mut text, of));
    }
    text
}

fn entry(text: &mut String, entry: &Entry) {
    *text += &format!("\n### {}\n\n```weir\n{}\n```\n", entry.name, plain(&entry.signature));
    paragraph(text, &entry.text);
    if !entry.members.is_empty() {
        text.push('\n');
    }
    for member in &entry.members {
        *text += &format!("- `{}`", plain(&member.signature));
        let mut lines = member.text.lines();
        *text += &lines.next().map_or_else(String::new, |first| format!(": {first}"));
        lines.for_each(|line| *text += format!("\n  {line}").trim_end());
        text.push('\n');
    }
}

fn paragraph(text: &mut String, paragraph: &str) {
    if !paragraph.is_empty() {
        *text += &format!("\n{paragraph}\n");
    }
}
