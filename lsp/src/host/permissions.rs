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
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, value_parser = place, default_missing_value = EVERYTHING)]
    allow_read: Vec<String>,
    /// Write, make and remove files and folders: all of them, or those at the path and below it
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, value_parser = place, default_missing_value = EVERYTHING)]
    allow_write: Vec<String>,
    /// Use the network: all of it, or this host, alone or with a port
    #[arg(long, value_name = "HOST", num_args = 0..=1, require_equals = true, value_parser = place, default_missing_value = EVERYTHING)]
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

impl Permissions {
    /// Why the question is not answered, if it is not: with the flag that would change that.
    pub(super) fn refusal(&self, question: &Question) -> Option<String> {
        use Question::*;
        let (what, flag, is_granted) = match question {
            // What has a number was granted when it got that.
            Arguments | Clock | WaitFor(_) | Kill(_) | Accept(_) | Receive(..) | ReceiveLine(_)
            | Send(..) | Close(_) | NextRequest(_) | Reply(..) => return None,
            Listen(address) | Serve(address) => {
                (format!("listening at {address}"), NET, self.grants_host(address))
            }
            Connect(address) => {
                (format!("connecting to {address}"), NET, self.grants_host(address))
            }
            Fetch(of) => (format!("asking {}", of.url), NET, self.grants_host(authority(&of.url))),
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

    /// Whether the host of an address is granted, or the address as it is.
    fn grants_host(&self, address: &str) -> bool {
        let host = host(address);
        self.allow_net.iter().any(|granted| {
            granted == EVERYTHING
                || granted.eq_ignore_ascii_case(address)
                || granted.eq_ignore_ascii_case(host)
        })
    }
}

/// The host and the port of the address of a page.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // What stands before an `@` is a name and a password.
    authority.rsplit('@').next().unwrap_or_default()
}

/// An address without its port: `[::1]:80` is of the host `::1`.
fn host(address: &str) -> &str {
    let host = match address.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => address,
    };
    host.trim_start_matches('[').trim_end_matches(']')
}

const NET: &str = "--allow-net";
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

    #[test]
    fn a_host_grants_all_its_ports_and_no_other_host() {
        let grants = |granted: &str, address: &str| {
            let allow_net = vec![granted.to_owned()];
            Permissions { allow_net, ..Permissions::default() }.grants_host(address)
        };
        for address in ["localhost:80", "LOCALHOST:8080", authority("http://localhost/a:b@c")] {
            assert!(grants("localhost", address), "{address}");
        }
        assert!(grants("::1", "[::1]:80") && grants("localhost:80", "localhost:80"));
        for address in ["localhost.example:80", authority("http://localhost@example:80/"), ":80"] {
            assert!(!grants("localhost", address), "{address}");
        }
        assert!(!grants("localhost:80", "localhost:81"));
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
