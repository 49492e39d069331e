//! What holds the links of what it holds.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::{LinkList, Links, Rewriter};

impl<T: Links + ?Sized> Links for Box<T> {
    fn list(&self, out: &mut LinkList<'_>) {
        (**self).list(out);
    }

    fn rewrite(&mut self, map: &Rewriter<'_>) {
        (**self).rewrite(map);
    }
}

impl<T: Links> Links for [T] {
    fn list(&self, out: &mut LinkList<'_>) {
        self.iter().for_each(|element| element.list(out));
    }

    fn rewrite(&mut self, map: &Rewriter<'_>) {
        self.iter_mut().for_each(|element| element.rewrite(map));
    }
}

macro_rules! sequence {
    ($([$($parameters:tt)*] $sequence:ty),+ $(,)?) => {
        $(impl<$($parameters)*> Links for $sequence {
            fn list(&self, out: &mut LinkList<'_>) {
                self.iter().for_each(|element| element.list(out));
            }

            fn rewrite(&mut self, map: &Rewriter<'_>) {
                self.iter_mut().for_each(|element| element.rewrite(map));
            }
        })+
    };
}

sequence!([T: Links] Option<T>, [T: Links] Vec<T>, [T: Links] VecDeque<T>, [T: Links, const N: usize] [T; N]);

macro_rules! tuple {
    ($($element:ident)+) => {
        impl<$($element: Links),+> Links for ($($element,)+) {
            #[allow(non_snake_case)]
            fn list(&self, out: &mut LinkList<'_>) {
                let ($($element,)+) = self;
                $($element.list(out);)+
            }

            #[allow(non_snake_case)]
            fn rewrite(&mut self, map: &Rewriter<'_>) {
                let ($($element,)+) = self;
                $($element.rewrite(map);)+
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);

/// Whether any of these lists a link. Keys that do can't be rewritten where they are.
fn any_link<'k, K: Links + 'k>(mut keys: impl Iterator<Item = &'k K>) -> bool {
    keys.any(|key| {
        let mut found = false;
        key.list(&mut LinkList::new(&mut |_, _, _| found = true));
        found
    })
}

/// Rewrites what had to be taken out for that, and puts it back even if one of them panics.
fn rewrite_outside<E>(mut elements: Vec<E>, rewrite: impl Fn(&mut E), put_back: impl FnOnce(Vec<E>)) {
    let outcome = catch_unwind(AssertUnwindSafe(|| elements.iter_mut().for_each(rewrite)));
    put_back(elements);
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

macro_rules! map {
    ($map:ident [$($parameters:tt)*] [$($arguments:tt)*] $take:expr) => {
        impl<$($parameters)*> Links for $map<$($arguments)*> {
            fn list(&self, out: &mut LinkList<'_>) {
                for (key, value) in self {
                    key.list(out);
                    value.list(out);
                }
            }

            fn rewrite(&mut self, map: &Rewriter<'_>) {
                self.values_mut().for_each(|value| value.rewrite(map));
                if any_link(self.keys()) {
                    let take: fn(&mut Self) -> Vec<(K, V)> = $take;
                    rewrite_outside(take(self), |(key, _)| key.rewrite(map), |entries| self.extend(entries));
                }
            }
        }
    };
}

map!(HashMap [K: Links + Eq + Hash, V: Links, S: BuildHasher] [K, V, S] |map| map.drain().collect());
map!(BTreeMap [K: Links + Ord, V: Links] [K, V] |map| std::mem::take(map).into_iter().collect());

macro_rules! set {
    ($set:ident [$($parameters:tt)*] [$($arguments:tt)*] $take:expr) => {
        impl<$($parameters)*> Links for $set<$($arguments)*> {
            fn list(&self, out: &mut LinkList<'_>) {
                self.iter().for_each(|element| element.list(out));
            }

            fn rewrite(&mut self, map: &Rewriter<'_>) {
                if any_link(self.iter()) {
                    let take: fn(&mut Self) -> Vec<T> = $take;
                    rewrite_outside(take(self), |element| element.rewrite(map), |elements| self.extend(elements));
                }
            }
        }
    };
}

set!(HashSet [T: Links + Eq + Hash, S: BuildHasher] [T, S] |set| set.drain().collect());
set!(BTreeSet [T: Links + Ord] [T] |set| std::mem::take(set).into_iter().collect());
