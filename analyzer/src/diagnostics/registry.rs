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

/// Which findings a mistake of syntax puts in doubt: they may only follow from what the parser could
/// not read, and are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// None: they are about what was read.
    Never,
    /// Those that touch the mistake, such as what is said of types.
    Beside,
    /// All in the item that holds it: they say that something stands nowhere in it.
    InItem,
}

/// A rule's level, as the table writes it.
macro_rules! level {
    (Fundamental) => {
        Level::Error
    };
    ($level:ident) => {
        Level::$level
    };
}

/// Whether the table calls a rule fundamental.
macro_rules! is_fundamental {
    (Fundamental) => {
        true
    };
    ($level:ident) => {
        false
    };
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
    /// Whether the program has no meaning until its findings are mended: then no later stage has
    /// ground to stand on, and neither a level nor a comment can make it run.
    pub is_fundamental: bool,
    /// How far a mistake of syntax puts its findings in doubt.
    pub doubt: Doubt,
    /// What it flags, in one line.
    pub title: &'static str,
    /// Its page, as Markdown: what is wrong, a flagged example, the mended example.
    pub page: &'static str,
}

macro_rules! registry {
    ($($code:ident $name:literal $level:ident $doubt:ident $title:literal;)*) => {
        /// A code of the registry.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $title] $code,)* }

        /// All rules, in the order of their codes.
        pub const REGISTRY: &[Rule] = &[$(Rule {
            code: Code::$code,
            name: $name,
            level: level!($level),
            is_fundamental: is_fundamental!($level),
            doubt: Doubt::$doubt,
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
    A001 "unused-suppression" Warning Never "a comment that allows a finding that is not there";
    A002 "analysis-bounded" Hint InItem "where the check of who waits for whom stopped";
    A003 "unexplained-suppression" Warning Never "a comment that allows a finding and does not say why";
    C001 "unclosed-channel" Error InItem "a task waits for the end of a channel that nobody closes";
    C002 "send-after-close" Error InItem "a send on a channel that the task itself has closed";
    C003 "double-close" Error InItem "a second close of one channel";
    C004 "close-races-send" Error InItem "a close in one task while another may still send";
    C005 "receive-starves" Error InItem "a receive or a wait that nothing will ever answer";
    C006 "send-starves" Error InItem "a send whose value nobody will ever take";
    C007 "self-deadlock" Error InItem "a task that waits for what only it would do itself, later";
    C008 "unused-channel" Warning InItem "a channel that nothing goes through";
    C009 "select-never-ready" Error InItem "a `select` none of whose cases can become ready";
    D001 "detach-captures-scope" Error InItem "a detached body that looks back at the function around it";
    D002 "detach-leak" Error InItem "a detached task that waits for ever once its parent has ended";
    D003 "detach-never-ends" Warning InItem "a detached task whose loop has no way out";
    L001 "double-lock" Error InItem "a lock that a task takes while it holds it";
    L002 "lock-order-inversion" Error InItem "locks that tasks take in a circle";
    L003 "missing-unlock" Error InItem "a path that ends with a lock held";
    L004 "unlock-of-unlocked" Error InItem "an unlock of a lock that the task does not hold";
    L005 "lock-across-suspension" Warning InItem "a lock that is held while its task waits";
    L006 "circular-wait" Error InItem "a circle of waits through locks and channels or joins";
    M001 "manifest" Fundamental Never "a `weir.toml` that does not say what it should";
    M002 "module-name" Warning Never "a file that its package cannot import by its name";
    N001 "unresolved-name" Fundamental Never "a name that nothing declares";
    N002 "duplicate-definition" Fundamental Never "two declarations of one name";
    N003 "unresolved-import" Fundamental Never "an import of something that is not there";
    N004 "unused" Warning InItem "a name or private function that nothing uses";
    N005 "used-before-assigned" Fundamental InItem "a name that is read before anything was assigned to it";
    N006 "unreachable-code" Warning InItem "code that no run can reach";
    N007 "no-effect" Warning InItem "a statement that computes a value and drops it";
    N008 "hidden-constant" Warning Never "an assignment that makes a local of a constant's name";
    N009 "changed-while-walked" Warning InItem "a loop that takes elements out of what it walks";
    P001 "spawn-outside-concurrent" Fundamental Never "a `spawn` with no `concurrent` block around it";
    P002 "unbounded-spawn" Warning InItem "an endless loop that starts tasks without a bound";
    P003 "blocking-call" Warning InItem "a call that waits for the outside beside other tasks, without `blocking`";
    P004 "result-ignored" Warning InItem "a `Result` that is dropped unread";
    P005 "empty-concurrent" Warning InItem "a `concurrent` block that starts no task";
    P006 "busy-loop" Warning InItem "a loop that asks and never waits";
    R001 "shared-mutation" Error InItem "a change to a value that another task has";
    R002 "use-after-move" Error InItem "a read of a value that another task changes";
    R003 "captured-assignment" Error InItem "an assignment in a task to a variable of the body around it";
    R004 "moved-in-loop" Error InItem "tasks spawned in a loop change one value from outside it";
    R005 "parallel-iteration-conflict" Error InItem "iterations of a `parallel for` that meet at one element";
    R006 "use-after-send" Error InItem "a use of an owned value that was given away";
    R007 "loan-escapes" Error InItem "what was lent for a block, a lock's value or a scope, and gets out of it";
    R008 "check-then-act" Warning InItem "an atom that is set because of what it was, with a gap between";
    R009 "change-under-read-lock" Error InItem "a change to what a read lock lends";
    S001 "syntax" Fundamental Never "text that is not Weir";
    S002 "inconsistent-indentation" Fundamental Never "a line whose indentation fits no block";
    S003 "tab-in-indentation" Fundamental Never "a tab in a line's indentation";
    S004 "unterminated-string" Fundamental Never "a string without its end";
    S005 "bad-literal" Fundamental Never "a literal that denotes no value";
    T001 "type-mismatch" Fundamental Beside "a value of one type where another is needed";
    T002 "wrong-arguments" Fundamental Beside "a call whose arguments do not fit";
    T003 "unknown-member" Fundamental Beside "a field or method that the type does not have";
    T004 "not-callable" Fundamental Beside "a call, loop or index on something that does not allow it";
    T005 "cannot-infer" Fundamental InItem "a type that cannot be told from its use";
    T006 "non-exhaustive-match" Fundamental InItem "a `match` that misses values";
    T007 "bound-not-met" Fundamental Beside "a type argument that its place does not allow";
    T008 "missing-return" Fundamental InItem "a path through a function that returns nothing";
    T009 "question-mark-outside-result" Fundamental Beside "a `?` in a function that cannot return the error";
    T010 "timeout-unhandled" Fundamental Beside "a scope with a timeout and no way to say that it struck";
    T011 "endless-type" Warning Never "a type of which no value can ever be made";
}

/// What the codes that begin with one letter have in common, in the order of the letters.
pub const FAMILIES: &[(char, &str)] = &[
    ('A', "the analysis itself"),
    ('C', "channels and signals"),
    ('D', "detached tasks"),
    ('L', "locks"),
    ('M', "manifests and modules"),
    ('N', "names"),
    ('P', "the structure of tasks"),
    ('R', "values that tasks share"),
    ('S', "syntax"),
    ('T', "types"),
];

/// The family of what the parser finds.
const SYNTAX: char = 'S';

impl Rule {
    /// Whether it is about the text's syntax: what stands behind such a mistake was not understood.
    pub fn is_syntax(&self) -> bool {
        self.code.family() == SYNTAX
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
