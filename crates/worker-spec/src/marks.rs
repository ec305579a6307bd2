//! The parts of a remark: `2h, low risk`, `1,5 Tage; nach T1`.

/// The parts of a text between marks. A comma between two digits is that of a decimal number, and parts nothing.
pub(crate) fn parts<'t>(text: &'t str, marks: &'t [char]) -> impl Iterator<Item = &'t str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let whole = rest?;
        let end = whole
            .char_indices()
            .find(|(at, c)| marks.contains(c) && !(*c == ',' && is_between_digits(whole, *at)));
        let (part, behind) = match end {
            Some((at, mark)) => (&whole[..at], Some(&whole[at + mark.len_utf8()..])),
            None => (whole, None),
        };
        rest = behind;
        Some(part)
    })
}

/// Whether a mark of one byte stands right between two digits.
pub(crate) fn is_between_digits(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    at.checked_sub(1)
        .and_then(|before| bytes.get(before))
        .zip(bytes.get(at + 1))
        .is_some_and(|(before, after)| before.is_ascii_digit() && after.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn decimal_commas_part_nothing() {
        for (text, expected) in [
            ("1,5 Tage, nach T1", &["1,5 Tage", " nach T1"] as &[&str]),
            ("2h,low", &["2h", "low"]),
            ("2h; 1,25 d", &["2h", " 1,25 d"]),
            ("", &[""]),
            (",", &["", ""]),
        ] {
            let found: Vec<&str> = parts(text, &[',', ';']).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
