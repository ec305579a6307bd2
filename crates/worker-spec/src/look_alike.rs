//! Letters of other scripts that look like Latin ones.

/// A text with letters that look Latin written as the Latin ones: Cyrillic and Greek twins, and full-width forms.
pub(crate) fn latin_look(text: &str) -> String {
    text.chars().map(latin).collect()
}

fn latin(c: char) -> char {
    const TWINS: [(&str, &str); 2] = [
        ("АВЕЅІЈКМНОРСТХУаеоѕрсхуіј", "ABESIJKMHOPCTXYaeospcxyij"),
        ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo"),
    ];
    match c {
        '\0'..='\u{7f}' => c,
        // The full-width forms stand in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{370}'..='\u{52f}' => TWINS
            .iter()
            .find_map(|(twins, latin)| {
                let at = twins.chars().position(|twin| twin == c)?;
                latin.chars().nth(at)
            })
            .unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::latin_look;

    #[test]
    fn twins() {
        assert_eq!(latin_look("TАЅК-7"), "TASK-7");
        assert_eq!(latin_look("ＴＡＳＫ－７"), "TASK-7");
        assert_eq!(latin_look("рс"), "pc");
        assert_eq!(latin_look("日本-1 Ж"), "日本-1 Ж");
    }
}
