//! A stretch of bytes, with offsets that say how they are aligned.

use std::fmt;

use bytemuck::allocation::try_zeroed_slice_box;

use super::MAX_ALIGN;

/// With so many bytes more than asked for, there is an aligned one to begin with.
const SPARE: usize = MAX_ALIGN - 1;

/// Bytes that never move. An offset into them is a multiple of 64, or of a smaller power of two, exactly if the address
/// there is.
#[derive(Default)]
pub(super) struct Page {
    bytes: Box<[u8]>,
    /// What to add to an offset; wraps round where the first offset is not 0.
    shift: usize,
    /// Bytes that are not used so that the first offset is 0.
    spare: usize,
}

impl fmt::Debug for Page {
    /// Its length: pages are no reading matter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl Page {
    /// A page of `len` zero bytes, with offsets from 0; `None` if the system has no room for it.
    pub(super) fn try_zeroed(len: usize) -> Option<Self> {
        try_zeroed_slice_box(len.checked_add(SPARE)?).ok().map(Self::spaced)
    }

    fn spaced(bytes: Box<[u8]>) -> Self {
        let shift = bytes.as_ptr().align_offset(MAX_ALIGN);
        Self { bytes, shift, spare: SPARE }
    }

    /// The caller's bytes, all of them, with offsets from [`lead`](Self::lead).
    pub(super) fn given(bytes: Box<[u8]>) -> Self {
        let gap = bytes.as_ptr().align_offset(MAX_ALIGN);
        let lead = (MAX_ALIGN - gap) % MAX_ALIGN;
        Self { bytes, shift: 0_usize.wrapping_sub(lead), spare: 0 }
    }

    /// The caller's bytes again.
    pub(super) fn into_bytes(self) -> Box<[u8]> {
        self.bytes
    }

    /// The first offset.
    pub(super) fn lead(&self) -> usize {
        if self.spare == 0 { 0_usize.wrapping_sub(self.shift) } else { 0 }
    }

    /// Usable bytes.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.spare
    }

    #[inline]
    pub(super) fn bytes(&self, offset: usize, len: usize) -> &[u8] {
        &self.bytes[self.shift.wrapping_add(offset)..][..len]
    }

    #[inline]
    pub(super) fn bytes_mut(&mut self, offset: usize, len: usize) -> &mut [u8] {
        &mut self.bytes[self.shift.wrapping_add(offset)..][..len]
    }

    pub(super) fn copy_within(&mut self, from: usize, to: usize, len: usize) {
        let from = self.shift.wrapping_add(from);
        self.bytes.copy_within(from..from + len, self.shift.wrapping_add(to));
    }
}
