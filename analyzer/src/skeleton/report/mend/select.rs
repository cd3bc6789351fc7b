//! A send, a receive or a wait for a signal that stands by itself, as a `select` that gives up after a while.

use super::room::Room;
use super::text::{name_of, text_of};
use crate::diagnostics::{Edit, EditKind, Fix, Site};
use crate::hir::{BinaryOp, Body, Expr, ExprId, FormatPart, Lowered, Stmt};
use crate::items::NodeIndex;
use crate::mir::{self, Callee, Intrinsic, Op, OpKind};
use crate::skeleton::graph::{Action, NodeId, Routine, SelectOffer, SyncOp};
use crate::skeleton::report::Report;
use crate::skeleton::stuck::Stuck;
use crate::skeleton::stuck::helpers::reachable;

/// What a received value is called, the first that the function does not use.
const NAMES: [&str; 3] = ["value", "received", "message"];

/// A statement, and the operation in it that waits.
struct Waiting<'a> {
    text: &'a Lowered,
    site: Site,
    /// What the statement does.
    does: ExprId,
    /// The call that waits.
    call: ExprId,
    /// What is sent on, received from or waited for.
    receiver: ExprId,
    /// The first statement behind it in the text.
    end: NodeIndex,
}

impl Report<'_> {
    /// The statement as a case beside `case timeout(…): pass`. It is in no loop, where it would be waited for over and
    /// over, and nothing behind it is unwrapped. Where whoever comes too late would wait in turn, with room for what
    /// they send.
    pub(in crate::skeleton::report) fn select(&self, cause: &Stuck) -> Option<Fix> {
        let Action::Sync { op, object, value, dest } = self.action(cause.at) else { return None };
        let offer = match op {
            SyncOp::Send => SelectOffer::Send(object.clone(), value.clone()),
            SyncOp::Receive => SelectOffer::Receive(object.clone(), *dest),
            SyncOp::Wait => SelectOffer::Wait(object.clone()),
            _ => return None,
        };
        let (routine, node) = cause.at;
        let source = self.skeleton.routine(routine);
        source.body?;
        let site = self.site(cause.at);
        let waiting = Waiting::at(text_of(self.db, site), site)?;
        if *op != SyncOp::Send && self.is_relied_on(source, waiting.end) {
            return None;
        }
        let mut edits = waiting.edits(*op)?;
        let behind = waiting.behind(source, node)?;
        let made = self.made(cause);
        let room = self.room_of(made).filter(|_| *op == SyncOp::Receive).map(|room| room.with(1));
        let is_mended_with = |room: &Option<Room>| {
            self.is_mended_by(made, |skeleton| {
                let changed = &mut skeleton.routines[routine.0 as usize].nodes[node.0 as usize];
                changed.next.push(behind);
                let cases = vec![(offer.clone(), None), (SelectOffer::Timeout, None)];
                changed.action = Action::Select { cases, has_else: false };
                room.iter().for_each(|room| room.give(skeleton));
            })
        };
        let room = std::iter::once(None).chain(room.map(Some)).find(is_mended_with)?;
        edits.extend(room.map(|room| self.room_edit(room)));
        let title = match (op, room) {
            (SyncOp::Send, _) => "Wait one second, and go on if nobody takes it",
            (_, None) => "Wait one second, and go on if nothing comes",
            (_, Some(_)) => "Wait one second, and give what comes later room",
        };
        Some(Fix { title: title.to_owned(), safe: false, edits })
    }

    /// Whether something behind a wait is taken to be there, which may be what the wait is for.
    fn is_relied_on(&self, routine: &Routine, end: NodeIndex) -> bool {
        let bodies = &mir::mir(self.db, routine.item).bodies;
        let Some(body) = routine.body.and_then(|body| bodies.get(body.index())) else {
            return false;
        };
        let unwraps = |op: &Op| match &op.kind {
            OpKind::Call { callee: Callee::Intrinsic(of), .. } => {
                matches!(of, Intrinsic::OptionUnwrap | Intrinsic::ResultUnwrap)
            }
            _ => false,
        };
        body.blocks.iter().flat_map(|block| &block.ops).any(|op| op.origin >= end && unwraps(op))
    }
}

