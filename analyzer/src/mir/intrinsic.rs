//! The functions and methods that the machine provides: one line each, with what a call does to
//! the regions of its arguments. The prelude's signature file gives their types.

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
    /// Needs the argument itself alone: synchronises by itself, or looks at no contents.
    Handle,
}

/// Where a call's result comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultUse {
    /// It is new, or shareable.
    Fresh,
    /// It is, or is part of, argument `0`.
    FromReceiver,
}

/// What a call does with its arguments; the last use stands for all further ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// By position.
    pub params: &'static [ParamUse],
    /// Where the result comes from.
    pub result: ResultUse,
    /// Whether the task may be suspended in it.
    pub suspends: bool,
}

impl Effect {
    /// The use of the argument at `position`.
    pub fn param(&self, position: usize) -> ParamUse {
        self.params.get(position).or(self.params.last()).copied().unwrap_or(ParamUse::Read)
    }
}

macro_rules! intrinsics {
    ($($variant:ident $name:literal [$($param:ident),*] $result:ident $suspends:literal;)*) => {
        /// A function or method that the machine provides.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Intrinsic { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        impl Intrinsic {
            /// All of them, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The qualified name: `print`, `channel.send`, `channel` for a constructor.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What a call does with its arguments.
            pub fn effect(self) -> Effect {
                match self {
                    $(Self::$variant => Effect {
                        params: &[$(ParamUse::$param),*],
                        result: ResultUse::$result,
                        suspends: $suspends,
                    },)*
                }
            }
        }
    };
}

impl Intrinsic {
    /// The intrinsic of that qualified name. The views of a channel have the channel's own.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = match name.split_once('.') {
            Some(("sender" | "receiver", method)) => format!("channel.{method}"),
            _ => name.to_owned(),
        };
        Self::ALL.iter().copied().find(|intrinsic| intrinsic.name() == name)
    }
}

