//! What a run may touch: nothing, unless a flag grants it.

use std::path::{Component, Path, PathBuf};

use clap::Args;
use weir_runtime_sim::Question;

use super::address::Address;
use crate::shell::quoted;

/// What is granted.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "What the program may touch")]
pub(crate) struct Permissions {
    /// Read files and folders: all of them, or those at the path and below it
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, value_parser = place, default_missing_value = EVERYTHING)]
    allow_read: Vec<String>,
    /// Write, make and remove files and folders: all of them, or those at the path and below it
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, value_parser = place, default_missing_value = EVERYTHING)]
    allow_write: Vec<String>,
    /// Use the network: all of it, or this host, alone or with a port
    #[arg(long, value_name = "HOST", num_args = 0..=1, require_equals = true, value_parser = host, default_missing_value = EVERYTHING)]
    allow_net: Vec<String>,
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

/// In place of a path or a host: what no argument can be.
const EVERYTHING: &str = "\0";

/// A path or a host. An empty one comes of a variable that is not set, and grants nothing.
fn place(text: &str) -> Result<String, String> {
    match text {
        "" => Err("nothing stands after the `=`; leave it out too to grant everything".to_owned()),
        place => Ok(place.to_owned()),
    }
}

/// A host, as those are read that a program asks for.
fn host(text: &str) -> Result<String, String> {
    let text = place(text)?;
    match text == EVERYTHING || Address::parse(&text).is_some() {
        true => Ok(text),
        false => {
            Err("write a host, alone or with a port: `example.org`, `127.0.0.1:8080`, `[::1]:80`"
                .to_owned())
        }
    }
}

impl Permissions {
    /// Why the question is not answered, if it is not: with the flag that would change that.
    pub(super) fn refusal(&self, question: &Question) -> Option<String> {
        use Question::*;
        let switch = |kind: &str, is_granted: bool| (!is_granted).then(|| flag(kind, None));
        let (what, lacks) = match question {
            // What has a number was granted when it got that.
            Arguments | Clock | WaitFor(_) | Kill(_) | Accept(_) | Receive(..) | ReceiveLine(_)
            | Send(..) | Close(_) | NextRequest(_) | Reply(..) => return None,
            Listen(address) | Serve(address) => {
                (format!("listening at {address}"), self.lacks_host(Address::parse(address)))
            }
            Connect(address) => {
                (format!("connecting to {address}"), self.lacks_host(Address::parse(address)))
            }
            Fetch(of) => {
                let address = of.url.parse().ok().and_then(|url| Address::of_url(&url));
                (format!("asking {}", of.url), self.lacks_host(address))
            }
            Variable(name) => {
                (format!("reading the variable {}", quoted(name)), switch("env", self.allow_env))
            }
            Variables => ("reading the environment".to_owned(), switch("env", self.allow_env)),
            ReadText(path) | ReadBytes(path) | List(path) | Exists(path) | IsFolder(path) => {
                (format!("reading {}", quoted(path)), lacks_path("read", &self.allow_read, path))
            }
            Write(path, _) | Append(path, _) | MakeFolder(path) | Remove(path) => {
                (format!("writing {}", quoted(path)), lacks_path("write", &self.allow_write, path))
            }
            Run(command, _) | Start(command) => {
                let name = command.first().map_or("a program".to_owned(), |name| quoted(name));
                (format!("running {name}"), switch("run", self.allow_run))
            }
        };
        let lacks = lacks.filter(|_| !self.allow_all)?;
        Some(format!("{what} needs {lacks}"))
    }

    /// As `--allow-all` grants it.
    #[cfg(test)]
    pub(crate) fn everything() -> Self {
        Self { allow_all: true, ..Self::default() }
    }

    /// The flags as they were given, each with a space before it.
    pub(crate) fn flags(&self) -> String {
        let mut flags = String::new();
        let granted =
            [("read", &self.allow_read), ("write", &self.allow_write), ("net", &self.allow_net)];
        for (flag, places) in granted {
            for place in places {
                flags += &match place.as_str() {
                    EVERYTHING => format!(" --allow-{flag}"),
                    place => format!(" --allow-{flag}={}", crate::shell::quoted(place)),
                };
            }
        }
        let switches = [("env", self.allow_env), ("run", self.allow_run), ("all", self.allow_all)];
        for (flag, _) in switches.iter().filter(|(_, is_given)| *is_given) {
            flags += &format!(" --allow-{flag}");
        }
        flags
    }

    /// The flag that the address lacks. What is no address reaches nobody: it fails later, and says so.
    fn lacks_host(&self, address: Option<Address>) -> Option<String> {
        let is_granted = |address: &Address| {
            self.allow_net.iter().any(|granted| {
                granted == EVERYTHING
                    || Address::parse(granted).is_some_and(|granted| granted.grants(address))
            })
        };
        match address {
            Some(address) if is_granted(&address) => None,
            None if !self.allow_net.is_empty() => None,
            address => {
                let host = address.filter(|_| !self.allow_net.is_empty()).map(|of| of.host);
                Some(flag("net", host.as_deref()))
            }
        }
    }
}

