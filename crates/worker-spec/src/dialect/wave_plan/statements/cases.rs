//! The case in which a statement is meant to hold.

/// The case that a line or a heading names, if it names one.
pub(super) fn case(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.find_map(|word| {
        let case = match word {
            "optimistic" | "best" => "optimistic",
            "realistic" | "expected" => "realistic",
            "pessimistic" | "worst" => "pessimistic",
            "overhead" | "buffer" | "contingency" | "slack" | "padding" | "reserve" | "plus"
            | "including" | "incl" => "with overhead",
            "old" | "previous" | "original" => "old",
            "new" | "proposed" | "optimized" | "optimised" => "new",
            "human" | "manual" => "by people",
            _ => return None,
        };
        Some(case)
    })
}

#[cfg(test)]
mod tests {
    use super::case;

    #[test]
    fn cases() {
        assert_eq!(case("**Optimistic**: 5 days"), Some("optimistic"));
        assert_eq!(
            case("With monitoring overhead: 2 hours"),
            Some("with overhead")
        );
        assert_eq!(case("Old allocation"), Some("old"));
        assert_eq!(case("Total elapsed time: 42 hours"), None);
    }
}
