//! The others, each asked for what it makes of a text: a tree of all of it.
//!
//! What it is not: a judgement. ruff and rustpython make an abstract tree without comments and spaces, the
//! other two a lossless one; ra_ap_syntax reads Rust, a larger language than the other two.

use std::ffi::c_void;

use ra_ap_syntax::{Edition, SourceFile};
use tree_sitter::{InputEdit, Parser, Point, Tree};

/// ruff's parser: an abstract tree, with the tokens beside it.
pub fn ruff(text: &str) -> impl Sized + use<> {
    ruff_python_parser::parse_module(text).expect("a program without mistakes")
}

/// rustpython's parser: an abstract tree.
pub fn rustpython(text: &str) -> impl Sized + use<> {
    use rustpython_parser::Parse;
    rustpython_parser::ast::Suite::parse(text, "generated.py").expect("a program without mistakes")
}

/// rust-analyzer's parser: a lossless tree on rowan.
pub fn rust_analyzer(text: &str) -> impl Sized + use<> {
    let parse = SourceFile::parse(text, Edition::Edition2021);
    assert!(parse.errors().is_empty());
    parse
}

/// tree-sitter with its grammar of Python: a lossless tree.
pub fn tree_sitter(text: &str) -> Tree {
    let tree = python().parse(text, None).expect("a tree");
    assert!(!tree.root_node().has_error());
    tree
}

/// What tree-sitter wants to know of a character that is put in at `at`.
pub fn insertion(text: &str, at: usize) -> InputEdit {
    let row = text[..at].matches('\n').count();
    let column = at - text[..at].rfind('\n').map_or(0, |line_end| line_end + 1);
    InputEdit {
        start_byte: at,
        old_end_byte: at,
        new_end_byte: at + 1,
        start_position: Point { row, column },
        old_end_position: Point { row, column },
        new_end_position: Point { row, column: column + 1 },
    }
}

/// A parser of tree-sitter for Python.
pub fn python() -> Parser {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).expect("a grammar of this version");
    parser
}

/// Lets tree-sitter's memory be counted like that of the others.
pub fn count_memory_of_tree_sitter() {
    // SAFETY: these behave as their namesakes in C, and no tree exists yet.
    unsafe { tree_sitter::set_allocator(Some(malloc), Some(calloc), Some(realloc), Some(free)) }
}

/// Room before each piece of memory, in which its size stands.
const HEAD: usize = 16;

fn layout(size: usize) -> std::alloc::Layout {
    std::alloc::Layout::from_size_align(size + HEAD, HEAD).expect("a size that fits")
}

unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    unsafe { with_head(std::alloc::alloc(layout(size)), size) }
}

unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    let size = count.checked_mul(size).expect("a size that fits");
    unsafe { with_head(std::alloc::alloc_zeroed(layout(size)), size) }
}

unsafe extern "C" fn realloc(pointer: *mut c_void, size: usize) -> *mut c_void {
    if pointer.is_null() {
        return unsafe { malloc(size) };
    }
    unsafe {
        let start = pointer.cast::<u8>().sub(HEAD);
        let old = layout(start.cast::<usize>().read());
        with_head(std::alloc::realloc(start, old, size + HEAD), size)
    }
}

unsafe extern "C" fn free(pointer: *mut c_void) {
    if !pointer.is_null() {
        unsafe {
            let start = pointer.cast::<u8>().sub(HEAD);
            std::alloc::dealloc(start, layout(start.cast::<usize>().read()));
        }
    }
}

unsafe fn with_head(start: *mut u8, size: usize) -> *mut c_void {
    unsafe {
        start.cast::<usize>().write(size);
        start.add(HEAD).cast()
    }
}
