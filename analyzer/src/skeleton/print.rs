//! A skeleton as text: what `weir debug skeleton` shows.
//!
//! One node a line: its number, what it does, where it goes unless that is the next line, and the
//! line of the source that it comes from. The verdict comes last.

use std::fmt::Write;

use super::explore::{Doom, Fault};
use super::graph::{
    Action, Arg, AtomOp, NodeId, Routine, SelectOffer, Skeleton, SyncOp, Tag, Target,
};
use super::verdict::{Verdict, verdict};
use crate::Db;
use crate::diagnostics::{Site, resolve_site};
use crate::items::ItemId;
use crate::mir::{Const, Local, Operand, Rvalue, ScopeRef};

/// The skeleton of `item` and what exploring it came to.
pub fn print(db: &dyn Db, item: ItemId) -> String {
    let skeleton = super::skeleton(db, item);
    let mut text = String::new();
    for routine in &skeleton.routines {
        routine_text(db, skeleton, routine, &mut text);
    }
    let verdict = match verdict(skeleton) {
        _ if !skeleton.is_worth_a_look => "nobody waits".to_string(),
        Verdict::Holds => "holds".to_string(),
        Verdict::Bounded(bound) => format!("bounded: {}", bound.why()),
        Verdict::Open(doom) => format!("open: {}", fault_text(&doom)),
        Verdict::Fails(found) => {
            let faults: Vec<String> = found.dooms.iter().map(fault_text).collect();
            format!("fails: {}", faults.join("; "))
        }
    };
    let _ = writeln!(text, "verdict: {verdict}");
    text
}

fn fault_text(doom: &Doom) -> String {
    match &doom.fault {
        Fault::Stuck(stuck) => {
            let paths =
                stuck.causes.iter().map(|of| doom.state.tasks[of.task as usize].label.path.clone());
            format!("{} waits for ever", paths.collect::<Vec<_>>().join(", "))
        }
        Fault::Misuse(misuse) => format!("{} ends with {:?}", misuse.task.path, misuse.kind),
    }
}

fn routine_text(db: &dyn Db, skeleton: &Skeleton, routine: &Routine, text: &mut String) {
    let inputs: Vec<String> =
        (0..routine.inputs).map(|input| local_text(routine, Local(input))).collect();
    let _ = writeln!(text, "{}({}):", routine.name, inputs.join(", "));
    for (index, node) in routine.nodes.iter().enumerate() {
        if node.action == Action::Escape(Vec::new(), None) {
            continue;
        }
        let what = action_text(skeleton, routine, &node.action);
        let ways = ways_text(&node.action, &node.next, index as u32 + 1);
        let line = line_of(db, node.site);
        let _ = writeln!(text, "  {index:>3}  {what}{ways}  # line {line}");
    }
    text.push('\n');
}

fn ways_text(action: &Action, next: &[NodeId], following: u32) -> String {
    match (action, next) {
        (_, []) => String::new(),
        (Action::Enter { .. }, [_, timeout]) => format!(", out of time: {}", timeout.0),
        (_, [only]) if only.0 == following => String::new(),
        (_, [only]) => format!(" -> {}", only.0),
        (_, ways) => {
            let ways: Vec<String> = ways.iter().map(|way| way.0.to_string()).collect();
            format!(" -> {}", ways.join(" | "))
        }
    }
}

fn line_of(db: &dyn Db, site: Site) -> usize {
    let label = resolve_site(db, site);
    let before = usize::from(label.range.start());
    let text = label.file.text(db);
    text.get(..before).map_or(0, |before| before.matches('\n').count() + 1)
}