/// The flag that the path lacks.
fn lacks_path(kind: &str, granted: &[String], path: &str) -> Option<String> {
    let place = (!granted.is_empty()).then_some(path);
    (!grants(granted, path)).then(|| flag(kind, place))
}

/// The flag, with a place where others were granted already.
fn flag(kind: &str, place: Option<&str>) -> String {
    match place {
        Some(place) if !place.is_empty() => {
            format!("--allow-{kind}={}", crate::shell::quoted(place))
        }
        _ => format!("--allow-{kind}"),
    }
}

/// Whether one of the granted paths is the path or above it, links and detours resolved.
fn grants(granted: &[String], path: &str) -> bool {
    let is_above = |granted: &String| {
        granted == EVERYTHING
            || matches!(
                (existing(Path::new(granted)), existing(Path::new(path))),
                (Some(granted), Some(path)) if path.starts_with(&granted)
            )
    };
    granted.iter().any(is_above)
}

/// Links that lead to links are followed so often, as systems do.
const LINKS_MAX: u32 = 40;

/// The path without links and detours, of which the last parts need not exist yet.
fn existing(path: &Path) -> Option<PathBuf> {
    led_to(path, LINKS_MAX)
}

fn led_to(path: &Path, links: u32) -> Option<PathBuf> {
    if let Ok(resolved) = std::fs::canonicalize(path) {
        return Some(resolved);
    }
    // A link to what does not exist: whoever writes there makes what it leads to.
    if let Ok(target) = std::fs::read_link(path) {
        return led_to(&path.parent()?.join(target), links.checked_sub(1)?);
    }
    // A `..` behind what does not exist would lead astray.
    match path.components().next_back()? {
        Component::Normal(name) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            Some(led_to(folder.unwrap_or(Path::new(".")), links)?.join(name))
        }
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

    fn refused(flags: &[&str], question: &Question) -> Option<String> {
        #[derive(clap::Parser)]
        struct Only {
            #[command(flatten)]
            permissions: Permissions,
        }
        let flags = std::iter::once("weir").chain(flags.iter().copied());
        let only = <Only as clap::Parser>::try_parse_from(flags).expect("these are flags");
        only.permissions.refusal(question)
    }

    #[test]
    fn a_page_needs_its_host_and_what_is_no_address_reaches_nobody() {
        let fetch = |url: &str| {
            let (method, url) = ("GET".to_owned(), url.to_owned());
            let (headers, body) = (Vec::new(), String::new());
            Question::Fetch(weir_runtime_sim::Fetch { method, url, headers, body, timeout_ns: 1 })
        };
        let granted = ["--allow-net=localhost"];
        for url in
            ["http://localhost/", "http://LOCALHOST.:8080/a@b", "http://localhost@example.org/"]
        {
            assert_eq!(refused(&granted, &fetch(url)), None, "{url}");
        }
        for url in ["http://example.org/", "http://localhost.example.org/", "http://[::1]/"] {
            assert!(refused(&granted, &fetch(url)).is_some(), "{url}");
        }
        let nothing = refused(&[], &fetch("nowhere"));
        assert_eq!(nothing.as_deref(), Some("asking nowhere needs --allow-net"));
    }

    #[test]
    fn a_refusal_beside_a_grant_names_what_would_have_to_be_granted() {
        let write = Question::Write("b c/x".to_owned(), Vec::new());
        let said = refused(&["--allow-write=a"], &write);
        assert_eq!(said.as_deref(), Some("writing 'b c/x' needs --allow-write='b c/x'"));
        let connect = Question::Connect("example.org:80".to_owned());
        let said = refused(&["--allow-net=localhost"], &connect);
        assert_eq!(
            said.as_deref(),
            Some("connecting to example.org:80 needs --allow-net=example.org")
        );
        let said = refused(&["--allow-read=a"], &write);
        assert_eq!(said.as_deref(), Some("writing 'b c/x' needs --allow-write"));
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

    #[cfg(unix)]
    #[test]
    fn a_link_to_what_does_not_exist_yet_grants_nothing_either() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let inside = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        std::fs::create_dir_all(inside("data")).expect("a folder");
        let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, inside(name)).expect(name);
        link("../made", "data/out");
        link("out", "data/twice");
        link("later", "data/within");
        link("round", "data/round");
        for (path, is_granted) in [
            ("data/out", false),
            ("data/twice", false),
            ("data/round", false),
            ("data/within", true),
        ] {
            assert_eq!(grants(&[inside("data")], &inside(path)), is_granted, "{path}");
        }
        assert!(grants(&[inside("made")], &inside("data/twice")));
    }
}
