//! Size classes: four to each doubling, so that rounding up wastes at most a fifth.

/// The smallest step between sizes, and the alignment every class has.
const STEP: usize = 16;
/// Up to here classes are `STEP` apart.
const LINEAR: usize = 128;
/// Larger blocks have memory of their own.
pub(super) const LARGEST: usize = 32 * 1024;
/// Pages are about this large, or four blocks where that is more.
const PAGE: usize = 16 * 1024;

const LINEAR_CLASSES: usize = LINEAR / STEP;
pub(super) const COUNT: usize = LINEAR_CLASSES + 4 * (LARGEST / LINEAR).ilog2() as usize;

/// The class whose blocks hold `size` bytes, 1 to [`LARGEST`].
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
#[inline]
pub(super) fn size(class: usize) -> usize {
    usize::from(SIZES[class])
}

/// How many blocks a page of a class has, as a power of two: finding a block is a shift and a mask.
#[inline]
pub(super) fn page_bits(class: usize) -> u32 {
    PAGE_BITS[class].into()
}

/// Looked up, because every access to a block needs them, and working them out takes a division.
const SIZES: [u16; COUNT] = {
    let mut sizes = [0; COUNT];
    let mut class = 0;
    while class < COUNT {
        let size = if class < LINEAR_CLASSES {
            (class + 1) * STEP
        } else {
            let (doublings, quarter) = ((class - LINEAR_CLASSES) / 4, (class - LINEAR_CLASSES) % 4);
            (LINEAR << doublings) / 4 * (5 + quarter)
        };
        sizes[class] = size as u16;
        class += 1;
    }
    sizes
};

const PAGE_BITS: [u8; COUNT] = {
    let mut bits = [2; COUNT];
    let mut class = 0;
    while class < COUNT {
        let blocks = PAGE / SIZES[class] as usize;
        if blocks >= 4 {
            bits[class] = blocks.ilog2() as u8;
        }
        class += 1;
    }
    bits
};

#[cfg(test)]
mod tests {
    use super::*;

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
}