intrinsics! {
    Print "print" [Read] Fresh false;
    Eprint "eprint" [Read] Fresh false;
    Panic "panic" [Read] Fresh false;
    Len "len" [Read] Fresh false;
    Range "range" [Read] Fresh false;
    Min "min" [Read] Fresh false;
    Max "max" [Read] Fresh false;
    Abs "abs" [Read] Fresh false;
    Sum "sum" [Read] Fresh false;
    Sorted "sorted" [Read] Fresh false;
    Enumerate "enumerate" [Read] Fresh false;
    AssertEq "assert_eq" [Read] Fresh false;
    ListNew "list" [Read] Fresh false;
    SetNew "set" [Read] Fresh false;
    JoinAll "join_all" [Read] FromReceiver true;
    ToStr "str" [Read] Fresh false;
    ToInt "int" [Read] Fresh false;
    ToFloat "float" [Read] Fresh false;
    Sleep "sleep" [Read] Fresh true;
    Now "now" [] Fresh false;
    YieldNow "yield_now" [] Fresh true;
    TaskId "task_id" [] Fresh false;
    ParallelMap "parallel_map" [Read, Read] Fresh true;
    ParallelReduce "parallel_reduce" [Read, Read, Read] Fresh true;

    IntNanoseconds "int.nanoseconds" [Read] Fresh false;
    IntMicroseconds "int.microseconds" [Read] Fresh false;
    IntMilliseconds "int.milliseconds" [Read] Fresh false;
    IntSeconds "int.seconds" [Read] Fresh false;
    IntMinutes "int.minutes" [Read] Fresh false;
    IntHours "int.hours" [Read] Fresh false;
    FloatNanoseconds "float.nanoseconds" [Read] Fresh false;
    FloatMicroseconds "float.microseconds" [Read] Fresh false;
    FloatMilliseconds "float.milliseconds" [Read] Fresh false;
    FloatSeconds "float.seconds" [Read] Fresh false;
    FloatMinutes "float.minutes" [Read] Fresh false;
    FloatHours "float.hours" [Read] Fresh false;
    DurationTotalSeconds "duration.total_seconds" [Read] Fresh false;
    InstantElapsed "instant.elapsed" [Read] Fresh false;

    StrUpper "str.upper" [Read] Fresh false;
    StrLower "str.lower" [Read] Fresh false;
    StrStrip "str.strip" [Read] Fresh false;
    StrSplit "str.split" [Read] Fresh false;
    StrJoin "str.join" [Read] Fresh false;
    StrReplace "str.replace" [Read] Fresh false;
    StrStartsWith "str.starts_with" [Read] Fresh false;
    StrEndsWith "str.ends_with" [Read] Fresh false;
    StrContains "str.contains" [Read] Fresh false;
    StrFind "str.find" [Read] Fresh false;
    StrRepeat "str.repeat" [Read] Fresh false;

    ListAppend "list.append" [Read] Fresh false;
    ListExtend "list.extend" [Read] Fresh false;
    ListContains "list.contains" [Read] Fresh false;
    ListIndex "list.index" [Read] Fresh false;
    ListReverse "list.reverse" [Read] Fresh false;
    ListSort "list.sort" [Read] Fresh false;
    // What a comprehension gathered in a mutable list of its own, taken over as its result.
    ListCollect "list.collect" [Read] FromReceiver false;
    MapGet "map.get" [Read] Fresh false;
    MapKeys "map.keys" [Read] Fresh false;
    MapValues "map.values" [Read] Fresh false;
    MapItems "map.items" [Read] Fresh false;
    MapContains "map.contains" [Read] Fresh false;
    SetContains "set.contains" [Read] Fresh false;

    FailureMessage "Failure.message" [Read] Fresh false;
    FailureKind "Failure.kind" [Read] Fresh false;
    FailureTrace "Failure.trace" [Read] Fresh false;

    OptionIsSome "Option.is_some" [Read] Fresh false;
    OptionIsNone "Option.is_none" [Read] Fresh false;
    OptionUnwrap "Option.unwrap" [Read] FromReceiver false;
    OptionUnwrapOr "Option.unwrap_or" [Read, StoreInReceiver] FromReceiver false;
    ResultIsOk "Result.is_ok" [Read] Fresh false;
    ResultIsErr "Result.is_err" [Read] Fresh false;
    ResultUnwrap "Result.unwrap" [Read] FromReceiver false;
    ResultUnwrapOr "Result.unwrap_or" [Read, StoreInReceiver] FromReceiver false;

    MutableListNew "mutable_list" [Read] Fresh false;
    MutableListAppend "mutable_list.append" [Change, StoreInReceiver] Fresh false;
    MutableListExtend "mutable_list.extend" [Change, StoreInReceiver] Fresh false;
    MutableListInsert "mutable_list.insert" [Change, Read, StoreInReceiver] Fresh false;
    MutableListPop "mutable_list.pop" [Change] FromReceiver false;
    MutableListRemove "mutable_list.remove" [Change, Read] FromReceiver false;
    MutableListClear "mutable_list.clear" [Change] Fresh false;
    MutableListContains "mutable_list.contains" [Read] Fresh false;
    MutableListSnapshot "mutable_list.snapshot" [Read] Fresh false;
    MutableListFreeze "mutable_list.freeze" [Give] Fresh false;
    MutableMapNew "mutable_map" [Read] Fresh false;
    MutableMapGet "mutable_map.get" [Read] FromReceiver false;
    MutableMapKeys "mutable_map.keys" [Read] Fresh false;
    MutableMapValues "mutable_map.values" [Read] FromReceiver false;
    MutableMapItems "mutable_map.items" [Read] FromReceiver false;
    MutableMapContains "mutable_map.contains" [Read] Fresh false;
    MutableMapRemove "mutable_map.remove" [Change, Read] FromReceiver false;
    MutableMapClear "mutable_map.clear" [Change] Fresh false;
    MutableMapSnapshot "mutable_map.snapshot" [Read] Fresh false;
    MutableMapFreeze "mutable_map.freeze" [Give] Fresh false;
    MutableSetNew "mutable_set" [Read] Fresh false;
    MutableSetAdd "mutable_set.add" [Change, Read] Fresh false;
    MutableSetDiscard "mutable_set.discard" [Change, Read] Fresh false;
    MutableSetContains "mutable_set.contains" [Read] Fresh false;
    MutableSetSnapshot "mutable_set.snapshot" [Read] Fresh false;
    MutableSetFreeze "mutable_set.freeze" [Give] Fresh false;

    ChannelNew "channel" [Read] Fresh false;
    ChannelSend "channel.send" [Handle, Give] Fresh true;
    ChannelReceive "channel.receive" [Handle] Fresh true;
    ChannelNext "channel.next" [Handle] Fresh true;
    ChannelTrySend "channel.try_send" [Handle, Give] Fresh false;
    ChannelTryReceive "channel.try_receive" [Handle] Fresh false;
    ChannelClose "channel.close" [Handle] Fresh false;
    ChannelClosed "channel.closed" [Handle] Fresh false;
    ChannelLen "channel.len" [Handle] Fresh false;
    ChannelCapacity "channel.capacity" [Handle] Fresh false;

    AtomNew "atom" [Read] Fresh false;
    AtomGet "atom.get" [Handle] Fresh false;
    AtomSet "atom.set" [Handle, Read] Fresh false;
    AtomSwap "atom.swap" [Handle, Read] Fresh false;
    AtomCompareAndSet "atom.compare_and_set" [Handle, Read] Fresh false;

    MutexNew "mutex" [Give] Fresh false;
    MutexLock "mutex.lock" [Handle] FromReceiver true;
    RwlockRead "rwlock.read" [Handle] FromReceiver true;
    RwlockWrite "rwlock.write" [Handle] FromReceiver true;
    SemaphoreAcquire "semaphore.acquire" [Handle] Fresh true;
    RwlockNew "rwlock" [Give] Fresh false;
    SemaphoreNew "semaphore" [Read] Fresh false;
    BarrierNew "barrier" [Read] Fresh false;
    BarrierWait "barrier.wait" [Handle] Fresh true;
    SignalNew "signal" [] Fresh false;
    SignalSet "signal.set" [Handle] Fresh false;
    SignalIsSet "signal.is_set" [Handle] Fresh false;
    SignalWait "signal.wait" [Handle] Fresh true;

    TaskJoin "Task.join" [Handle] Fresh true;
    TaskOutcome "Task.outcome" [Handle] Fresh true;
    TaskCancel "Task.cancel" [Handle] Fresh false;
    TaskDone "Task.done" [Handle] Fresh false;
}
