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
    if size <= LINEAR {
        return size.saturating_sub(1) / STEP;
    }
    let doublings = (size - 1).ilog2();
    let quarter = ((size - 1) >> (doublings - 2)) & 3;
    LINEAR_CLASSES + 4 * (doublings - LINEAR.ilog2()) as usize + quarter
}

/// How many bytes the blocks of a class have.
#[inline]
pub(super) const fn size(class: usize) -> usize {
    if class < LINEAR_CLASSES {
        return (class + 1) * STEP;
    }
    let (doublings, quarter) = ((class - LINEAR_CLASSES) / 4, (class - LINEAR_CLASSES) % 4);
    (LINEAR << doublings) / 4 * (5 + quarter)
}

/// How many blocks a page of a class has, as a power of two: finding a block is a shift and a mask.
#[inline]
pub(super) const fn page_bits(class: usize) -> u32 {
    let blocks = PAGE / size(class);
    if blocks < 4 { 2 } else { blocks.ilog2() }
}

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
