//! Type names as people write them.

/// `alloc::vec::Vec<my_crate::net::Item>` as `Vec<Item>`: module paths go, structure stays.
pub(super) fn short(full: &str) -> String {
    let mut out = String::with_capacity(full.len());
    let mut start = 0;
    for (i, c) in full.char_indices() {
        if c == ':' {
            start = i + 1;
        } else if !(c.is_alphanumeric() || c == '_') {
            out.push_str(&full[start..i + c.len_utf8()]);
            start = i + c.len_utf8();
        }
    }
    out.push_str(&full[start..]);
    out
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn paths_go_and_structure_stays() {
        for (full, expected) in [
            ("u32", "u32"),
            ("my_crate::net::Item", "Item"),
            ("alloc::vec::Vec<my_crate::net::Item>", "Vec<Item>"),
            ("(a::B, &mut c::D<'_>)", "(B, &mut D<'_>)"),
            ("[core::option::Option<u8>; 3]", "[Option<u8>; 3]"),
            ("dyn core::fmt::Debug + core::marker::Send", "dyn Debug + Send"),
            ("<a::B as c::D>::E", "<B as D>E"),
            ("main::{{closure}}", "{{closure}}"),
            ("", ""),
        ] {
            assert_eq!(short(full), expected);
        }
    }
}
