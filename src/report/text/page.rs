//! Text under way: whole lines, gathered until there are enough to be handed on.

/// How much is gathered before it is handed on.
const ENOUGH: usize = 1 << 15;

/// More than the words and numbers that stand together in a line can take, and than most indentations.
const ROOM: usize = 192;

/// Bytes written one after the other. Behind the last one there is always room for some words, which holds whatever was
/// there before: so most writes are plain stores.
#[derive(Debug)]
pub(in crate::report) struct Page {
    bytes: Vec<u8>,
    end: usize,
}

impl Default for Page {
    fn default() -> Self {
        Self { bytes: vec![0; ENOUGH + ENOUGH / 4], end: 0 }
    }
}

impl Page {
    /// Whether it is time to hand on what was written.
    #[inline]
    pub(in crate::report) fn is_full(&self) -> bool {
        self.end >= ENOUGH
    }

    pub(in crate::report) fn written(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    pub(in crate::report) fn clear(&mut self) {
        self.end = 0;
    }

    /// Where the next byte goes.
    #[inline]
    pub(in crate::report) fn end(&self) -> usize {
        self.end
    }

    /// A name, or whatever else is as long as it likes.
    #[inline]
    pub(in crate::report) fn text(&mut self, text: &[u8]) {
        self.make_room(text.len());
        self.bytes[self.end..][..text.len()].copy_from_slice(text);
        self.end += text.len();
    }

    /// Spaces up to some place, if that is further on.
    #[inline]
    pub(in crate::report) fn pad_to(&mut self, end: usize) {
        const USUAL: usize = 64;
        let Some(count) = end.checked_sub(self.end) else { return };
        self.make_room(count);
        let room = &mut self.bytes[self.end..];
        // A copy of a length known beforehand is no call; what is too much is written over.
        if count <= USUAL {
            room[..USUAL].copy_from_slice(&[b' '; USUAL]);
        } else {
            room[..count].fill(b' ');
        }
        self.end = end;
    }

    /// Words and numbers that stand together.
    #[inline]
    pub(in crate::report) fn words(&mut self, write: impl FnOnce(&mut Words<'_>)) {
        self.make_room(0);
        let room = self.bytes[self.end..].first_chunk_mut().expect("there was room made");
        let mut words = Words { room, end: 0 };
        write(&mut words);
        self.end += words.end;
    }

    /// Makes sure of room for so many bytes and some words.
    #[inline]
    fn make_room(&mut self, count: usize) {
        if self.bytes.len() - self.end < count + ROOM {
            self.bytes.resize((self.end + count + ROOM).next_power_of_two(), 0);
        }
    }
}

/// Words and numbers, written straight to where they belong: digits that were written elsewhere and copied at once would
/// make the copy wait for them.
#[derive(Debug)]
pub(in crate::report) struct Words<'p> {
    room: &'p mut [u8; ROOM],
    end: usize,
}

impl Words<'_> {
    /// A word of the format.
    #[inline(always)]
    pub(in crate::report) fn word<const N: usize>(&mut self, word: &[u8; N]) {
        self.room[self.end..][..N].copy_from_slice(word);
        self.end += N;
    }

    /// A number, right-aligned in `width` columns, of which there are at most 8, or more if it takes more.
    #[inline(always)]
    pub(in crate::report) fn number(&mut self, number: u64, width: usize) {
        let start = self.end;
        self.room[start..][..8].copy_from_slice(&[b' '; 8]);
        // Most numbers are small. How many digits they have is hard to foresee, so it had better not matter.
        if width == 1 && number < 10 {
            self.room[start] = b'0' + number as u8;
            self.end += width;
        } else if width >= 3 && number < 1000 {
            self.end += width;
            self.room[self.end - 3..][..3].copy_from_slice(&TRIPLES[number as usize]);
        } else {
            let last = match u32::try_from(number) {
                Ok(number) => number.checked_ilog10(),
                Err(_) => number.checked_ilog10(),
            };
            let digits = last.unwrap_or(0) as usize + 1;
            self.end += digits.max(width);
            put_digits(&mut self.room[self.end - digits..self.end], number);
        }
    }

    #[inline]
    pub(in crate::report) fn hexadecimal(&mut self, number: u64) {
        let last = number.checked_ilog2().unwrap_or(0) / 4;
        for digit in (0..=last).rev() {
            self.word(&[b"0123456789abcdef"[(number >> (4 * digit)) as usize % 16]]);
        }
    }
}

/// Writes a number of as many digits as there is place, from its end, two at a time.
#[inline]
fn put_digits(place: &mut [u8], mut number: u64) {
    let mut pairs = place.rchunks_exact_mut(2);
    for pair in &mut pairs {
        pair.copy_from_slice(&PAIRS[(number % 100) as usize]);
        number /= 100;
    }
    if let [first] = pairs.into_remainder() {
        *first = b'0' + number as u8;
    }
}

/// The digits of the numbers below a hundred.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + number as u8 / 10, b'0' + number as u8 % 10];
        number += 1;
    }
    pairs
};

/// The numbers below a thousand, right-aligned.
static TRIPLES: [[u8; 3]; 1000] = {
    let mut triples = [[b' '; 3]; 1000];
    let mut number = 0;
    while number < 1000 {
        triples[number][2] = b'0' + (number % 10) as u8;
        if number >= 10 {
            triples[number][1] = b'0' + (number / 10 % 10) as u8;
        }
        if number >= 100 {
            triples[number][0] = b'0' + (number / 100) as u8;
        }
        number += 1;
    }
    triples
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_the_standard_library_writes_them() {
        let powers = (0..20).map(|power| 10_u64.pow(power));
        let numbers = powers.flat_map(|power| [power - 1, power, power + 1]).chain([u64::MAX]);
        for number in numbers {
            let mut page = Page::default();
            page.words(|words| {
                for width in [1, 3, 6] {
                    words.number(number, width);
                    words.word(b",");
                }
                words.hexadecimal(number);
            });
            assert_eq!(str::from_utf8(page.written()), Ok(&*format!("{number},{number:3},{number:6},{number:x}")),);
        }
    }

    #[test]
    fn a_page_has_room_for_whatever_comes() {
        let mut page = Page::default();
        let name = vec![b'x'; 3 * ENOUGH];
        page.text(&name);
        page.pad_to(4 * ENOUGH);
        page.words(|words| words.word(b"end"));
        assert_eq!(page.written(), [&name[..], &vec![b' '; ENOUGH], b"end"].concat());
        assert!(page.is_full());
        page.clear();
        page.pad_to(2);
        assert_eq!(page.written(), b"  ");
    }
}
