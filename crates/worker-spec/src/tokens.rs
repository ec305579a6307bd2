//! Amounts of tokens as people write them.

/// Reads an amount of tokens: `15K`, `1.5M`, `8,000`, `~20k tokens`, `10K-35K` (the upper end counts).
///
/// `None` when the text does not begin with an amount, or when something other than a token word follows it.
pub(crate) fn parse_tokens(text: &str) -> Option<u64> {
    let text = text
        .trim()
        .trim_start_matches(['~', '<', '≈', '*', '`'])
        .trim_start();
    let (mut amount, mut rest) = amount(text)?;
    if let Some(after) = ["-", "–", "—", "to "]
        .iter()
        .find_map(|dash| rest.trim_start().strip_prefix(dash))
        && let Some((upper, after)) = self::amount(after.trim_start())
    {
        (amount, rest) = (upper, after);
    }
    let rest = rest
        .trim_start_matches(['+', '*', '`', ' '])
        .to_ascii_lowercase();
    let alone = rest.is_empty() || rest.starts_with("tok") || rest.starts_with('(');
    (alone && amount <= 1e15).then_some(amount.round() as u64)
}

fn amount(text: &str) -> Option<(f64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',' && c != '_')
        .unwrap_or(text.len());
    let number: f64 = text[..end].replace([',', '_'], "").parse().ok()?;
    let rest = &text[end..];
    let (factor, letters) = match rest.chars().next() {
        Some('k' | 'K') => (1e3, 1),
        Some('m' | 'M') => (1e6, 1),
        _ => (1.0, 0),
    };
    Some((number * factor, &rest[letters..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        for (text, tokens) in [
            ("15K", Some(15_000)),
            ("1.5M", Some(1_500_000)),
            ("8,000", Some(8_000)),
            ("~20k tokens", Some(20_000)),
            ("10K-35K", Some(35_000)),
            ("**5K**", Some(5_000)),
            ("50K+ tokens", Some(50_000)),
            ("", None),
            ("K", None),
            ("12 tasks", None),
            ("1.2.3", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse_tokens(text), tokens, "{text}");
        }
    }
}
