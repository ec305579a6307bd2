//! Amounts of tokens as people write them.

use crate::duration::without_hedge;

/// Reads an amount of tokens: `15K`, `1.5M`, `8,000`, `~20k tokens`, `10K-35K` (the upper end counts). A point before
/// three digits and no letter groups them, since there are no parts of a token: `15.000`.
///
/// `None` when the text does not begin with an amount, or when something other than a token word follows it.
pub(crate) fn parse_tokens(text: &str) -> Option<u64> {
    let text = without_hedge(text.trim());
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
    let rest = &text[end..];
    let letter = rest.strip_prefix(' ').unwrap_or(rest);
    let alone = !letter.chars().nth(1).is_some_and(char::is_alphanumeric);
    let (factor, rest) = match letter.chars().next() {
        Some('k' | 'K') if alone => (1e3, &letter[1..]),
        Some('m' | 'M') if alone => (1e6, &letter[1..]),
        _ => (1.0, rest),
    };
    let written = text[..end].replace('_', "");
    let groups = |mark: char| {
        let mut parts = written.split(mark);
        parts
            .next()
            .is_some_and(|first| (1..=3).contains(&first.len()))
            && parts.all(|part| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let number = if written.contains(',') && !groups(',') && !written.contains('.') {
        // A decimal comma: `1,5M`.
        written.replace(',', ".")
    } else if factor == 1.0 && written.contains('.') && groups('.') {
        written.replace('.', "")
    } else {
        written.replace(',', "")
    };
    Some((number.parse::<f64>().ok()? * factor, rest))
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
            ("1.2M tokens", Some(1_200_000)),
            ("15k-20k", Some(20_000)),
            ("15,000", Some(15_000)),
            ("15.000", Some(15_000)),
            ("1,5M", Some(1_500_000)),
            ("15 K", Some(15_000)),
            ("up to 20k", Some(20_000)),
            ("-5", None),
            ("NaN", None),
            ("1e400", None),
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
