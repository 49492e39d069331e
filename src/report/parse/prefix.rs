//! What stands before every line where a report was quoted, or came through a log.

/// The text before each line. Digits stand for any digits: they are times and numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Prefix(Box<[u8]>);

impl Prefix {
    pub(super) fn new(text: &[u8]) -> Self {
        Self(text.into())
    }

    /// What is before a header, if the next line has it as well. Spaces alone are an indent.
    pub(super) fn found(before: &[u8], next: &[u8]) -> Option<Self> {
        let prefix = Self::new(before);
        (!before.iter().all(|&byte| byte == b' ') && prefix.begins(next)).then_some(prefix)
    }

    fn begins(&self, line: &[u8]) -> bool {
        let same = |(ours, theirs): (&u8, &u8)| ours == theirs || (ours.is_ascii_digit() && theirs.is_ascii_digit());
        line.len() >= self.0.len() && std::iter::zip(&self.0, line).all(same)
    }

    /// Takes it off the lines from `from` on, as far as they are whole. Returns where the rest of the input begins.
    pub(super) fn strip(&self, input: &mut Vec<u8>, from: usize, is_last: bool) -> usize {
        let (mut read, mut write) = (from, from);
        loop {
            let end = match memchr::memchr(b'\n', &input[read..]) {
                Some(end) => read + end + 1,
                None if is_last => input.len(),
                None => break,
            };
            let start = if self.begins(&input[read..end]) { read + self.0.len() } else { read };
            input.copy_within(start..end, write);
            write += end - start;
            read = end;
            if read == input.len() {
                break;
            }
        }
        input.drain(write..read);
        write
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_from_whole_lines_that_have_it() {
        let mut text = b"> kept\n> a\nb\n>  c\n> d".to_vec();
        let prefix = Prefix::new(b"> ");
        let rest = prefix.strip(&mut text, 7, false);
        assert_eq!((rest, text.escape_ascii().to_string().as_str()), (14, "> kept\\na\\nb\\n c\\n> d"));
        assert_eq!(prefix.strip(&mut text, rest, true), 15);
        assert!(text.ends_with(b" c\nd"));
        assert_eq!(prefix.strip(&mut text, 15, true), 15);
    }

    #[test]
    fn times_and_numbers_may_differ() {
        let before = b"Nov 21 10:49:59 dc1 smbd[712]: ";
        assert!(Prefix::found(before, b"Nov 21 10:50:00 dc1 smbd[712]:     child").is_some());
        assert!(Prefix::found(before, b"Nov 21 10:50:00 dc1 nmbd[712]:     child").is_none());
        assert!(Prefix::found(b"  ", b"    child").is_none(), "an indent");
        assert!(Prefix::found(b"", b"    child").is_none());
    }
}
