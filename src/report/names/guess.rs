//! What a name gives away: a type, a place in a source, or one of talloc's own words.
//!
//! Everything here is a guess from the name alone. [`is_known`] and [`is_type`] decide what is not secret, so they are
//! narrow; [`looks_like_type`] only groups.

/// What talloc, its users and this crate call blocks themselves.
const OWN: [&[u8]; 8] =
    [b"UNNAMED", b".name", b"null_context", b"autofree_context", b"talloc_pool", b"char", b"[secret]", b"root"];

/// What the names of blocks begin with that are then called after a place.
const MADE_AT: &[u8] = b"talloc_new: ";

/// C's words that can stand before a type's name.
const TAGS: [&[u8]; 6] = [b"const", b"volatile", b"struct", b"union", b"enum", b"class"];

/// The types of C, and words they are made of.
const BASIC: [&[u8]; 14] = [
    b"char",
    b"short",
    b"int",
    b"long",
    b"float",
    b"double",
    b"void",
    b"bool",
    b"_Bool",
    b"signed",
    b"unsigned",
    b"uchar",
    b"uint",
    b"size_t",
];

/// The types of Rust that are no paths.
const RUST: [&[u8]; 18] = [
    b"u8", b"u16", b"u32", b"u64", b"u128", b"usize", b"i8", b"i16", b"i32", b"i64", b"i128", b"isize", b"f32", b"f64",
    b"bool", b"char", b"str", b"()",
];

/// What files of source are called: any other word after a point may be a host's, and the number its port.
const SOURCES: [&[u8]; 13] =
    [b"c", b"h", b"cc", b"hh", b"cpp", b"hpp", b"cxx", b"hxx", b"inc", b"l", b"m", b"y", b"rs"];

/// Whether the name can't be data, as far as one can tell.
pub(in crate::report) fn is_known(name: &[u8]) -> bool {
    OWN.contains(&name) || is_pool(name) || is_place(name) || is_type(name)
}

/// Whether the name is that of a type: one identifier after `struct`, a type of C or Rust itself or of Rust's library, or
/// an identifier that ends in `_t` or ` *`.
pub(super) fn is_type(name: &[u8]) -> bool {
    is_c_type(name) || is_rust_type(name)
}

/// Whether the name [is a type](is_type)'s or looks like that of one, as `CONF_PAIR` and `user::Session` do; data may look
/// like this as well.
pub(in crate::report) fn looks_like_type(name: &[u8]) -> bool {
    is_type(name) || is_identifier(name) && is_shouted(name) || is_path_of_names(name)
}

/// The place of making that a name is or ends in, as `file:line`: `../lib/util.c:147`, `talloc_new: notmuch.c:483`.
pub(in crate::report) fn place_in(name: &[u8]) -> Option<&[u8]> {
    let start = match memchr::memchr(b' ', name) {
        None => 0,
        Some(space) => name[..space].strip_suffix(b":").is_some_and(is_identifier).then_some(space + 1)?,
    };
    let place = &name[start..];
    let (file, line) = file_and_number(place)?;
    (is_number(line) && is_source(file) && !file.contains(&b' ')).then_some(place)
}

/// Whether a word is a place in a source, maybe with a column, and with punctuation after it: `util.c:147`, `(a.rs:7:5),`.
pub(super) fn is_place_word(word: &[u8]) -> bool {
    let end = word.iter().rposition(u8::is_ascii_digit).map_or(0, |last| last + 1);
    file_and_number(&word[..end]).is_some_and(|(file, line)| {
        let (file, line) = file_and_number(file).filter(|(_, line)| is_number(line)).unwrap_or((file, line));
        is_number(line) && is_source(file)
    })
}

/// `dir/file.c:12`, perhaps after `talloc_new: `.
fn is_place(name: &[u8]) -> bool {
    let is_path = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./+".contains(byte);
    file_and_number(name.strip_prefix(MADE_AT).unwrap_or(name))
        .is_some_and(|(file, line)| is_number(line) && is_source(file) && file.iter().all(is_path))
}

