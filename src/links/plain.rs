//! Types that hold no links, so that fields of them can be named like any other.

use std::marker::PhantomData;

use super::{LinkList, Links, Rewriter};

macro_rules! none {
    ($($plain:ty),+ $(,)?) => {
        $(impl Links for $plain {
            fn list(&self, _: &mut LinkList<'_>) {}

            fn rewrite(&mut self, _: &Rewriter<'_>) {}
        })+
    };
}

none!((), bool, char, f32, f64, str, String);
none!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

impl<T: ?Sized> Links for PhantomData<T> {
    fn list(&self, _: &mut LinkList<'_>) {}

    fn rewrite(&mut self, _: &Rewriter<'_>) {}
}

impl Links for &'static str {
    fn list(&self, _: &mut LinkList<'_>) {}

    fn rewrite(&mut self, _: &Rewriter<'_>) {}
}
