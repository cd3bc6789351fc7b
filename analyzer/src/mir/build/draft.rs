//! A body in the making, and the few moves that everything else is built with: declare a local,
//! emit an op, open a block, end one.

use rustc_hash::FxHashMap;

use super::Builder;
use super::exits::Open;
use crate::Name;
use crate::hir::{FrameId, LocalId, ScopeIdx};
use crate::items::NodeIndex;
use crate::mir::{
    BlockId, BodyId, BodyKind, Const, End, FailKind, Local, LocalDecl, Op, OpKind, Operand, Rvalue,
    ScopeDecl, ScopeId, Terminator,
};
use crate::ty::{Ty, ownership};

/// A body in the making.
pub(super) struct Draft {
    pub(super) id: BodyId,
    pub(super) kind: BodyKind,
    pub(super) name: String,
    /// The namespace whose names are its own; none for a task that only hands on a value.
    pub(super) frame: Option<FrameId>,
    /// The name of the nested function that this is the body of.
    pub(super) itself: Option<LocalId>,
    pub(super) ret: Ty,
    pub(super) params: u32,
    pub(super) locals: Vec<LocalDecl>,
    pub(super) names: FxHashMap<LocalId, Local>,
    /// The names it captures (none for a value handed over without one), in the order of their
    /// first use; they stand among the other locals until it is finished.
    pub(super) captures: Vec<(Option<LocalId>, Local)>,
    pub(super) scopes: Vec<ScopeDecl>,
    pub(super) scope_ids: FxHashMap<ScopeIdx, ScopeId>,
    pub(super) blocks: Vec<DraftBlock>,
    pub(super) current: BlockId,
    pub(super) open: Vec<Open>,
    /// The node that ops are built from now.
    pub(super) at: NodeIndex,
    /// How many children of each label it has, for their names.
    pub(super) children: FxHashMap<String, u32>,
}

/// A block that may still lack its terminator.
#[derive(Default)]
pub(super) struct DraftBlock {
    pub(super) ops: Vec<Op>,
    pub(super) end: Option<End>,
}

impl Draft {
    pub(super) fn new(
        id: BodyId,
        kind: BodyKind,
        name: String,
        frame: Option<FrameId>,
        ret: Ty,
        at: NodeIndex,
    ) -> Self {
        Self {
            id,
            kind,
            name,
            frame,
            itself: None,
            ret,
            params: 0,
            locals: Vec::new(),
            names: FxHashMap::default(),
            captures: Vec::new(),
            scopes: Vec::new(),
            scope_ids: FxHashMap::default(),
            blocks: vec![DraftBlock::default()],
            current: BlockId(0),
            open: Vec::new(),
            at,
            children: FxHashMap::default(),
        }
    }
}

impl Builder<'_> {
    /// A new local with a name of the source.
    pub(super) fn declare(&mut self, name: Option<Name>, ty: Ty) -> Local {
        let ownership = ownership(self.db, &ty);
        let local = Local(self.draft.locals.len() as u32);
        self.draft.locals.push(LocalDecl { name, ty, ownership, counts_from_end: false });
        local
    }

    /// A new local for a value without a name.
    pub(super) fn temp(&mut self, ty: Ty) -> Local {
        self.declare(None, ty)
    }

    /// A new local that holds the value.
    pub(super) fn temp_with(&mut self, ty: Ty, value: Rvalue) -> Operand {
        let temp = self.temp(ty);
        self.assign(temp, value);
        Operand::Local(temp)
    }

    /// A local that holds the operand.
    pub(super) fn as_local(&mut self, operand: Operand, ty: Ty) -> Local {
        match operand {
            Operand::Local(local) => local,
            constant => {
                let temp = self.temp(ty);
                self.assign(temp, Rvalue::Use(constant));
                temp
            }
        }
    }

    /// Runs `build` with ops that come from another node.
    pub(super) fn at_node<T>(
        &mut self,
        node: Option<NodeIndex>,
        build: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.draft.at;
        self.draft.at = node.unwrap_or(before);
        let result = build(self);
        self.draft.at = before;
        result
    }

    pub(super) fn emit(&mut self, kind: OpKind) {
        let op = Op { kind, origin: self.draft.at };
        let current = self.draft.current.index();
        self.draft.blocks[current].ops.push(op);
    }

    pub(super) fn assign(&mut self, dest: Local, value: Rvalue) {
        self.emit(OpKind::Assign { dest, value });
    }

    pub(super) fn new_block(&mut self) -> BlockId {
        let block = BlockId(self.draft.blocks.len() as u32);
        self.draft.blocks.push(DraftBlock::default());
        block
    }

    /// Builds on in `block`.
    pub(super) fn enter(&mut self, block: BlockId) {
        self.draft.current = block;
    }

    /// Ends the current block; what follows stands in a block that nothing reaches.
    pub(super) fn end(&mut self, kind: Terminator) {
        let end = End { kind, origin: self.draft.at };
        let current = self.draft.current.index();
        self.draft.blocks[current].end.get_or_insert(end);
        self.draft.current = self.new_block();
    }

    pub(super) fn goto(&mut self, block: BlockId) {
        self.end(Terminator::Goto(block));
    }

    pub(super) fn branch(&mut self, condition: Operand, then: BlockId, otherwise: BlockId) {
        self.end(Terminator::Branch { condition, then, otherwise });
    }

    /// The task fails here, because this is not a program that can run.
    pub(super) fn fail(&mut self, message: &str) {
        let message = Operand::Const(Const::Str(message.into()));
        self.end(Terminator::Fail { kind: FailKind::Panic, message });
    }
}
