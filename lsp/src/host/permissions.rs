//! What a run may touch: nothing, unless a flag grants it.

use std::path::Path;

use clap::Args;
use weir_runtime_sim::Question;

use crate::workspace::packages::resolved;

/// What is granted.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "What the program may touch")]
pub(crate) struct Permissions {
    /// Read files and folders: all of them, or those at the path and below it
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, default_missing_value = EVERYTHING)]
    allow_read: Vec<String>,
    /// Write, make and remove files and folders: all of them, or those at the path and below it
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, default_missing_value = EVERYTHING)]
    allow_write: Vec<String>,
    /// Read the variables of the environment
    #[arg(long)]
    allow_env: bool,
    /// Run other programs, which may touch everything
    #[arg(long)]
    allow_run: bool,
    /// All of it
    #[arg(long)]
    allow_all: bool,
}

/// In place of a path.
const EVERYTHING: &str = "";

impl Permissions {
    /// Why the question is not answered, if it is not: with the flag that would change that.
    pub(super) fn refusal(&self, question: &Question) -> Option<String> {
        use Question::*;
        let (what, flag, is_granted) = match question {
            Arguments | Clock | WaitFor(_) | Kill(_) => return None,
            Variable(name) => (format!("reading the variable {name}"), ENV, self.allow_env),
            Variables => ("reading the environment".to_owned(), ENV, self.allow_env),
            ReadText(path) | ReadBytes(path) | List(path) | Exists(path) | IsFolder(path) => {
                (format!("reading {path}"), "--allow-read", grants(&self.allow_read, path))
            }
            Write(path, _) | Append(path, _) | MakeFolder(path) | Remove(path) => {
                (format!("writing {path}"), "--allow-write", grants(&self.allow_write, path))
            }
            Run(command, _) | Start(command) => {
                let name = command.first().map_or("a program", String::as_str);
                (format!("running {name}"), "--allow-run", self.allow_run)
            }
        };
        (!is_granted && !self.allow_all).then(|| format!("{what} needs {flag}"))
    }

    /// The flags as they were given, each with a space before it.
    pub(crate) fn flags(&self) -> String {
        let mut flags = String::new();
        for (flag, paths) in [("read", &self.allow_read), ("write", &self.allow_write)] {
            for path in paths {
                flags += &match path.as_str() {
                    EVERYTHING => format!(" --allow-{flag}"),
                    path => format!(" --allow-{flag}={}", crate::shell::quoted(path)),
                };
            }
        }
        let switches = [("env", self.allow_env), ("run", self.allow_run), ("all", self.allow_all)];
        for (flag, _) in switches.iter().filter(|(_, is_given)| *is_given) {
            flags += &format!(" --allow-{flag}");
        }
        flags
    }
}

const ENV: &str = "--allow-env";

/// Whether one of the granted paths is the path or above it, links and detours resolved.
fn grants(granted: &[String], path: &str) -> bool {
    let is_above = |granted: &String| {
        granted == EVERYTHING
            || matches!(
                (resolved(Path::new(granted)), existing(Path::new(path))),
                (Some(granted), Some(path)) if path.starts_with(&granted)
            )
    };
    granted.iter().any(is_above)
}

/// The path without links and detours, of which the last parts need not exist yet.
fn existing(path: &Path) -> Option<std::path::PathBuf> {
    use std::path::Component;
    if let Some(resolved) = resolved(path) {
        return Some(resolved);
    }
    // What does not exist is no link; a `..` behind it would lead astray.
    match path.components().next_back()? {
        Component::Normal(name) => Some(existing(path.parent()?)?.join(name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_grants_what_is_below_it_and_no_neighbour() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let inside = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        std::fs::create_dir_all(inside("data/deep")).expect("folders");
        let granted = [inside("data")];
        for path in ["data", "data/a.txt", "data/deep/b.txt", "data/new/c.txt", "data/deep/../d"] {
            assert!(grants(&granted, &inside(path)), "{path}");
        }
        for path in ["", "a.txt", "database", "data/../a.txt", "data/new/../../a.txt"] {
            assert!(!grants(&granted, &inside(path)), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_grants_nothing_of_where_it_leads() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let inside = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        std::fs::create_dir_all(inside("data")).expect("a folder");
        std::fs::write(inside("secret"), "x").expect("a file");
        std::os::unix::fs::symlink(inside("secret"), inside("data/link")).expect("a link");
        assert!(!grants(&[inside("data")], &inside("data/link")));
    }
}
