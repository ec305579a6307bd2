//! Documents as bytes, and places in them.

use wavecrew_worker_spec::{Code, Document};

fn check_bad(bytes: &[u8], place: &str) {
    let error = Document::from_bytes("a.md", bytes.to_vec()).expect_err("not text");
    assert_eq!(error.code, Code::NOT_TEXT);
    assert_eq!(
        error.location.as_ref().map(ToString::to_string).as_deref(),
        Some(place),
        "{bytes:?}"
    );
    assert!(error.help.is_some_and(|help| help.contains("UTF-8")));
}

#[test]
fn what_is_not_text_is_told_with_its_place() {
    check_bad(b"abc\nd\xff", "a.md:2:2");
    check_bad(b"\xff\xfea\0", "a.md:1:1");
    check_bad(b"\xfe\xff\0a", "a.md:1:1");
    check_bad(b"ab\n\nc\0d", "a.md:3:2");
    check_bad("é\n✅x\u{0}".as_bytes(), "a.md:2:3");
    check_bad(b"\xc3", "a.md:1:1");
}

#[test]
fn what_is_text() {
    for bytes in [
        &b""[..],
        b"  \n",
        b"\xef\xbb\xbf# A",
        b"a\r\nb",
        b"a\rb",
        "日本".as_bytes(),
    ] {
        assert!(
            Document::from_bytes("a.md", bytes.to_vec()).is_ok(),
            "{bytes:?}"
        );
    }
}

fn check_place(text: &str, needle: &str, place: &str) {
    let document = Document::new("a.md", text);
    let at = text.find(needle).expect("the needle");
    let location = document.location(at..at + needle.len());
    assert_eq!(location.to_string(), place, "{text:?}");
    assert_eq!(location.span, at..at + needle.len());
}

#[test]
fn lines_and_columns_count_from_one_in_characters() {
    check_place("abc", "c", "a.md:1:3");
    check_place("a\nbc", "c", "a.md:2:2");
    check_place("a\r\nbc", "c", "a.md:2:2");
    check_place("a\rbc", "c", "a.md:2:2");
    check_place("é✅x", "x", "a.md:1:3");
    check_place("\u{feff}ab", "b", "a.md:1:2");
    let long = format!("é\n{}x", "✅ä".repeat(5_000));
    check_place(&long, "x", "a.md:2:10001");
}

#[test]
fn a_span_beyond_the_end_is_at_the_end() {
    let document = Document::new("a.md", "ab\nc✅");
    assert_eq!(document.location(1000..2000).to_string(), "a.md:2:3");
}