fn action_text(skeleton: &Skeleton, routine: &Routine, action: &Action) -> String {
    let local = |of: Local| local_text(routine, of);
    let operand = |of: &Operand| operand_text(routine, of);
    let to =
        |dest: &Option<Local>| dest.map_or(String::new(), |dest| format!("{} = ", local(dest)));
    let call = |target: &Target, args: &[Arg]| call_text(skeleton, routine, target, args);
    match action {
        Action::Let(dest, value) => format!("{} = {}", local(*dest), rvalue_text(routine, value)),
        Action::Opaque { dest, tag, args } => {
            let args: Vec<String> = args.iter().map(operand).collect();
            format!("{} = {}({})", local(*dest), tag_text(tag), args.join(", "))
        }
        Action::Fresh { dest, .. } => format!("{} = ?", local(*dest)),
        Action::MakeChannel(dest, room) => format!("{} = channel({})", local(*dest), operand(room)),
        Action::MakeBarrier(dest, parties) => {
            format!("{} = barrier({})", local(*dest), operand(parties))
        }
        Action::MakeSignal(dest) => format!("{} = signal", local(*dest)),
        Action::MakeLock { dest, .. } => format!("{} = lock", local(*dest)),
        Action::MakeAtom(dest, value) => format!("{} = atom({})", local(*dest), operand(value)),
        Action::Atom { op, atom, args, dest } => {
            let args: Vec<String> = args.iter().map(operand).collect();
            format!("{}{} {} ({})", to(dest), atom_op_text(*op), operand(atom), args.join(", "))
        }
        Action::Lend(lock, _, loan) => format!("{} = what {} guards", local(*loan), operand(lock)),
        Action::PutBack(lock, loan) => format!("put {} back into {}", local(*loan), operand(lock)),
        Action::Arrange { dest, of, args } => {
            let args: Vec<String> = args.iter().map(operand).collect();
            format!("{} = {}({})", local(*dest), of.name(), args.join(", "))
        }
        Action::Put(list, index, value) => {
            format!("{}[{}] = {}", operand(list), operand(index), operand(value))
        }
        Action::Sync { op, object, value, dest } => {
            let value =
                value.as_ref().map_or(String::new(), |value| format!(" {}", operand(value)));
            format!("{}{} {}{value}", to(dest), op_text(*op), operand(object))
        }
        Action::Each { iterator, dest } => {
            let dest = dest.map_or("_".to_string(), local);
            format!("each {dest} of {}", local(*iterator))
        }
        Action::Select { cases, has_else } => {
            let mut cases: Vec<String> =
                cases.iter().map(|(offer, _)| offer_text(routine, offer)).collect();
            cases.extend(has_else.then(|| "else".to_string()));
            format!("select {}", cases.join(" | "))
        }
        Action::Branch(condition) => format!("if {}", operand(condition)),
        Action::Assume { condition, holds: expected, .. } => {
            format!("assume {} is {expected}", operand(condition))
        }
        Action::Call { dest, target, args } => format!("{}{}", to(dest), call(target, args)),
        Action::Spawn { dest, scope, target, args } => {
            let scope = match scope {
                ScopeRef::Own(scope) => format!("{scope:?}"),
                ScopeRef::Passed(scope) => operand(scope),
            };
            format!("{} = spawn in {scope} {}", local(*dest), call(target, args))
        }
        Action::Detach(target, args) => format!("detach {}", call(target, args)),
        Action::Defer(target, args) => format!("defer {}", call(target, args)),
        Action::RunDefers => "run defers".to_string(),
        Action::Join { dest, task, settles: false, .. } => {
            format!("{}join {}", to(dest), operand(task))
        }
        Action::Join { dest, task, .. } => format!("{}result of {}", to(dest), operand(task)),
        Action::Cancel(task) => format!("cancel {}", operand(task)),
        Action::Enter { scope, limit, handle, supervised } => {
            let limit =
                limit.as_ref().map_or(String::new(), |of| format!(" limit {}", operand(of)));
            let handle = handle.map_or(String::new(), |handle| format!(" as {}", local(handle)));
            let supervised = if *supervised { " supervised" } else { "" };
            format!("enter {scope:?}{limit}{supervised}{handle}")
        }
        Action::End(scope) => format!("end {scope:?}"),
        Action::Leave(scope) => format!("leave {scope:?}"),
        Action::Take(lock, mode, _) => format!("take {} {mode:?}", operand(lock)),
        Action::TakeWhen(lock, mode, _) => {
            format!("take {} {mode:?} when its condition holds", operand(lock))
        }
        Action::TryTake(lock, mode, dest) => {
            format!("{}try to take {} {mode:?}", to(dest), operand(lock))
        }
        Action::Give(lock, mode, _) => format!("give {} {mode:?}", operand(lock)),
        Action::Escape(values, dest) => {
            let values: Vec<String> = values.iter().map(operand).collect();
            format!("{}out of sight ({})", to(dest), values.join(", "))
        }
        Action::Pause => "pause".to_string(),
        Action::Spin => "goes round for ever".to_string(),
        Action::Unclear(why) => format!("unclear: {why}"),
        Action::Return(value) => {
            format!("return {}", value.as_ref().map_or("_".to_string(), operand))
        }
        Action::Fail => "fail".to_string(),
    }
}

fn local_text(routine: &Routine, local: Local) -> String {
    match &routine.local(local).name {
        Some(name) => name.to_string(),
        None => format!("_{}", local.0),
    }
}

