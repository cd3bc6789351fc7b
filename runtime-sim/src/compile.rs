//! Mir to bytecode: everything that the entry can reach, and nothing else.
//!
//! A Mir local is a register, a block is a run of instructions; order and meaning are the Mir's.
//! What is decided here is only what types allow to do faster, and where each instruction stands.

mod body;
mod ends;
mod fuse;
mod names;
mod places;
mod registers;
mod rvalues;
mod tables;

use std::fmt;

use rustc_hash::{FxHashMap, FxHashSet};
use weir_analyzer::Db;
use weir_analyzer::items::{ItemId, ItemKind};
use weir_analyzer::mir::{BodyId, BodyKind, Intrinsic, mir};

use crate::program::{Code, CodeId, GlobalId, Instr, Native, Place, Program, Reg, Slot};
use places::Places;
use tables::Tables;

/// Why a program cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for CompileError {}

/// The program whose main function (or test) is `entry`.
pub fn compile(db: &dyn Db, entry: ItemId) -> Result<Program, CompileError> {
    let mut compiler = Compiler::new(db);
    let code = compiler.item(entry);
    compiler.program.entry = Some(code);
    while let Some(item) = compiler.pending.pop() {
        compiler.compile_item(item)?;
    }
    compiler.finish()
}

/// One program on its way.
struct Compiler<'db> {
    db: &'db dyn Db,
    program: Program,
    tables: Tables,
    places: Places<'db>,
    /// The code of body 0 of each item that was asked for; its other bodies follow.
    items: FxHashMap<ItemId, CodeId>,
    pending: Vec<ItemId>,
    /// The item that is being compiled.
    current: Option<ItemId>,
    /// The items that each item names.
    uses: FxHashMap<ItemId, Vec<ItemId>>,
    globals: FxHashMap<ItemId, GlobalId>,
    /// By what they call, with how many arguments, and where that is written.
    thunks: FxHashMap<(Intrinsic, usize, u32), CodeId>,
    /// What went wrong in a place that cannot say so.
    error: Option<CompileError>,
}

impl<'db> Compiler<'db> {
    fn new(db: &'db dyn Db) -> Self {
        Self {
            db,
            program: Program::default(),
            tables: Tables::default(),
            places: Places::new(db),
            items: FxHashMap::default(),
            pending: Vec::new(),
            current: None,
            uses: FxHashMap::default(),
            globals: FxHashMap::default(),
            thunks: FxHashMap::default(),
            error: None,
        }
    }

    /// The code of an item's own body; it is compiled later if it was not yet.
    fn item(&mut self, item: ItemId) -> CodeId {
        if let Some(current) = self.current {
            self.uses.entry(current).or_default().push(item);
        }
        if let Some(code) = self.items.get(&item) {
            return *code;
        }
        let code = CodeId(self.program.codes.len() as u32);
        let bodies = mir(self.db, item).bodies.len().max(1);
        self.program.codes.extend((0..bodies).map(|_| Code::empty()));
        self.items.insert(item, code);
        self.pending.push(item);
        code
    }

    fn body(&mut self, item: ItemId, body: BodyId) -> CodeId {
        CodeId(self.item(item).0 + body.0)
    }

    /// The default of an item's parameter or field.
    fn default(&mut self, item: ItemId, position: u32) -> Option<CodeId> {
        let bodies = &mir(self.db, item).bodies;
        let body = bodies.iter().position(|body| body.kind == BodyKind::Default(position))?;
        Some(self.body(item, BodyId(body as u32)))
    }

    fn global(&mut self, item: ItemId) -> GlobalId {
        let code = self.item(item);
        if let Some(global) = self.globals.get(&item) {
            return *global;
        }
        let global = GlobalId(self.program.globals.len() as u32);
        let name = item.name(self.db).to_string();
        self.program.globals.push(crate::program::GlobalInfo { name, code });
        self.globals.insert(item, global);
        global
    }

    /// A code that only calls an intrinsic, so that it can be spawned, deferred or passed.
    fn thunk(&mut self, intrinsic: Intrinsic, params: usize, place: u32) -> CodeId {
        if let Some(code) = self.thunks.get(&(intrinsic, params, place)) {
            return *code;
        }
        let args = (0..params).map(|param| Slot::register(Reg::new(param as u32))).collect();
        let args = self.list(args);
        let dest = Reg::new(params as u32);
        let call = Instr::CallNative { dest, native: Native(intrinsic), args };
        let code = CodeId(self.program.codes.len() as u32);
        let mut thunk = Code::empty();
        thunk.name = intrinsic.name().to_owned();
        thunk.instrs = vec![call, Instr::Return { value: Slot::register(dest) }];
        thunk.places = vec![place; thunk.instrs.len()];
        thunk.registers = params as u32 + 1;
        thunk.kept = thunk.registers;
        thunk.params = params as u32;
        self.program.codes.push(thunk);
        self.thunks.insert((intrinsic, params, place), code);
        code
    }

    fn compile_item(&mut self, item: ItemId) -> Result<(), CompileError> {
        let db = self.db;
        self.current = Some(item);
        let first = self.item(item);
        for (index, body) in mir(db, item).bodies.iter().enumerate() {
            let code = body::compile_body(self, item, body)?;
            self.program.codes[first.index() + index] = code;
        }
        self.error.take().map_or(Ok(()), Err)
    }

    fn finish(mut self) -> Result<Program, CompileError> {
        self.program.order = self.order();
        (self.program.places, self.program.from_end) = self.places.finish();
        self.program.compute_mishaps();
        self.program.hash = self.program.compute_hash();
        if !self.program.is_sound() {
            let message = "the compiled program is not sound: this is a mistake of Weir".to_owned();
            return Err(CompileError { message, place: None });
        }
        Ok(self.program)
    }

    /// The constants and tasklocals, each after those that its value needs: an item's uses come
    /// before it, functions' uses among them.
    fn order(&self) -> Vec<GlobalId> {
        let mut first: Vec<(GlobalId, ItemId)> =
            self.globals.iter().map(|(item, global)| (*global, *item)).collect();
        first.sort_by_key(|(global, _)| global.0);
        let mut order = Vec::with_capacity(first.len());
        let mut seen = FxHashSet::default();
        let mut open: Vec<(ItemId, usize)> = Vec::new();
        for (_, item) in first {
            if seen.insert(item) {
                open.push((item, 0));
            }
            while let Some((item, next)) = open.last_mut() {
                match self.uses.get(item).and_then(|uses| uses.get(*next)) {
                    Some(used) => {
                        *next += 1;
                        if seen.insert(*used) {
                            open.push((*used, 0));
                        }
                    }
                    None => {
                        order.extend(self.globals.get(item));
                        open.pop();
                    }
                }
            }
        }
        order
    }

    /// Whether the item is declared by the prelude.
    fn is_prelude(&self, item: ItemId) -> bool {
        item.file(self.db) == self.db.prelude()
    }

    fn is_mutable_struct(&self, item: ItemId) -> bool {
        item.kind(self.db) == ItemKind::MutableStruct
    }
}

impl Code {
    fn empty() -> Self {
        Self {
            name: String::new(),
            instrs: Vec::new(),
            places: Vec::new(),
            registers: 0,
            kept: 0,
            params: 0,
            names: Vec::new(),
            scopes: Vec::new(),
            is_provided: false,
            fails_from: Box::default(),
        }
    }
}
