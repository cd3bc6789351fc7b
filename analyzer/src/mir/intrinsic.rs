//! The functions and methods that the machine provides: one line each, by the family they belong
//! to. The prelude's signature file gives their types; `mutable self` and `move` there and the uses
//! here must agree, which a test holds. What a signature cannot say stands here alone: what is
//! stored where, and what may suspend.
//!
//! A call reads what it is given, unless its line says otherwise. An owned result is made of owned
//! arguments that were not given away.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What a call does with one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamUse {
    /// Reads what the argument reaches.
    Read,
    /// Changes what the argument reaches.
    Change,
    /// Gives the argument away for good.
    Give,
    /// Stores the argument in argument `0`, merging their regions.
    StoreInReceiver,
    /// Asks which value the argument is, and looks at no contents.
    Identify,
    /// Needs the argument itself alone: synchronises by itself, or looks at no contents.
    Handle,
}

/// What a call does with its arguments; the last use stands for all further ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// By position.
    pub params: &'static [ParamUse],
    /// Whether the task may be suspended in it.
    pub suspends: bool,
    /// Whether it waits for what is outside of Weir, on a thread.
    pub blocks: bool,
    /// Whether a program may well call it only to fail, or not, on what it is given.
    pub checks: bool,
}

impl Effect {
    /// The use of the argument at `position`.
    pub fn param(&self, position: usize) -> ParamUse {
        self.params.get(position).or(self.params.last()).copied().unwrap_or(ParamUse::Read)
    }

    /// Whether the call leaves everything as it was: it does not wait, and changes nothing that it
    /// is given.
    fn is_none(&self) -> bool {
        let leaves = |param: &ParamUse| {
            matches!(param, ParamUse::Read | ParamUse::StoreInReceiver | ParamUse::Identify)
        };
        !self.suspends && !self.blocks && !self.checks && self.params.iter().all(leaves)
    }
}

macro_rules! intrinsics {
    ($($(#[$doc:meta])* $family:ident {
        $($variant:ident $name:literal $([$($param:ident),*])? $($word:ident)?;)*
    })*) => {
        /// What intrinsics belong to: the unit that the machine implements in one place.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Family { $($(#[$doc])* $family,)* }

        /// A function or method that the machine provides.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Intrinsic { $($(#[doc = concat!("`", $name, "`")] $variant,)*)* }

        impl Intrinsic {
            /// All of them, in the table's order.
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)*)*];

            /// The qualified name: `print`, `channel.send`, `channel` for a constructor.
            pub fn name(self) -> &'static str {
                match self { $($(Self::$variant => $name,)*)* }
            }

            /// The name that programs call it by, through a wrapper of the standard modules if need be:
            /// `fs.read` for `fs._read`.
            pub fn public_name(self) -> String {
                self.name().replace("._", ".")
            }

            /// What it belongs to.
            #[inline]
            pub fn family(self) -> Family {
                match self { $($(Self::$variant)|* => Family::$family,)* }
            }

            /// What a call does with its arguments.
            pub fn effect(self) -> Effect {
                match self {
                    $($(Self::$variant => Effect {
                        params: &[$($(ParamUse::$param),*)?],
                        suspends: matches!(word!($($word)?), Word::Suspends | Word::Blocks),
                        blocks: matches!(word!($($word)?), Word::Blocks),
                        checks: matches!(word!($($word)?), Word::Checks),
                    },)*)*
                }
            }
        }
    };
}

static BY_NAME: LazyLock<FxHashMap<&'static str, Intrinsic>> =
    LazyLock::new(|| Intrinsic::ALL.iter().map(|of| (of.name(), *of)).collect());

/// What a line says of a call besides its arguments.
enum Word {
    Nothing,
    Suspends,
    Blocks,
    Checks,
}

macro_rules! word {
    () => {
        Word::Nothing
    };
    (suspends) => {
        Word::Suspends
    };
    (blocks) => {
        Word::Blocks
    };
    (checks) => {
        Word::Checks
    };
}

impl Intrinsic {
    /// The intrinsic of that qualified name. The views of a channel have the channel's own, and
    /// what only reads a mutable container is its immutable twin's.
    pub fn from_name(name: &str) -> Option<Self> {
        let find = |name: &str| BY_NAME.get(name).copied();
        find(name).or_else(|| match name.split_once('.')? {
            ("sender" | "receiver", method) => find(&format!("channel.{method}")),
            (owner, method) => find(&format!("{}.{method}", owner.strip_prefix("mutable_")?)),
        })
    }

