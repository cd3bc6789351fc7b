//! The binary, as a user starts it: in a folder, with arguments, with what is typed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The binary and a folder of its own to work in.
#[derive(Debug)]
pub struct Weir {
    binary: PathBuf,
    folder: TempDir,
}

/// What a command printed and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// What it printed.
    pub stdout: String,
    /// What Weir said.
    pub stderr: String,
    /// Its exit status; -1 when a signal ended it.
    pub status: i32,
}

impl Weir {
    /// The binary at a path, with an empty folder.
    pub fn at(binary: &str) -> Self {
        let folder = TempDir::new().unwrap_or_else(|error| panic!("no folder to work in: {error}"));
        Self { binary: PathBuf::from(binary), folder }
    }

    /// With a file in the folder.
    #[must_use]
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(name, content);
        self
    }

    /// Writes a file in the folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.folder.path().join(name);
        let parent = path.parent().unwrap_or(Path::new("."));
        let written = fs::create_dir_all(parent).and_then(|()| fs::write(&path, content));
        written.unwrap_or_else(|error| panic!("`{name}` cannot be written: {error}"));
    }

    /// Deletes a file in the folder.
    pub fn delete(&self, name: &str) {
        let deleted = fs::remove_file(self.folder.path().join(name));
        deleted.unwrap_or_else(|error| panic!("`{name}` cannot be deleted: {error}"));
    }

    /// The address of a file in the folder, as an editor writes it.
    pub fn uri(&self, name: &str) -> String {
        format!("file://{}", self.folder.path().join(name).display())
    }

    /// Where a file of the folder is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a file of the folder holds.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    /// Runs it with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Printed {
        self.run_with_input(arguments, "")
    }

    /// Runs it in a folder within its own.
    pub fn run_in(&self, folder: &str, arguments: &[&str]) -> Printed {
        self.finish(self.start_in(&self.folder.path().join(folder), arguments), "")
    }

    /// Runs it with these arguments and this on standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Printed {
        self.finish(self.start(arguments), input)
    }

    fn finish(&self, mut child: Child, input: &str) -> Printed {
        let typed = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
        // It may end without having read everything.
        drop(typed);
        let output = child.wait_with_output();
        let output = output.unwrap_or_else(|error| panic!("weir cannot be waited for: {error}"));
        Printed {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            status: output.status.code().unwrap_or(-1),
        }
    }

    /// Starts it with pipes to all three streams.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.start_in(self.folder.path(), arguments)
    }

    /// The command that [`Self::start`] starts.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_in(self.folder.path(), arguments)
    }

    fn command_in(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).current_dir(folder).env_remove("NO_COLOR");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn start_in(&self, folder: &Path, arguments: &[&str]) -> Child {
        let mut command = self.command_in(folder, arguments);
        command.spawn().unwrap_or_else(|error| panic!("weir cannot be started: {error}"))
    }
}

impl Printed {
    /// All of it as one text: what went to stderr and a status other than 0 follow after marks.
    pub fn shown(&self) -> String {
        let mut shown = with_line_end(&self.stdout);
        if !self.stderr.is_empty() {
            shown += "--- stderr\n";
            shown += &with_line_end(&self.stderr);
        }
        if self.status != 0 {
            shown += &format!("--- status {}\n", self.status);
        }
        shown
    }
}

fn with_line_end(text: &str) -> String {
    match text.is_empty() || text.ends_with('\n') {
        true => text.to_owned(),
        false => format!("{text}\n"),
    }
}
