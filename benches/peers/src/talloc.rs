//! The C side, declared by hand: the few functions of libtalloc and of the C library that the contenders
//! call, each exactly what talloc.h's macro of the short name expands to.
//!
//! They are declared `safe` to keep the workloads readable. That holds for this program only: a pointer
//! never leaves the contender that made it, and no contender touches one that it has freed.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::{io, path::Path};

use crate::input::servers::{Entry, What};

/// A talloc chunk, or a malloc block.
pub type Ptr = *mut c_void;

/// The parent of top-level chunks.
pub const NULL: Ptr = std::ptr::null_mut();

const LOCATION: *const c_char = c"peers.c:1".as_ptr();

unsafe extern "C" {
    safe fn talloc_named_const(parent: Ptr, size: usize, name: *const c_char) -> Ptr;
    safe fn _talloc_memdup(parent: Ptr, content: *const c_void, size: usize, name: *const c_char) -> Ptr;
    safe fn talloc_strdup(parent: Ptr, text: *const c_char) -> Ptr;
    safe fn talloc_pool(parent: Ptr, size: usize) -> Ptr;
    safe fn talloc_parent(chunk: Ptr) -> Ptr;
    safe fn talloc_unlink(owner: Ptr, chunk: Ptr) -> c_int;
    safe fn _talloc_free(chunk: Ptr, location: *const c_char) -> c_int;
    safe fn _talloc_steal_loc(parent: Ptr, chunk: Ptr, location: *const c_char) -> Ptr;
    safe fn _talloc_reference_loc(holder: Ptr, chunk: Ptr, location: *const c_char) -> Ptr;
    safe fn _talloc_set_destructor(chunk: Ptr, destructor: extern "C" fn(Ptr) -> c_int);
    safe fn talloc_report_full(chunk: Ptr, out: Ptr);

    #[link_name = "malloc"]
    safe fn c_malloc(size: usize) -> Ptr;
    #[link_name = "free"]
    safe fn c_free(block: Ptr);
    safe fn fopen(path: *const c_char, mode: *const c_char) -> Ptr;
    safe fn fflush(stream: Ptr) -> c_int;
    safe fn fclose(stream: Ptr) -> c_int;
    safe fn mallopt(parameter: c_int, value: c_int) -> c_int;
    safe fn malloc_trim(pad: usize) -> c_int;
}

/// `talloc_size(parent, size)` with its name given: a chunk with whatever bytes it had before.
pub fn block(parent: Ptr, size: usize, name: &'static CStr) -> Ptr {
    talloc_named_const(parent, size, name.as_ptr())
}

/// `talloc_new(parent)`.
pub fn context(parent: Ptr) -> Ptr {
    block(parent, 0, c"talloc_new: peers.c:1")
}

/// `T *p = talloc(parent, T); *p = value;`
pub fn value<T: Copy>(parent: Ptr, value: T) -> Ptr {
    let chunk = block(parent, size_of::<T>(), c"struct value");
    // SAFETY: a fresh chunk of T's size, aligned to 16 as all of talloc's are.
    unsafe { chunk.cast::<T>().write(value) };
    chunk
}

/// `memset(chunk, 1, size)`.
pub fn fill(chunk: Ptr, size: usize) {
    // SAFETY: the caller's own chunk of that size.
    unsafe { chunk.cast::<u8>().write_bytes(1, size) }
}

/// `talloc_memdup(parent, content, size)`.
pub fn memdup(parent: Ptr, content: &[u8]) -> Ptr {
    _talloc_memdup(parent, content.as_ptr().cast(), content.len(), LOCATION)
}

pub fn strdup(parent: Ptr, text: &CStr) -> Ptr {
    talloc_strdup(parent, text.as_ptr())
}

pub fn pool(parent: Ptr, size: usize) -> Ptr {
    talloc_pool(parent, size)
}

pub fn parent(chunk: Ptr) -> Ptr {
    talloc_parent(chunk)
}

pub fn free(chunk: Ptr) -> c_int {
    _talloc_free(chunk, LOCATION)
}

pub fn steal(new_parent: Ptr, chunk: Ptr) -> Ptr {
    _talloc_steal_loc(new_parent, chunk, LOCATION)
}

pub fn reference(holder: Ptr, chunk: Ptr) -> Ptr {
    _talloc_reference_loc(holder, chunk, LOCATION)
}

pub fn unlink(owner: Ptr, chunk: Ptr) -> c_int {
    talloc_unlink(owner, chunk)
}

pub fn set_destructor(chunk: Ptr, destructor: extern "C" fn(Ptr) -> c_int) {
    _talloc_set_destructor(chunk, destructor);
}

pub fn malloc(size: usize) -> Ptr {
    c_malloc(size)
}

/// `memcpy(malloc(size), content, size)`.
pub fn malloc_copy(content: &[u8]) -> Ptr {
    let block = malloc(content.len());
    // SAFETY: a fresh block of that size.
    unsafe { block.cast::<u8>().copy_from_nonoverlapping(content.as_ptr(), content.len()) };
    block
}

pub fn malloc_free(block: Ptr) {
    c_free(block);
}

/// Makes what the list says, and answers the chunk of each entry; a reference's is its handle.
pub fn tree(entries: &[Entry]) -> Vec<Ptr> {
    let mut chunks = Vec::with_capacity(entries.len());
    for entry in entries {
        let parent = chunks.get(entry.parent as usize).copied().unwrap_or(NULL);
        chunks.push(match entry.what {
            What::Typed(name, bytes) => block(parent, bytes as usize, name),
            What::Text(text) => strdup(parent, text),
            What::Reference(target) => reference(parent, chunks[target as usize]),
        });
    }
    chunks
}

/// A chunk that goes with this, and everything below it.
pub struct Owned(Ptr);

impl Owned {
    pub fn new(chunk: Ptr) -> Self {
        Self(chunk)
    }

    pub fn ptr(&self) -> Ptr {
        self.0
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        free(self.0);
    }
}

/// A `FILE *` to write to.
pub struct Stream(Ptr);

impl Stream {
    pub fn create(path: &Path) -> io::Result<Self> {
        let path = CString::new(path.as_os_str().as_bytes())?;
        let stream = fopen(path.as_ptr(), c"w".as_ptr());
        if stream.is_null() { Err(io::Error::last_os_error()) } else { Ok(Self(stream)) }
    }

    /// Answers whether all that was written arrived.
    pub fn close(self) -> io::Result<()> {
        let closed = fclose(std::mem::ManuallyDrop::new(self).0);
        if closed == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        fclose(self.0);
    }
}

/// Nothing of the text stays behind in the stream's buffer.
pub fn report_full(chunk: Ptr, out: &Stream) {
    talloc_report_full(chunk, out.0);
    fflush(out.0);
}

/// Lets glibc keep what is freed and serve large blocks from its heap: the settings it moves to by itself in
/// a process that has lived for a while, without the accidents of how it gets there.
pub fn keep_freed_memory() {
    const M_TRIM_THRESHOLD: c_int = -1;
    const M_MMAP_THRESHOLD: c_int = -3;
    mallopt(M_TRIM_THRESHOLD, c_int::MAX);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
}

/// Gives all free memory back, so that what is resident afterwards is in use.
pub fn return_freed_memory() {
    malloc_trim(0);
}