impl<'a> Waiting<'a> {
    fn at(text: &'a Lowered, operation: Site) -> Option<Self> {
        let nodes = text
            .body
            .stmts
            .iter()
            .filter_map(|(id, _)| Some((*text.source_map.stmts.get(id)?, id)));
        let (node, stmt) = nodes.clone().filter(|(node, _)| *node <= operation.node).max()?;
        let end = nodes.map(|(node, _)| node).filter(|of| *of > node).min();
        let Stmt::Expr(does) = text.body.stmts[stmt] else { return None };
        let (call, receiver) = text.body.exprs.iter().find_map(|(id, expr)| {
            let Expr::Call(callee, _) = expr else { return None };
            let Expr::Member(receiver, _) = &text.body.exprs[*callee] else { return None };
            (text.source_map.exprs.get(id) == Some(&operation.node)).then_some((id, *receiver))
        })?;
        let site = Site::whole(operation.item, node);
        let end = end.unwrap_or(NodeIndex(u32::MAX));
        Some(Self { text, site, does, call, receiver, end })
    }

    fn edits(&self, op: SyncOp) -> Option<Vec<Edit>> {
        let edit = |kind| Edit { site: self.site, kind };
        let receiver = name_of(&self.text.body, self.receiver)?;
        let is_all = self.does == self.call;
        let case = match op {
            SyncOp::Receive if is_all => {
                vec![edit(EditKind::Replace(format!("    case _ from {receiver}: pass")))]
            }
            SyncOp::Receive => {
                let name = self.free_name().filter(|_| self.comes_first(self.does))?;
                let node = *self.text.source_map.exprs.get(self.call)?;
                let received = Site { node, ..self.site };
                vec![
                    edit(EditKind::Before(format!("    case {name} from {receiver}: "))),
                    Edit { site: received, kind: EditKind::Replace(name.to_owned()) },
                ]
            }
            _ if is_all => vec![
                edit(EditKind::Before("    case ".to_owned())),
                edit(EditKind::After(": pass".to_owned())),
            ],
            _ => return None,
        };
        let head = edit(EditKind::LineBefore("select:".to_owned()));
        let timeout = edit(EditKind::LineAfter("    case timeout(1.seconds): pass".to_owned()));
        Some(std::iter::once(head).chain(case).chain([timeout]).collect())
    }

    fn free_name(&self) -> Option<&'static str> {
        let is_free = |name: &&str| {
            self.text.body.locals.iter().all(|(_, local)| local.name.as_str() != *name)
        };
        NAMES.into_iter().find(is_free)
    }

    /// Whether nothing is called before the operation, and it always is.
    fn comes_first(&self, within: ExprId) -> bool {
        let body = &self.text.body;
        within == self.call
            || operands(body, within)
                .into_iter()
                .find(|of| !is_plain(body, *of))
                .is_some_and(|of| self.comes_first(of))
    }

    /// Where control goes on behind the statement; none in a loop.
    fn behind(&self, routine: &Routine, from: NodeId) -> Option<NodeId> {
        let is_within = |node: NodeId| {
            let site = routine.node(node).site;
            site.item == self.site.item && (self.site.node..self.end).contains(&site.node)
        };
        let mut node = from;
        for _ in 0..routine.nodes.len() {
            let [next] = routine.node(node).next[..] else { return None };
            if !is_within(next) {
                return (!reachable(routine, next).contains(&from)).then_some(next);
            }
            node = next;
        }
        None
    }
}

/// What an expression always evaluates, in order.
fn operands(body: &Body, of: ExprId) -> Vec<ExprId> {
    match &body.exprs[of] {
        Expr::Call(callee, args) => {
            std::iter::once(*callee).chain(args.iter().map(|arg| arg.value)).collect()
        }
        Expr::Member(of, _) | Expr::Unary(_, of) => vec![*of],
        Expr::Binary(op, left, right) if !matches!(op, BinaryOp::And | BinaryOp::Or) => {
            vec![*left, *right]
        }
        Expr::Index(base, index) => vec![*base, *index],
        Expr::Tuple(parts) | Expr::List(parts) => parts.clone(),
        Expr::Format(parts) => {
            let value = |part: &FormatPart| match part {
                FormatPart::Value { value, .. } => Some(*value),
                FormatPart::Text(_) => None,
            };
            parts.iter().filter_map(value).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether it is a value that is there.
fn is_plain(body: &Body, of: ExprId) -> bool {
    match &body.exprs[of] {
        Expr::Literal(_) | Expr::Local(_) | Expr::Item(_) | Expr::Variant(_) => true,
        Expr::Member(of, _) | Expr::Instantiate(of, _) => is_plain(body, *of),
        _ => false,
    }
}
