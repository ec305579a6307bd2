use super::*;

fn check(text: &str, expected: &str, taken: &str) {
    let (amount, end) = read_amount(text).unwrap_or_else(|| panic!("{text} is an amount"));
    assert_eq!(
        (amount.to_string().as_str(), &text[..end]),
        (expected, taken)
    );
}

#[test]
fn amounts() {
    check("225 workers", "225", "225");
    check("3-5x speedup", "3x to 5x", "3-5x");
    check("65-67 h", "65 h to 67 h", "65-67 h");
    check("1.5-2 hours", "1.5 h to 2 h", "1.5-2 hours");
    check("~$33 a month", "about $33", "~$33");
    check("$12.18", "$12.18", "$12.18");
    check("≤ 30 min", "at most 30 min", "≤ 30 min");
    check("**84K tokens**", "84K tokens", "**84K tokens");
    check("98% reduction", "98%", "98%");
    check("4,500 minutes", "75 h", "4,500 minutes");
    check("1h 30m of work", "1.5 h", "1h 30m");
    check("30min - 1h", "30 min to 1 h", "30min - 1h");
    check("up to 8 concurrent", "at most 8", "up to 8");
    check("50K+ tokens", "at least 50000", "50K+");
    check("2 days", "2 days", "2 days");
    check("5-minute timeout", "5 min", "5-minute");
    check("0.6s interval", "0.6 s", "0.6s");
    check("2 × 3", "2", "2");
}

#[test]
fn what_is_no_amount() {
    for text in [
        "",
        "workers",
        "1.2.3",
        "h 2",
        "99999999999999999999 h",
        "5-3 h",
    ] {
        assert_eq!(read_amount(text), None, "{text}");
    }
}

#[test]
fn what_an_amount_admits() {
    let (hours, _) = read_amount("1.67 hours").expect("an amount");
    assert!(hours.admits(6000 * i128::from(Amount::ONE)));
    assert!(!hours.admits(5400 * i128::from(Amount::ONE)));
    let (about, _) = read_amount("~42 h").expect("an amount");
    let (close, _) = read_amount("41 h").expect("an amount");
    assert!(about.agrees_with(&close));
    assert!(!about.as_digits().agrees_with(&close));
    let (round, _) = read_amount("~40 h").expect("an amount");
    assert!(round.as_digits().agrees_with(&close));
    let (below, _) = read_amount("< 10K tokens").expect("an amount");
    assert!(!below.admits(10_000 * i128::from(Amount::ONE)));
    let (bound, _) = read_amount("up to 8").expect("an amount");
    assert!(bound.admits(3) && !bound.admits(9 * i128::from(Amount::ONE)));
}