/// What is before and after the last colon.
fn file_and_number(place: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memrchr(b':', place)?;
    Some((&place[..colon], &place[colon + 1..]))
}

fn is_source(file: &[u8]) -> bool {
    memchr::memrchr(b'.', file).is_some_and(|dot| {
        let (stem, extension) = (&file[..dot], &file[dot + 1..]);
        !stem.is_empty() && !stem.ends_with(b"/") && SOURCES.contains(&extension)
    })
}

fn is_pool(name: &[u8]) -> bool {
    let name = name.strip_prefix(b"a ").unwrap_or(name);
    name.strip_prefix(b"talloc_pool(").and_then(|rest| rest.strip_suffix(b")")).is_some_and(is_number)
}

/// `const struct name *`, `unsigned int`, `name_t`, `NAME *`, `char[8]`.
fn is_c_type(name: &[u8]) -> bool {
    let bare = without_array(name);
    let stars = bare.iter().rev().take_while(|byte| **byte == b'*').count();
    let base = &bare[..bare.len() - stars];
    let spaced = stars > 0 && base.ends_with(b" ");
    let mut words = base.strip_suffix(b" ").unwrap_or(base).split(|byte| *byte == b' ').peekable();
    let mut tagged = false;
    while let Some(tag) = words.next_if(|word| TAGS.contains(word)) {
        tagged |= !matches!(tag, b"const" | b"volatile");
    }
    let Some(first) = words.next() else { return false };
    let is_name = is_identifier(first) && (tagged || spaced || first.ends_with(b"_t"));
    is_name && words.peek().is_none() || BASIC.contains(&first) && words.all(|word| BASIC.contains(&word))
}

fn without_array(name: &[u8]) -> &[u8] {
    let Some(inside) = name.strip_suffix(b"]") else { return name };
    match memchr::memrchr(b'[', inside) {
        Some(open) if inside[open + 1..].iter().all(u8::is_ascii_digit) => &inside[..open],
        _ => name,
    }
}

/// `CONF_PAIR`.
fn is_shouted(name: &[u8]) -> bool {
    let is = |what: fn(&u8) -> bool| name.iter().any(what);
    is(|byte| *byte == b'_') && is(u8::is_ascii_uppercase) && !is(u8::is_ascii_lowercase)
}

/// `one::two`, or one or more names with generics, whatever those are.
fn is_path_of_names(name: &[u8]) -> bool {
    match memchr::memchr(b'<', name) {
        Some(open) => name.ends_with(b">") && is_path(&name[..open]),
        None => name.contains(&b':') && is_path(name),
    }
}

/// A path of the standard library, whatever is between its brackets, or a basic type.
fn is_rust_type(name: &[u8]) -> bool {
    let is_std = [&b"alloc::"[..], b"core::", b"std::"].iter().any(|start| name.starts_with(start));
    if !is_std {
        return RUST.contains(&name);
    }
    let mut depth = 0_usize;
    let balanced = name.iter().all(|byte| match byte {
        b'<' => {
            depth += 1;
            true
        }
        b'>' => depth.checked_sub(1).inspect(|less| depth = *less).is_some(),
        _ => true,
    });
    let pieces = name.split(|byte| b"<>,".contains(byte)).map(|piece| piece.strip_prefix(b" ").unwrap_or(piece));
    balanced && depth == 0 && pieces.filter(|piece| !piece.is_empty()).all(is_path)
}

/// `name::name`.
fn is_path(path: &[u8]) -> bool {
    path.split(|byte| *byte == b':').enumerate().all(|(at, piece)| match at % 2 {
        0 => is_identifier(piece),
        _ => piece.is_empty(),
    })
}

