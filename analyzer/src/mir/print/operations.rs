//! One op or terminator as a line.

use super::Printer;
use crate::items::{ItemId, name_from, signature};
use crate::mir::{
    BodyId, Callee, Const, Conversion, FailKind, FormatPiece, LockMode, OpKind, Operand, Rvalue,
    ScopeRef, SelectCase, SelectOp, Terminator, VariantRef,
};
use crate::ty::Ty;

impl Printer<'_> {
    pub(super) fn op(&self, op: &OpKind) -> String {
        match op {
            OpKind::Assign { dest, value } => {
                format!("{} = {}", self.local(*dest), self.rvalue(value))
            }
            OpKind::SetField { base, field, value } => {
                let base = self.field(&Operand::Local(*base), *field);
                format!("{base} = {}", self.operand(value))
            }
            OpKind::SetIndex { base, index, value } => {
                let (base, index) = (self.local(*base), self.operand(index));
                format!("{base}[{index}] = {}", self.operand(value))
            }
            OpKind::Call { dest, callee, args } => {
                format!("{}{}", self.dest(*dest), self.call(callee, args))
            }
            OpKind::Spawn { dest, scope, callee, args } => {
                let scope = match scope {
                    ScopeRef::Own(scope) => format!("{scope:?}"),
                    ScopeRef::Passed(scope) => format!("in {}", self.operand(scope)),
                };
                format!("{}spawn {scope} {}", self.dest(*dest), self.call(callee, args))
            }
            OpKind::Detach { callee, args } => format!("detach {}", self.call(callee, args)),
            OpKind::Join { dest, task } => {
                format!("{}join {}", self.dest(*dest), self.operand(task))
            }
            OpKind::Settle { dest, task } => {
                format!("{} = settle {}", self.local(*dest), self.local(*task))
            }
            OpKind::EnterScope { scope, timeout, deadline, limit, handle } => {
                let mut line = format!("enter {scope:?}");
                let options = [("timeout", timeout), ("deadline", deadline), ("limit", limit)];
                for (name, value) in options {
                    if let Some(value) = value {
                        line.push_str(&format!(" {name}({})", self.operand(value)));
                    }
                }
                match handle {
                    Some(handle) => format!("{line} as {}", self.local(*handle)),
                    None => line,
                }
            }
            OpKind::EndScope(scope) => format!("end {scope:?}"),
            OpKind::LeaveScope(scope) => format!("leave {scope:?}"),
            OpKind::EnterLock { loan, lock, mode, when } => {
                let line = format!(
                    "{} = enter {} {}",
                    self.local(*loan),
                    mode_name(*mode),
                    self.operand(lock)
                );
                match when {
                    Some((body, captures)) => {
                        format!("{line} when {}", self.inner(*body, captures))
                    }
                    None => line,
                }
            }
            OpKind::ExitLock { loan, lock, mode } => {
                let (lock, loan) = (self.operand(lock), self.local(*loan));
                format!("exit {} {lock} from {loan}", mode_name(*mode))
            }
            OpKind::EnterTaskLocal { item, value } => {
                format!("enter tasklocal {} = {}", self.item(*item), self.operand(value))
            }
            OpKind::ExitTaskLocal { item } => format!("exit tasklocal {}", self.item(*item)),
            OpKind::Defer { callee, args } => format!("defer {}", self.call(callee, args)),
            OpKind::RunDefers => "run defers".to_owned(),
            OpKind::EnterAttempt { failure, handler } => {
                format!("{} = enter attempt else {handler:?}", self.local(*failure))
            }
            OpKind::ExitAttempt => "exit attempt".to_owned(),
            OpKind::CheckDistinct(body) => {
                format!("check distinct for {}", self.mir.body(*body).name)
            }
            OpKind::ParallelFor { body, iterable, captures } => {
                let inner = self.inner(*body, captures);
                format!("parallel for {} do {inner}", self.operand(iterable))
            }
            OpKind::EnterBlocking => "enter blocking".to_owned(),
            OpKind::ExitBlocking => "exit blocking".to_owned(),
        }
    }

    pub(super) fn terminator(&self, terminator: &Terminator) -> Vec<String> {
        let line = match terminator {
            Terminator::Goto(block) => format!("goto {block:?}"),
            Terminator::Branch { condition, then, otherwise } => {
                format!("if {} goto {then:?} else {otherwise:?}", self.operand(condition))
            }
            Terminator::Next { iterator, dest, body, done } => {
                let (dest, iterator) = (self.local(*dest), self.local(*iterator));
                format!("{dest} = next {iterator} goto {body:?} else {done:?}")
            }
            Terminator::Select { cases, otherwise } => {
                let mut lines = vec!["select:".to_owned()];
                lines.extend(cases.iter().map(|case| format!("  {}", self.case(case))));
                lines.extend(otherwise.map(|block| format!("  else goto {block:?}")));
                return lines;
            }
            Terminator::Return(value) => format!("return {}", self.operand(value)),
            Terminator::Fail { kind, message } => {
                let kind = match kind {
                    FailKind::Panic => "panic",
                    FailKind::Assert => "assert",
                    FailKind::Unassigned => "unassigned",
                };
                format!("fail {kind} {}", self.operand(message))
            }
            Terminator::Unreachable => "unreachable".to_owned(),
        };
        vec![line]
    }

    fn case(&self, case: &SelectCase) -> String {
        let op = match &case.op {
            SelectOp::Receive { channel, dest } => {
                format!("{} from {}", self.local(*dest), self.operand(channel))
            }
            SelectOp::Send { channel, value } => {
                format!("{}.send({})", self.operand(channel), self.operand(value))
            }
            SelectOp::Timeout(length) => format!("timeout({})", self.operand(length)),
            SelectOp::Closed(channel) => format!("closed {}", self.operand(channel)),
            SelectOp::Wait(signal) => format!("{}.wait()", self.operand(signal)),
        };
        let guard = case.guard.as_ref().map(|guard| format!(" if {}", self.operand(guard)));
        format!("case {op}{} goto {:?}", guard.unwrap_or_default(), case.target)
    }

    fn rvalue(&self, value: &Rvalue) -> String {
        match value {
            Rvalue::Use(operand) => self.operand(operand),
            Rvalue::Unary(op, operand) => {
                let space = if op.text().ends_with(char::is_alphabetic) { " " } else { "" };
                format!("{}{space}{}", op.text(), self.operand(operand))
            }
            Rvalue::Binary(op, left, right) => {
                format!("{} {} {}", self.operand(left), op.text(), self.operand(right))
            }
            Rvalue::Field(base, field) => self.field(base, *field),
            Rvalue::TupleField(base, field) => format!("{}.{field}", self.operand(base)),
            Rvalue::Index(base, index) => {
                format!("{}[{}]", self.operand(base), self.operand(index))
            }
            Rvalue::Slice(base, start, end) => {
                let bound = |bound: &Option<Operand>| {
                    bound.as_ref().map(|bound| self.operand(bound)).unwrap_or_default()
                };
                format!("{}[{}:{}]", self.operand(base), bound(start), bound(end))
            }
            Rvalue::IsVariant(value, variant) => {
                format!("{} is {}", self.operand(value), variant.name)
            }
            Rvalue::Payload(value, variant, index) => {
                format!("{} as {}.{index}", self.operand(value), variant.name)
            }
            Rvalue::List(items) => format!("[{}]", self.operands(items)),
            Rvalue::Map(entries) => {
                let entry = |(key, value): &(Operand, Operand)| {
                    format!("{}: {}", self.operand(key), self.operand(value))
                };
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Rvalue::Set(items) => format!("set {{{}}}", self.operands(items)),
            Rvalue::Tuple(items) => format!("tuple ({})", self.operands(items)),
            Rvalue::Struct(item, fields) => {
                format!("new {}({})", self.item(*item), self.operands(fields))
            }
            Rvalue::Variant(variant, fields) => self.variant(variant, fields),
            Rvalue::Closure(body, captures) => format!("closure {}", self.inner(*body, captures)),
            Rvalue::Function(callee) => format!("function {}", self.callee(callee)),
            Rvalue::Format(pieces) => {
                let pieces: String = pieces.iter().map(|piece| self.piece(piece)).collect();
                format!("f\"{pieces}\"")
            }
            Rvalue::Convert(conversion, value) => {
                let to = match conversion {
                    Conversion::IntToFloat => "float",
                    Conversion::ToSender => "sender",
                    Conversion::ToReceiver => "receiver",
                };
                format!("convert {} to {to}", self.operand(value))
            }
            Rvalue::Constant(item) => format!("const {}", self.item(*item)),
            Rvalue::TaskLocal(item) => format!("tasklocal {}", self.item(*item)),
            Rvalue::Iterate(value) => format!("iterate {}", self.operand(value)),
        }
    }

    /// `base.name`, by the type of the base.
    fn field(&self, base: &Operand, field: u32) -> String {
        let name = base.local().and_then(|base| match &self.body.local(base).ty {
            Ty::Adt(item, _) => signature(self.db, *item).as_struct(),
            _ => None,
        });
        let name = name.and_then(|of| of.fields.get(field as usize)).map(|of| of.name.to_string());
        format!("{}.{}", self.operand(base), name.unwrap_or_else(|| field.to_string()))
    }

    fn variant(&self, variant: &VariantRef, fields: &[Operand]) -> String {
        if fields.is_empty() {
            return variant.name.to_string();
        }
        format!("{}({})", variant.name, self.operands(fields))
    }

    fn piece(&self, piece: &FormatPiece) -> String {
        match piece {
            FormatPiece::Text(text) => {
                text.escape_debug().to_string().replace('{', "{{").replace('}', "}}")
            }
            FormatPiece::Value { value, literal, format } => {
                let literal = if *literal { "!r" } else { "" };
                let format = format.as_ref().map(|format| format!(":{format}"));
                format!("{{{}{literal}{}}}", self.operand(value), format.unwrap_or_default())
            }
        }
    }

    fn call(&self, callee: &Callee, args: &[Operand]) -> String {
        format!("{}({})", self.callee(callee), self.operands(args))
    }

    fn callee(&self, callee: &Callee) -> String {
        match callee {
            Callee::Item(item) => self.item(*item),
            Callee::Intrinsic(intrinsic) => intrinsic.name().to_owned(),
            Callee::Value(local) => format!("value {}", self.local(*local)),
            Callee::Body(body) => self.body_name(*body),
            Callee::Default(item, position) => format!("{}/default{position}", self.item(*item)),
        }
    }

    fn inner(&self, body: BodyId, captures: &[Operand]) -> String {
        format!("{}({})", self.body_name(body), self.operands(captures))
    }

    fn body_name(&self, body: BodyId) -> String {
        match self.mir.bodies.get(body.index()) {
            Some(body) => body.name.clone(),
            None => format!("{body:?}"),
        }
    }

    fn item(&self, item: ItemId) -> String {
        name_from(self.db, self.mir.owner.file(self.db), item)
    }

    fn operands(&self, operands: &[Operand]) -> String {
        operands.iter().map(|operand| self.operand(operand)).collect::<Vec<_>>().join(", ")
    }

    fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Local(local) => self.local(*local).to_owned(),
            Operand::Const(constant) => match constant {
                Const::Unit => "()".to_owned(),
                Const::Bool(value) => value.to_string(),
                Const::Int(int) => int.to_string(),
                Const::Float(bits) => format!("{:?}", f64::from_bits(*bits)),
                Const::Str(text) => format!("{text:?}"),
                Const::Bytes(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
            },
        }
    }
}

fn mode_name(mode: LockMode) -> &'static str {
    match mode {
        LockMode::Lock => "lock",
        LockMode::Read => "read",
        LockMode::Write => "write",
        LockMode::Acquire => "acquire",
    }
}
