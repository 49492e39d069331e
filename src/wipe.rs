//! Overwriting what nobody is to see afterwards.

use bytemuck::Pod;
use zeroize::Zeroize;

/// A value whose content can be overwritten, for [`Tree::set_secret`](crate::Tree::set_secret).
///
/// Texts and slices of plain data have it: they are filled with zeroes in a way that the compiler does not leave out.
/// A type of one's own passes it on to its parts:
///
/// ```
/// use freehold::{Tree, Wipe};
///
/// struct Account { name: String, key: [u8; 32] }
///
/// impl Wipe for Account {
///     fn wipe(&mut self) {
///         self.key.wipe();
///     }
/// }
///
/// let mut tree = Tree::new();
/// let account = tree.alloc(tree.root(), Account { name: "alice".into(), key: [7; 32] })?;
/// tree.set_secret(account)?;
/// # Ok::<(), freehold::Error>(())
/// ```
pub trait Wipe {
    /// Overwrites what is secret. The value is dropped afterwards, so it has to remain one.
    fn wipe(&mut self);
}

impl Wipe for str {
    fn wipe(&mut self) {
        self.zeroize();
    }
}

impl<T: Pod> Wipe for [T] {
    fn wipe(&mut self) {
        bytemuck::cast_slice_mut::<T, u8>(self).zeroize();
    }
}

impl Wipe for () {
    fn wipe(&mut self) {}
}
