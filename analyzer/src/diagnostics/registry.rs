//! The one table of codes. `weir explain`, `--list-rules`, hover links and the docs are printed
//! from it; each code's page is the Markdown file of its name in `pages/`, compiled in.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The program is refused by `run`.
    Error,
    /// The program runs.
    Warning,
    /// Worth knowing.
    Hint,
}

impl Level {
    /// `error`, `warning`, `hint`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Hint => "hint",
        }
    }
}

/// What the registry knows of a code.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The code.
    pub code: Code,
    /// Its name in kebab case.
    pub name: &'static str,
    /// Its level unless configured.
    pub level: Level,
    /// What it flags, in one line.
    pub title: &'static str,
    /// Its page, as Markdown: what is wrong, a flagged example, the mended example.
    pub page: &'static str,
}

macro_rules! registry {
    ($($code:ident $name:literal $level:ident $title:literal;)*) => {
        /// A code of the registry.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $title] $code,)* }

        /// All rules, in the order of their codes.
        pub const REGISTRY: &[Rule] = &[$(Rule {
            code: Code::$code,
            name: $name,
            level: Level::$level,
            title: $title,
            page: include_str!(concat!("pages/", stringify!($code), ".md")),
        },)*];

        impl Code {
            /// `R001`
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }
        }
    };
}

registry! {
    A001 "unused-suppression" Warning "a comment that allows a finding that is not there";
    A003 "unexplained-suppression" Warning "a comment that allows a finding and does not say why";
    C001 "unclosed-channel" Error "a task waits for the end of a channel that nobody closes";
    C005 "receive-starves" Error "a receive or a wait that nothing will ever answer";
    C006 "send-starves" Error "a send whose value nobody will ever take";
    D001 "detach-captures-scope" Error "a detached body that looks back at the function around it";
    M001 "manifest" Error "a `weir.toml` that does not say what it should";
    M002 "module-name" Warning "a file that its package cannot import by its name";
    N001 "unresolved-name" Error "a name that nothing declares";
    N002 "duplicate-definition" Error "two declarations of one name";
    N003 "unresolved-import" Error "an import of something that is not there";
    N004 "unused" Warning "a name or private function that nothing uses";
    N005 "used-before-assigned" Error "a name that is read before anything was assigned to it";
    N006 "unreachable-code" Warning "code that no run can reach";
    P001 "spawn-outside-concurrent" Error "a `spawn` with no `concurrent` block around it";
    P004 "result-ignored" Warning "a `Result` that is dropped unread";
    P005 "empty-concurrent" Warning "a `concurrent` block that starts no task";
    R001 "shared-mutation" Error "a change to a value that another task has";
    R002 "use-after-move" Error "a read of a value that another task changes";
    R003 "captured-assignment" Error "an assignment in a task to a variable of the body around it";
    R004 "moved-in-loop" Error "tasks spawned in a loop change one value from outside it";
    R005 "parallel-iteration-conflict" Error "iterations of a `parallel for` that meet at one element";
    R006 "use-after-send" Error "a use of an owned value that was given away";
    R007 "loan-escapes" Error "what was lent for a block, a lock's value or a scope, and gets out of it";
    R008 "check-then-act" Warning "an atom that is set because of what it was, with a gap between";
    R009 "change-under-read-lock" Error "a change to what a read lock lends";
    S001 "syntax" Error "text that is not Weir";
    S002 "inconsistent-indentation" Error "a line whose indentation fits no block";
    S003 "tab-in-indentation" Error "a tab in a line's indentation";
    S004 "unterminated-string" Error "a string without its end";
    S005 "bad-literal" Error "a literal that denotes no value";
    T001 "type-mismatch" Error "a value of one type where another is needed";
    T002 "wrong-arguments" Error "a call whose arguments do not fit";
    T003 "unknown-member" Error "a field or method that the type does not have";
    T004 "not-callable" Error "a call, loop or index on something that does not allow it";
    T005 "cannot-infer" Error "a type that cannot be told from its use";
    T006 "non-exhaustive-match" Error "a `match` that misses values";
    T007 "bound-not-met" Error "a type argument that its place does not allow";
    T008 "missing-return" Error "a path through a function that returns nothing";
    T009 "question-mark-outside-result" Error "a `?` in a function that cannot return the error";
    T010 "timeout-unhandled" Error "a scope with a timeout and no way to say that it struck";
    U001 "unsupported" Error "a part of the language that this version cannot carry out yet";
}

/// What the codes that begin with one letter have in common, in the order of the letters.
pub const FAMILIES: &[(char, &str)] = &[
    ('A', "the analysis itself"),
    ('C', "channels and signals"),
    ('D', "detached tasks"),
    ('M', "manifests and modules"),
    ('N', "names"),
    ('P', "the structure of tasks"),
    ('R', "values that tasks share"),
    ('S', "syntax"),
    ('T', "types"),
    ('U', "what this version cannot do yet"),
];

impl Rule {
    /// Whether the program has no meaning until its findings are mended: then no later stage has
    /// ground to stand on, and neither a level nor a comment can make it run.
    pub fn is_fundamental(&self) -> bool {
        let family = self.code.family();
        self.level == Level::Error && matches!(family, 'N' | 'P' | 'S' | 'T' | 'U')
    }
}

impl Code {
    /// What the registry knows of it.
    pub fn rule(self) -> &'static Rule {
        &REGISTRY[self as usize]
    }

    /// The letter it begins with.
    pub fn family(self) -> char {
        char::from(self.as_str().as_bytes()[0])
    }

    /// The code written so, or named so: `R001`, `r001`, `shared-mutation`.
    pub fn parse(text: &str) -> Option<Self> {
        REGISTRY
            .iter()
            .find(|rule| rule.code.as_str().eq_ignore_ascii_case(text) || rule.name == text)
            .map(|rule| rule.code)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