    /// Whether a call of it computes a value and does nothing else.
    pub fn only_computes(self) -> bool {
        use Family::*;
        let reaches_out =
            matches!(self.family(), Output | Run | Outside | Parallel | Tasks | SyncNew | Sync);
        !reaches_out && self.effect().is_none()
    }
}

intrinsics! {
    /// What the outside sees.
    Output {
        Print "print";
        Eprint "eprint";
        Panic "panic";
    }
    /// Lengths, ranges, and walks over anything.
    Walks {
        AssertEq "assert_eq" checks;
        Len "len";
        Range "range";
        Min "min";
        Max "max";
        Least "_least";
        Greatest "_greatest";
        Sum "sum";
        Sorted "sorted";
        SortedBy "_sorted_by";
        Reversed "reversed";
        Enumerate "enumerate";
        Zip "zip";
        Any "any";
        All "all";
        Distinct "distinct";
        // Never called: an assignment in the Mir.
        Take "take" [Change, StoreInReceiver];
    }
    /// Numbers and durations.
    Numbers {
        Abs "abs";
        Round "round";
        ToInt "int" checks;
        ToFloat "float" checks;
        IntBitLength "int.bit_length";
        IntBitCount "int.bit_count";
        IntNanoseconds "int.nanoseconds";
        IntMicroseconds "int.microseconds";
        IntMilliseconds "int.milliseconds";
        IntSeconds "int.seconds";
        IntMinutes "int.minutes";
        IntHours "int.hours";
        FloatIsInteger "float.is_integer";
        FloatNanoseconds "float.nanoseconds";
        FloatMicroseconds "float.microseconds";
        FloatMilliseconds "float.milliseconds";
        FloatSeconds "float.seconds";
        FloatMinutes "float.minutes";
        FloatHours "float.hours";
        DurationTotalSeconds "duration.total_seconds";
    }
    /// Text.
    Str {
        ToStr "str";
        Chr "chr";
        Ord "ord";
        StrUpper "str.upper";
        StrLower "str.lower";
        StrTitle "str.title";
        StrCapitalize "str.capitalize";
        StrSwapcase "str.swapcase";
        StrStrip "str.strip";
        StrLstrip "str.lstrip";
        StrRstrip "str.rstrip";
        StrRemoveprefix "str.removeprefix";
        StrRemovesuffix "str.removesuffix";
        StrSplit "str.split";
        StrRsplit "str.rsplit";
        StrSplitlines "str.splitlines";
        StrPartition "str.partition";
        StrRpartition "str.rpartition";
        StrJoin "str.join";
        StrReplace "str.replace";
        StrStartswith "str.startswith";
        StrEndswith "str.endswith";
        StrFind "str.find";
        StrRfind "str.rfind";
        StrIndex "str.index" checks;
        StrRindex "str.rindex" checks;
        StrCount "str.count";
        StrIsdigit "str.isdigit";
        StrIsalpha "str.isalpha";
        StrIsalnum "str.isalnum";
        StrIsspace "str.isspace";
        StrIsupper "str.isupper";
        StrIslower "str.islower";
        StrIsascii "str.isascii";
        StrZfill "str.zfill";
        StrLjust "str.ljust";
        StrRjust "str.rjust";
        StrCenter "str.center";
        StrEncode "str.encode";
    }
    /// Rows of bytes.
    Bytes {
        BytesNew "bytes" checks;
        BytesDecode "bytes.decode" checks;
        BytesHex "bytes.hex";
        BytesStartswith "bytes.startswith";
        BytesEndswith "bytes.endswith";
        BytesFind "bytes.find";
        BytesCount "bytes.count";
        BytesSplit "bytes.split";
        BytesJoin "bytes.join";
    }
    /// Lists, immutable and mutable.
    List {
        ListNew "list";
        ListAppend "list.append";
        ListExtend "list.extend";
        ListInsert "list.insert";
        ListRemove "list.remove";
        ListReverse "list.reverse";
        ListSort "list.sort";
        ListIndex "list.index" [Read, Identify] checks;
        ListCount "list.count" [Read, Identify];
        // What a comprehension gathered in a mutable list of its own, taken over as its result.
        ListCollect "list.collect";
        MutableListNew "mutable_list";
        MutableListAppend "mutable_list.append" [Change, StoreInReceiver];
        MutableListExtend "mutable_list.extend" [Change, StoreInReceiver];
        MutableListInsert "mutable_list.insert" [Change, Read, StoreInReceiver];
        MutableListPop "mutable_list.pop" [Change, Read];
        MutableListRemove "mutable_list.remove" [Change, Read];
        MutableListClear "mutable_list.clear" [Change];
        MutableListSort "mutable_list.sort" [Change, Read];
        MutableListArrange "mutable_list._arrange" [Change, Read];
        MutableListReverse "mutable_list.reverse" [Change];
        MutableListCopy "mutable_list.copy";
        MutableListSnapshot "mutable_list.snapshot";
        MutableListFreeze "mutable_list.freeze" [Give];
    }
    /// Maps, immutable and mutable.
    Map {
        MapNew "map";
        MapGet "map.get";
        MapKeys "map.keys";
        MapValues "map.values";
        MapItems "map.items";
        MapUpdate "map.update";
        MapRemove "map.remove";
        MapDiscard "map.discard";
        MutableMapNew "mutable_map";
        MutableMapSetdefault "mutable_map.setdefault" [Change, Read, StoreInReceiver];
        MutableMapUpdate "mutable_map.update" [Change, StoreInReceiver];
        MutableMapPop "mutable_map.pop" [Change, Read];
        MutableMapPopitem "mutable_map.popitem" [Change];
        MutableMapRemove "mutable_map.remove" [Change, Read];
        MutableMapDiscard "mutable_map.discard" [Change, Read];
        MutableMapClear "mutable_map.clear" [Change];
        MutableMapCopy "mutable_map.copy";
        MutableMapSnapshot "mutable_map.snapshot";
        MutableMapFreeze "mutable_map.freeze" [Give];
    }
    /// Sets, immutable and mutable.
    Set {
        SetNew "set";
        SetAdd "set.add";
        SetUpdate "set.update";
        SetRemove "set.remove";
        SetDiscard "set.discard";
        SetUnion "set.union";
        SetIntersection "set.intersection";
        SetDifference "set.difference";
        SetSymmetricDifference "set.symmetric_difference";
        SetIssubset "set.issubset";
        SetIssuperset "set.issuperset";
        SetIsdisjoint "set.isdisjoint";
        MutableSetNew "mutable_set";
        MutableSetAdd "mutable_set.add" [Change, Read];
        MutableSetUpdate "mutable_set.update" [Change, Read];
        MutableSetRemove "mutable_set.remove" [Change, Read];
        MutableSetDiscard "mutable_set.discard" [Change, Read];
        MutableSetPop "mutable_set.pop" [Change];
        MutableSetClear "mutable_set.clear" [Change];
        MutableSetCopy "mutable_set.copy";
        MutableSetSnapshot "mutable_set.snapshot";
        MutableSetFreeze "mutable_set.freeze" [Give];
    }
    /// The module `math`.
    Math {
        MathSqrt "math.sqrt";
        MathCbrt "math.cbrt";
        MathExp "math.exp";
        MathLog "math.log";
        MathLog2 "math.log2";
        MathLog10 "math.log10";
        MathSin "math.sin";
        MathCos "math.cos";
        MathTan "math.tan";
        MathAsin "math.asin";
        MathAcos "math.acos";
        MathAtan "math.atan";
        MathAtan2 "math.atan2";
        MathHypot "math.hypot";
        MathFloor "math.floor";
        MathCeil "math.ceil";
        MathTrunc "math.trunc";
        MathIsnan "math.isnan";
        MathIsinf "math.isinf";
        MathIsfinite "math.isfinite";
        MathCopysign "math.copysign";
    }
    /// Options, results, failures.
    Results {
        OptionIsSome "Option.is_some";
        OptionIsNone "Option.is_none";
        OptionUnwrap "Option.unwrap" checks;
        OptionUnwrapOr "Option.unwrap_or" [Read, StoreInReceiver];
        OptionOkOr "Option.ok_or" [Read, StoreInReceiver];
        ResultIsOk "Result.is_ok";
        ResultIsErr "Result.is_err";
        ResultUnwrap "Result.unwrap" checks;
        ResultUnwrapOr "Result.unwrap_or" [Read, StoreInReceiver];
        FailureMessage "Failure.message";
        FailureKind "Failure.kind";
        FailureTrace "Failure.trace";
    }
    /// The run's clock, and the task's own place in the run.
    Run {
        Sleep "sleep" suspends;
        Now "now";
        InstantElapsed "instant.elapsed";
        YieldNow "yield_now" suspends;
        TaskId "task_id";
        RandomBits "random._bits";
    }
    /// What needs the world outside.
    Outside {
        ArgsAll "args.all";
        EnvGet "env.get";
        EnvAll "env.all";
        FsRead "fs.read" blocks;
        FsReadBytes "fs.read_bytes" blocks;
        FsWrite "fs.write" blocks;
        FsWriteBytes "fs.write_bytes" blocks;
        FsAppend "fs.append" blocks;
        FsList "fs.list" blocks;
        FsExists "fs.exists" blocks;
        FsIsFolder "fs.is_folder" blocks;
        FsMakeFolder "fs.make_folder" blocks;
        FsRemove "fs.remove" blocks;
        HttpFetch "http._fetch" suspends;
        HttpServe "http._serve" suspends;
        HttpNext "http._next" suspends;
        HttpReply "http._reply";
        HttpClose "http._close";
        NetListen "net._listen" suspends;
        NetAccept "net._accept" suspends;
        NetConnect "net._connect" suspends;
        NetRead "net._read" suspends;
        NetReadLine "net._read_line" suspends;
        NetWrite "net._write" suspends;
        NetClose "net._close";
        ProcessRun "process._run" blocks;
        ProcessStart "process._start" blocks;
        ProcessWait "process._wait" blocks;
        ProcessKill "process._kill";
        TimeTicks "time.ticks";
        TimeUnix "time.unix";
    }
    /// Loops over all processors.
    Parallel {
        ParallelMap "parallel_map" suspends;
        ParallelReduce "parallel_reduce" suspends;
    }
    /// Tasks.
    Tasks {
        JoinAll "join_all" suspends;
        TaskJoin "Task.join" [Handle] suspends;
        TaskOutcome "Task.outcome" [Handle] suspends;
        TaskCancel "Task.cancel" [Handle];
        TaskDone "Task.done" [Handle];
    }
    /// New objects that synchronise.
    SyncNew {
        ChannelNew "channel";
        AtomNew "atom";
        MutexNew "mutex" [Give];
        RwlockNew "rwlock" [Give];
        SemaphoreNew "semaphore";
        BarrierNew "barrier";
        SignalNew "signal";
    }
    /// What is done with objects that synchronise.
    Sync {
        ChannelSend "channel.send" [Handle, Give] suspends;
        ChannelReceive "channel.receive" [Handle] suspends;
        ChannelNext "channel.next" [Handle] suspends;
        ChannelTrySend "channel.try_send" [Handle, Give];
        ChannelTryReceive "channel.try_receive" [Handle];
        ChannelClose "channel.close" [Handle];
        ChannelClosed "channel.closed" [Handle];
        ChannelLen "channel.len" [Handle];
        ChannelCapacity "channel.capacity" [Handle];
        AtomGet "atom.get" [Handle];
        AtomSet "atom.set" [Handle, Read];
        AtomSwap "atom.swap" [Handle, Read];
        AtomCompareAndSet "atom.compare_and_set" [Handle, Read];
        MutexLock "mutex.lock" [Handle] suspends;
        MutexTryLock "mutex.try_lock" [Handle];
        MutexUnlock "mutex.unlock" [Handle];
        RwlockRead "rwlock.read" [Handle] suspends;
        RwlockWrite "rwlock.write" [Handle] suspends;
        SemaphoreAcquire "semaphore.acquire" [Handle] suspends;
        SemaphoreTryAcquire "semaphore.try_acquire" [Handle];
        SemaphoreRelease "semaphore.release" [Handle];
        BarrierWait "barrier.wait" [Handle] suspends;
        SignalSet "signal.set" [Handle];
        SignalIsSet "signal.is_set" [Handle];
        SignalWait "signal.wait" [Handle] suspends;
    }
}