fn is_identifier(word: &[u8]) -> bool {
    let first = word.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    first && word.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn is_number(digits: &[u8]) -> bool {
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_from_data() {
        for name in [
            "struct ldb_val",
            "struct tree_node *",
            "const struct gensec_security_ops *",
            "const char *",
            "char",
            "uint8_t",
            "rbnode_t",
            "CONF_PAIR",
            "alloc::string::String",
            "Vec<u8>",
            "core::option::Option<(u8, u8)>",
            "u32",
            "unsigned int",
        ] {
            assert!(looks_like_type(name.as_bytes()), "{name}");
        }
        for name in [
            "",
            "*",
            "struct",
            "struct x passw0rd",
            "user@example",
            "Passw0rd.xyz",
            "DC",
            "null_context",
            ".name",
            "UNNAMED",
            "ldap/127.0.0.1",
            "::1",
            "a < b",
            "d/e/f_t",
            "(|(objectClass=user))",
            "Wed, 07 Oct 2020 20:26:40 +0000",
            "int_x",
            "_",
        ] {
            assert!(!looks_like_type(name.as_bytes()), "{name}");
        }
        assert!(!looks_like_type(b"struct \xff"));
    }

    #[test]
    fn places_are_told_from_data() {
        let place = |name: &'static str| place_in(name.as_bytes()).map(|place| std::str::from_utf8(place).unwrap());
        assert_eq!(place("../lib/ldb/common/ldb_pack.c:1142"), Some("../lib/ldb/common/ldb_pack.c:1142"));
        assert_eq!(place("talloc_new: lib/config.cc:299"), Some("lib/config.cc:299"));
        assert_eq!(place("DATA_BLOB: ../../lib/util/asn1.c:944"), Some("../../lib/util/asn1.c:944"));
        assert_eq!(place("src/main.rs:7"), Some("src/main.rs:7"));
        let none = [
            "",
            ":",
            "thread:86",
            "127.0.0.1:445",
            "[::1]:445",
            "main.c:",
            "main.c:x",
            ".c:1",
            "dir/.c:1",
            "a b.c:1",
            "A Xapian exception occurred at lib/message.cc:1596",
            "not a file: x.c:1",
            "host.example:389",
            "host.de:389",
        ];
        for name in none {
            assert_eq!(place(name), None, "{name}");
        }
    }

    #[test]
    fn types_places_and_tallocs_own_words_are_known() {
        for name in [
            "struct sockaddr_un",
            "const struct gensec_security_ops *",
            "struct talloc_chunk*",
            "struct epoll_event[16]",
            "enum ndr_err_code",
            "char *",
            "const char **",
            "unsigned long",
            "uint8_t",
            "home_server_t",
            "TDB_DATA *",
            "../../lib/util/util_str_common.c:147",
            "talloc_new: ./tracee/tracee.c:329",
            "ex.c:25",
            "src/tree/mod.rs:7",
            "UNNAMED",
            ".name",
            "null_context",
            "a talloc_pool(4096)",
            "talloc_pool(8)",
            "alloc::vec::Vec<alloc::string::String>",
            "u64",
        ] {
            assert!(is_known(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn data_is_not_known_though_it_looks_a_little_like_it() {
        for name in [
            "",
            "Passw0rd.xyz",
            "struct x passw0rd",
            "struct passw0rd!",
            "struct ",
            "struct",
            "const passw0rd",
            "unsigned secret",
            "secret *x",
            "hunter2*",
            "hunter 2 *",
            "TDB_DATA",
            "10.0.0.1:389",
            "thread:86",
            "secret:12",
            "my secret.c:12",
            ".c:12",
            "file.c:12 secret",
            "talloc_new: secret",
            "talloc_pool(secret)",
            "fe80::abcd",
            "std::secret words",
            "std::vec::Vec<my secret>",
            "std::vec::Vec<",
            "std::vec::Vec>u8<",
            "std:secret:x",
            "value 7",
            "secret[12]",
        ] {
            assert!(!is_known(name.as_bytes()), "{name}");
        }
    }
}