fn operand_text(routine: &Routine, operand: &Operand) -> String {
    match operand {
        Operand::Local(local) => local_text(routine, *local),
        Operand::Const(value) => const_text(value),
    }
}

/// A constant as it is written.
pub(super) fn const_text(value: &Const) -> String {
    match value {
        Const::Unit => "()".to_string(),
        Const::Int(value) => value.to_string(),
        Const::Bool(value) => value.to_string(),
        Const::Str(text) => format!("{text:?}"),
        Const::Float(bits) => f64::from_bits(*bits).to_string(),
        Const::Bytes(bytes) => format!("{} bytes", bytes.len()),
    }
}

fn rvalue_text(routine: &Routine, value: &Rvalue) -> String {
    let operand = |of: &Operand| operand_text(routine, of);
    match value {
        Rvalue::Use(of) | Rvalue::Convert(_, of) => operand(of),
        Rvalue::Unary(op, of) => format!("{op:?} {}", operand(of)),
        Rvalue::Binary(op, a, b) => format!("{} {} {}", operand(a), op.text(), operand(b)),
        Rvalue::Field(of, index) | Rvalue::TupleField(of, index) => {
            format!("{}.{index}", operand(of))
        }
        Rvalue::Index(of, index) => format!("{}[{}]", operand(of), operand(index)),
        Rvalue::IsVariant(of, variant) => format!("{} is {}", operand(of), variant.name),
        Rvalue::Payload(of, variant, index) => {
            format!("{} as {}.{index}", operand(of), variant.name)
        }
        Rvalue::Iterate(of) => format!("elements of {}", operand(of)),
        other => {
            let parts: Vec<String> = other.operands().into_iter().map(operand).collect();
            format!("{} ({})", kind_text(other), parts.join(", "))
        }
    }
}

fn kind_text(value: &Rvalue) -> &'static str {
    match value {
        Rvalue::List(_) => "list",
        Rvalue::Map(_) => "map",
        Rvalue::Set(_) => "set",
        Rvalue::Tuple(_) => "tuple",
        Rvalue::Struct(..) => "struct",
        Rvalue::Variant(..) => "variant",
        Rvalue::Closure(..) | Rvalue::Function(_) => "function",
        Rvalue::Format(_) => "text",
        Rvalue::Slice(..) => "slice",
        Rvalue::Constant(_) => "constant",
        Rvalue::TaskLocal(_) => "tasklocal",
        _ => "value",
    }
}

fn tag_text(tag: &Tag) -> String {
    match tag {
        Tag::Intrinsic(of) => of.name().to_string(),
        Tag::Item(name) => name.split('.').next_back().unwrap_or("function").to_string(),
        Tag::Len => "len".to_string(),
        other => format!("{other:?}"),
    }
}

fn op_text(op: SyncOp) -> &'static str {
    match op {
        SyncOp::Send => "send",
        SyncOp::Receive => "receive",
        SyncOp::Next => "next",
        SyncOp::TrySend => "try_send",
        SyncOp::TryReceive => "try_receive",
        SyncOp::Close => "close",
        SyncOp::IsClosed => "closed",
        SyncOp::Length => "len",
        SyncOp::Set => "set",
        SyncOp::IsSet => "is_set",
        SyncOp::Wait => "wait",
        SyncOp::Meet => "meet at",
    }
}

fn atom_op_text(op: AtomOp) -> &'static str {
    match op {
        AtomOp::Get => "get",
        AtomOp::Set => "set",
        AtomOp::Swap => "swap",
        AtomOp::CompareAndSet => "compare_and_set",
    }
}

fn offer_text(routine: &Routine, offer: &SelectOffer) -> String {
    match offer {
        SelectOffer::Receive(of, _) => format!("receive {}", operand_text(routine, of)),
        SelectOffer::Send(of, _) => format!("send {}", operand_text(routine, of)),
        SelectOffer::Closed(of) => format!("closed {}", operand_text(routine, of)),
        SelectOffer::Wait(of) => format!("wait {}", operand_text(routine, of)),
        SelectOffer::Timeout => "timeout".to_string(),
    }
}

fn call_text(skeleton: &Skeleton, routine: &Routine, target: &Target, args: &[Arg]) -> String {
    let name = match target {
        Target::Routine(target) => skeleton.routine(*target).name.clone(),
        Target::Value(local) => local_text(routine, *local),
    };
    let args: Vec<String> = args
        .iter()
        .map(|arg| arg.as_ref().map_or("_".to_string(), |arg| operand_text(routine, arg)))
        .collect();
    format!("{name}({})", args.join(", "))
}
