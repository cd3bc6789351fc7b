//! Documentation as a folder of HTML: a page for each module, an index, one style sheet. Nothing in
//! it asks the network.

use std::fmt::Write;

use pulldown_cmark::{Event, Parser, html};
use rustc_hash::FxHashMap;
use weir_analyzer::SourceFile;
use weir_analyzer::docs::{Entry, ModuleDocs, Piece};

use super::{KINDS, heading, of_kind};
use crate::output::markup::escaped;

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// Its name.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) text: String,
}

const STYLE: &str = include_str!("style.css");

/// The pages of the modules, and of what is built in, to which signatures lead.
pub(crate) fn html_pages(title: &str, own: &[ModuleDocs], built_in: &[ModuleDocs]) -> Vec<Page> {
    let all = || own.iter().chain(built_in);
    let site = Site {
        title,
        own,
        built_in,
        pages: all().map(|docs| (docs.file, page_name(docs))).collect(),
    };
    let modules = all().map(|docs| Page { name: page_name(docs), text: site.module(docs) });
    let index = Page { name: "index.html".to_owned(), text: site.index() };
    let style = Page { name: "style.css".to_owned(), text: STYLE.to_owned() };
    modules.chain([index, style]).collect()
}

/// A module's name has no hyphen in it, so that no module takes the index's place.
fn page_name(docs: &ModuleDocs) -> String {
    format!("module-{}.html", docs.name)
}

struct Site<'a> {
    title: &'a str,
    own: &'a [ModuleDocs],
    built_in: &'a [ModuleDocs],
    pages: FxHashMap<SourceFile, String>,
}

impl Site<'_> {
    fn index(&self) -> String {
        let mut main = format!("<h1>{}</h1>\n", escaped(self.title));
        for (heading, modules) in [("Modules", self.own), ("Built in", self.built_in)] {
            if modules.is_empty() {
                continue;
            }
            main += &format!("<h2>{heading}</h2>\n<dl>\n");
            for docs in modules {
                let (page, name) = (escaped(&page_name(docs)), escaped(&docs.name));
                let first = docs.text.split("\n\n").next().unwrap_or_default();
                let about = rendered(first);
                main += &format!("<dt><a href=\"{page}\"><code>{name}</code></a></dt>\n");
                main += &format!("<dd>{about}</dd>\n");
            }
            main += "</dl>\n";
        }
        self.page(self.title, None, &main)
    }

    fn module(&self, docs: &ModuleDocs) -> String {
        let mut main = format!("<h1>Module <code>{}</code></h1>\n", escaped(&docs.name));
        main += &rendered(&docs.text);
        if docs.entries.is_empty() {
            main += "<p>Nothing in it is public.</p>\n";
        }
        for kind in KINDS {
            let mut entries = of_kind(docs, kind).peekable();
            if entries.peek().is_some() {
                let _ = writeln!(main, "<h2 id=\"-{}\">{}</h2>", kind.plural(), heading(kind));
            }
            entries.for_each(|entry| self.entry(&mut main, entry));
        }
        self.page(&docs.name, Some(docs), &main)
    }

    fn entry(&self, main: &mut String, entry: &Entry) {
        let anchor = escaped(&entry.anchor);
        *main += &format!("<section id=\"{anchor}\">\n<h3><a href=\"#{anchor}\">");
        *main += &format!("{}</a></h3>\n", escaped(&entry.name));
        *main += &format!(
            "<pre class=\"signature\"><code>{}</code></pre>\n",
            self.signature(&entry.signature)
        );
        *main += &rendered(&entry.text);
        if !entry.members.is_empty() {
            *main += "<dl>\n";
            for member in &entry.members {
                let (anchor, signature) = (escaped(&member.anchor), &member.signature);
                *main += &format!(
                    "<dt id=\"{anchor}\"><code>{}</code></dt>\n",
                    self.signature(signature)
                );
                *main += &format!("<dd>{}</dd>\n", rendered(&member.text));
            }
            *main += "</dl>\n";
        }
        *main += "</section>\n";
    }

    /// The signature, its types linked to their entries.
    fn signature(&self, pieces: &[Piece]) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Type { name, file, anchor } if self.pages.contains_key(file) => {
                let page = escaped(&self.pages[file]);
                format!("<a href=\"{page}#{}\">{}</a>", escaped(anchor), escaped(name))
            }
            other => escaped(other.text()),
        };
        pieces.iter().map(piece).collect()
    }

    fn page(&self, title: &str, docs: Option<&ModuleDocs>, main: &str) -> String {
        let (site, title) = (escaped(self.title), escaped(title));
        let title = if site == title { site.clone() } else { format!("{title} · {site}") };
        let contents = docs.map_or_else(String::new, contents);
        let modules: String = self.own.iter().chain(self.built_in).map(module_link).collect();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<link rel=\"stylesheet\" href=\"style.css\">\n</head>\n<body>\n\
             <nav>\n<p><a href=\"index.html\">{site}</a></p>\n{contents}\
             <details><summary>All modules</summary>\n<ul>\n{modules}</ul>\n</details>\n</nav>\n\
             <main>\n{main}</main>\n</body>\n</html>\n"
        )
    }
}

/// The index of a module's page.
fn contents(docs: &ModuleDocs) -> String {
    let mut text = "<details open><summary>On this page</summary>\n".to_owned();
    for kind in KINDS {
        // Of a function with several forms the first stands for all: they follow one another.
        let mut entries: Vec<&Entry> = of_kind(docs, kind).collect();
        entries.dedup_by_key(|entry| entry.name.as_str());
        let links: String = entries.into_iter().map(entry_link).collect();
        if !links.is_empty() {
            text += &format!("<p>{}</p>\n<ul>\n{links}</ul>\n", heading(kind));
        }
    }
    text + "</details>\n"
}

fn entry_link(entry: &Entry) -> String {
    let (anchor, name) = (escaped(&entry.anchor), escaped(&entry.name));
    format!("<li><a href=\"#{anchor}\">{name}</a></li>\n")
}

fn module_link(docs: &ModuleDocs) -> String {
    let (page, name) = (escaped(&page_name(docs)), escaped(&docs.name));
    format!("<li><a href=\"{page}\">{name}</a></li>\n")
}

/// A comment's Markdown as HTML. HTML in it is shown as it is written: a comment styles no page.
fn rendered(markdown: &str) -> String {
    let events = Parser::new(markdown).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    let mut text = String::new();
    html::push_html(&mut text, events);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_markdown_and_bring_no_html_of_their_own() {
        assert_eq!(rendered("a `b`"), "<p>a <code>b</code></p>\n");
        for hostile in ["<script>x</script>", "a <b onclick=x>y</b>", "```\n<i>\n```"] {
            let text = rendered(hostile);
            let tags = ["<script", "<b", "<i"];
            assert!(tags.iter().all(|tag| !text.contains(tag)), "{text}");
        }
    }
}
