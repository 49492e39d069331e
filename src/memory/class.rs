//! Size classes: eight bytes apart up to 64, then four to each doubling, so that rounding up wastes at most a fifth of
//! what is not small.

/// The smallest step between sizes, and the alignment every class has.
pub(super) const STEP: usize = 8;
/// Up to here classes are `STEP` apart.
const LINEAR: usize = 64;
/// Larger blocks have memory of their own.
pub(super) const LARGEST: usize = 32 * 1024;
/// A class's first page is about this large, and each further one twice as large as the one before, until they are
/// [`PAGE`] or four blocks: what a tree needs few of takes little.
const FIRST_PAGE: usize = 1024;
const PAGE: usize = 16 * 1024;

const LINEAR_CLASSES: usize = LINEAR / STEP;
pub(super) const COUNT: usize = LINEAR_CLASSES + 4 * (LARGEST / LINEAR).ilog2() as usize;

/// The class whose blocks hold `size` bytes, 1 to [`LARGEST`].
///
/// Blocks of the class of a multiple of an alignment have that alignment: where classes lie closer together than
/// multiples of it do, each of these is a class itself; elsewhere each class is one of them.
#[inline]
pub(super) fn of(size: usize) -> usize {
    // Sizes come mixed, and a branch between small and not so small ones would be taken wrong as often as not.
    match SMALL.get(size.div_ceil(STEP)) {
        Some(&class) => class.into(),
        None => find(size),
    }
}

/// The classes of small sizes, by how many steps they have.
const SMALL: [u8; 65] = {
    let mut classes = [0; 65];
    let mut steps = 1;
    while steps < classes.len() {
        classes[steps] = find(steps * STEP) as u8;
        steps += 1;
    }
    classes
};

const fn find(size: usize) -> usize {
    if size <= LINEAR {
        return size.saturating_sub(1) / STEP;
    }
    let doublings = (size - 1).ilog2();
    let quarter = ((size - 1) >> (doublings - 2)) & 3;
    LINEAR_CLASSES + 4 * (doublings - LINEAR.ilog2()) as usize + quarter
}

/// How many bytes the blocks of a class have.
pub(super) fn size(class: usize) -> usize {
    if class < LINEAR_CLASSES {
        return (class + 1) * STEP;
    }
    let (doublings, quarter) = ((class - LINEAR_CLASSES) / 4, (class - LINEAR_CLASSES) % 4);
    (LINEAR << doublings) / 4 * (5 + quarter)
}

/// How many block numbers each page of a class has, as a power of two: finding a block is a shift and a mask.
pub(super) fn page_bits(size: usize) -> u32 {
    (PAGE / size).max(4).ilog2()
}

/// How many blocks a class's page with this number has: the first of its block numbers, or all.
pub(super) fn page_blocks(size: usize, page: usize) -> u32 {
    let most = page_bits(size);
    let first = (FIRST_PAGE / size).max(1).ilog2();
    1 << (first as usize).saturating_add(page).min(most as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MAX_ALIGN;

    #[test]
    fn every_size_has_the_tightest_class() {
        for wanted in 1..=LARGEST {
            let class = of(wanted);
            assert!(class < COUNT && size(class) >= wanted, "{wanted} in class {class}");
            assert!(class == 0 || size(class - 1) < wanted, "{wanted} fits class {}", class - 1);
            assert!(size(class) - wanted < STEP.max(wanted / 4 + 1), "{wanted} wastes too much");
        }
        assert_eq!((of(LARGEST), size(COUNT - 1)), (COUNT - 1, LARGEST));
    }

    #[test]
    fn the_class_of_a_multiple_is_aligned() {
        for align in (0..).map(|bits| 1 << bits).take_while(|&align| align <= MAX_ALIGN) {
            for wanted in (align..=LARGEST).step_by(align) {
                assert_eq!(size(of(wanted)) % align, 0, "{wanted} aligned to {align}");
            }
        }
    }

    #[test]
    fn pages_grow_until_they_have_all_their_numbers() {
        for size in (0..COUNT).map(size) {
            let all = 1 << page_bits(size);
            assert!((0..10).all(|page| page_blocks(size, page) <= page_blocks(size, page + 1)));
            assert!(page_blocks(size, 0) >= 1 && page_blocks(size, 0) as usize * size <= LARGEST);
            assert_eq!((page_blocks(size, 5), page_blocks(size, usize::MAX)), (all, all));
        }
    }
}
