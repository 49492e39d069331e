//! A stretch of bytes that starts on a boundary of 64.

/// The largest alignment a block can have.
pub(super) const ALIGN: usize = 64;

/// Bytes that start on a boundary of [`ALIGN`] and never move.
#[derive(Debug)]
pub(super) struct Page {
    bytes: Box<[u8]>,
    start: usize,
}

impl Page {
    /// A page of `len` zero bytes.
    pub(super) fn zeroed(len: usize) -> Self {
        let bytes = vec![0; len + ALIGN - 1].into_boxed_slice();
        let start = bytes.as_ptr().align_offset(ALIGN);
        Self { bytes, start }
    }

    /// Usable bytes.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - (ALIGN - 1)
    }

    #[inline]
    pub(super) fn bytes(&self, offset: usize, len: usize) -> &[u8] {
        &self.bytes[self.start + offset..][..len]
    }

    #[inline]
    pub(super) fn bytes_mut(&mut self, offset: usize, len: usize) -> &mut [u8] {
        &mut self.bytes[self.start + offset..][..len]
    }
}
