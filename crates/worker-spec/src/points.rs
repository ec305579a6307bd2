//! Story points: how much work something is, in a measure that is no time.

/// Reads `3 SP`, `5 points`, `SP: 8`, without signs before it; `None` for anything else.
pub(crate) fn story_points(text: &str) -> Option<&str> {
    let text = text.trim().trim_start_matches(['~', '≈']);
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | '½');
    let is_amount = |text: &str| {
        let text = text.trim();
        !text.is_empty() && text.len() <= 4 && text.chars().all(digits)
    };
    let behind = text.find(|c: char| !digits(c)).is_some_and(|end| {
        let (amount, unit) = text.split_at(end);
        is_amount(amount) && is_unit(unit.trim_start_matches('-'))
    });
    let before = text
        .split_once([':', '='])
        .is_some_and(|(unit, amount)| is_unit(unit) && is_amount(amount));
    (behind || before).then_some(text)
}

fn is_unit(word: &str) -> bool {
    const UNITS: [&str; 7] = [
        "sp",
        "pt",
        "pts",
        "point",
        "points",
        "story point",
        "story points",
    ];
    UNITS
        .iter()
        .any(|unit| word.trim().eq_ignore_ascii_case(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points() {
        for text in [
            "3 SP",
            "5 points",
            "13pts",
            "SP: 8",
            "1 story point",
            "0.5 pt",
        ] {
            assert_eq!(story_points(text), Some(text));
        }
        assert_eq!(story_points("~3 SP"), Some("3 SP"));
        for text in [
            "",
            "SP",
            "3",
            "3 h",
            "3 spots",
            "2024 points of order",
            "3 points of order",
        ] {
            assert_eq!(story_points(text), None, "{text}");
        }
    }
}
