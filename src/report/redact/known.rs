//! Names that tell about the program and not about its data.
//!
//! Everything here is a guess from the name alone, so it is narrow: a type is one identifier after `struct`, a type of C
//! itself, or ends in `_t` or ` *`; a place is a path to a source file and a line.

/// What talloc, its users and this crate call blocks themselves.
const OWN: [&[u8]; 8] =
    [b"UNNAMED", b".name", b"null_context", b"autofree_context", b"talloc_pool", b"char", b"[secret]", b"root"];

/// What the names of blocks begin with that are then called after a place.
const MADE_AT: &[u8] = b"talloc_new: ";

/// C's words that can stand before a type's name.
const TAGS: [&[u8]; 6] = [b"const", b"volatile", b"struct", b"union", b"enum", b"class"];

/// The types of C, and words they are made of.
const BASIC: [&[u8]; 12] = [
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
    b"size_t",
];

/// The types of Rust that are no paths.
const RUST: [&[u8]; 18] = [
    b"u8", b"u16", b"u32", b"u64", b"u128", b"usize", b"i8", b"i16", b"i32", b"i64", b"i128", b"isize", b"f32", b"f64",
    b"bool", b"char", b"str", b"()",
];

/// What the files are called whose lines name blocks.
const SOURCES: [&[u8]; 10] = [b"c", b"h", b"cc", b"cpp", b"cxx", b"hpp", b"rs", b"y", b"l", b"m"];

/// Whether the name can't be data, as far as one can tell.
pub(super) fn is_known(name: &[u8]) -> bool {
    OWN.contains(&name) || is_pool(name) || is_place(name) || is_c_type(name) || is_rust_type(name)
}

fn is_pool(name: &[u8]) -> bool {
    let name = name.strip_prefix(b"a ").unwrap_or(name);
    name.strip_prefix(b"talloc_pool(").and_then(|rest| rest.strip_suffix(b")")).is_some_and(is_number)
}

/// `dir/file.c:12`, perhaps after `talloc_new: `.
fn is_place(name: &[u8]) -> bool {
    let name = name.strip_prefix(MADE_AT).unwrap_or(name);
    let Some(colon) = memchr::memrchr(b':', name) else { return false };
    let (path, line) = (&name[..colon], &name[colon + 1..]);
    let Some(dot) = memchr::memrchr(b'.', path) else { return false };
    let is_path = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./+".contains(byte);
    is_number(line) && dot > 0 && SOURCES.contains(&&path[dot + 1..]) && path.iter().all(is_path)
}

/// `const struct name *`, `unsigned int`, `name_t`, `NAME *`, `char[8]`.
fn is_c_type(name: &[u8]) -> bool {
    let bare = without_array(name);
    let stars = bare.iter().rev().take_while(|byte| **byte == b'*').count();
    let base = &bare[..bare.len() - stars];
    let spaced = stars > 0 && base.ends_with(b" ");
    let mut words: Vec<&[u8]> = base.strip_suffix(b" ").unwrap_or(base).split(|byte| *byte == b' ').collect();
    let tags = words.iter().take_while(|word| TAGS.contains(word)).count();
    let tagged = words[..tags].iter().any(|word| !matches!(*word, b"const" | b"volatile"));
    words.drain(..tags);
    match *words {
        [] => false,
        [word] if tagged => is_identifier(word),
        [word] if is_identifier(word) && (spaced || word.ends_with(b"_t")) => true,
        _ => words.iter().all(|word| BASIC.contains(word)),
    }
}

fn without_array(name: &[u8]) -> &[u8] {
    let Some(inside) = name.strip_suffix(b"]") else { return name };
    match memchr::memrchr(b'[', inside) {
        Some(open) if inside[open + 1..].iter().all(u8::is_ascii_digit) => &inside[..open],
        _ => name,
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
