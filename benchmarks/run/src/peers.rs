//! The languages, and how a program of each is started.
//!
//! What it is not: a choice of versions: what the machine has is used, and its version printed. Invariant: a
//! language that is missing has no command, and says so once.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What programs are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    Weir,
    Lua,
    Python,
    Go,
}

use Language::{Go, Lua, Python, Weir};

impl Language {
    pub fn name(self) -> &'static str {
        match self {
            Weir => "Weir",
            Lua => "Lua 5.4",
            Python => "CPython 3.11",
            Go => "Go",
        }
    }

    /// The folder of its programs and how their names end.
    fn files(self) -> (&'static str, &'static str) {
        match self {
            Weir => ("weir", "weir"),
            Lua => ("lua", "lua"),
            Python => ("python", "py"),
            Go => ("go", "go"),
        }
    }

    /// Where it may be, and how it tells its version.
    fn places(self) -> (&'static [&'static str], &'static str) {
        match self {
            Weir => (&[], "--version"),
            Lua => (&["/usr/bin/lua5.4", "lua5.4"], "-v"),
            // What stands in front of it in the path may be a script that only looks for it.
            Python => (&["/usr/bin/python3.11", "python3.11"], "--version"),
            Go => (&["/usr/bin/go", "go"], "version"),
        }
    }
}

/// Those that were found.
pub struct Peers {
    found: Vec<(Language, PathBuf)>,
    /// For what Go makes of its programs.
    built: PathBuf,
}

impl Peers {
    /// Builds `weir`, and looks for the others.
    pub fn find() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers");
        std::fs::create_dir_all(&built).expect("a folder for what is built");
        let mut cargo = Command::new(env!("CARGO"));
        let build = cargo.args(["build", "--release", "--quiet"]).current_dir(&root);
        assert!(build.status().is_ok_and(|status| status.success()), "weir cannot be built");
        let mut found = vec![(Weir, root.join("target/release/weir"))];
        for language in [Lua, Python, Go] {
            match look_for(language) {
                Some(place) => found.push((language, place)),
                None => println!("{} is missing, and left out.", language.name()),
            }
        }
        println!();
        Self { found, built }
    }

    pub fn has(&self, language: Language) -> bool {
        self.place(language).is_some()
    }

    fn place(&self, language: Language) -> Option<&Path> {
        let found = self.found.iter().find(|(found, _)| *found == language);
        found.map(|(_, place)| place.as_path())
    }

    /// What starts a program with its size; `flags` are for `weir run`.
    pub fn command(&self, language: Language, name: &str, size: u64, flags: &[&str]) -> Command {
        let place = self.place(language).expect("a language that was found");
        let (folder, end) = language.files();
        let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs").join(folder);
        let file = programs.join(format!("{name}.{end}"));
        let mut command = match language {
            Go => Command::new(self.go_binary(place, &file, name)),
            _ => Command::new(place),
        };
        match language {
            Weir => command.arg("run").args(flags).arg(file).arg("--"),
            Lua | Python => command.arg(file),
            Go => command.env("GOMAXPROCS", "1"),
        };
        command.arg(size.to_string());
        command
    }

    fn go_binary(&self, go: &Path, file: &Path, name: &str) -> PathBuf {
        let binary = self.built.join(name);
        let mut build = Command::new(go);
        build.arg("build").arg("-o").arg(&binary).arg(file);
        assert!(build.status().is_ok_and(|status| status.success()), "{name}.go cannot be built");
        binary
    }
}

fn look_for(language: Language) -> Option<PathBuf> {
    let (places, flag) = language.places();
    places.iter().map(PathBuf::from).find(|place| {
        let Ok(output) = Command::new(place).arg(flag).output() else { return false };
        let version = String::from_utf8_lossy(&output.stdout);
        println!("{}: {}", language.name(), version.trim());
        output.status.success()
    })
}
