//! Times, tokens and money as people write them.

use wavecrew::Unit;
use wavecrew::providers::Cost;

/// `34 h`, `1 h 40 min`, `45 s`; `138 K tokens`.
pub fn amount(ticks: u64, unit: Unit) -> String {
    match unit {
        Unit::Tokens if ticks.is_multiple_of(1000) && ticks > 0 => {
            format!("{} K tokens", ticks / 1000)
        }
        Unit::Tokens => format!("{ticks} tokens"),
        Unit::Seconds => time(ticks),
    }
}

fn time(seconds: u64) -> String {
    let parts = [
        (seconds / 3600, "h"),
        (seconds % 3600 / 60, "min"),
        (seconds % 60, "s"),
    ];
    let shown: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n} {unit}"))
        .collect();
    if shown.is_empty() {
        "0 s".to_owned()
    } else {
        shown.join(" ")
    }
}

/// `1 call`, `2 calls`.
pub fn counted(number: u64, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        more => format!("{more} {what}s"),
    }
}

/// A sum as programs read it.
pub fn dollars_json(nano: u64) -> f64 {
    nano as f64 / 1e9
}

/// A sum as people write it, rounded: the same in every message.
pub fn dollars(nano: u64) -> String {
    Cost::from_nano_usd(nano).to_string()
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        assert_eq!(amount(0, Unit::Seconds), "0 s");
        assert_eq!(amount(6000, Unit::Seconds), "1 h 40 min");
        assert_eq!(amount(84_600, Unit::Seconds), "23 h 30 min");
        assert_eq!(amount(59, Unit::Seconds), "59 s");
        assert_eq!(amount(138_000, Unit::Tokens), "138 K tokens");
        assert_eq!(amount(1500, Unit::Tokens), "1500 tokens");
        assert_eq!(dollars(0), "$0");
        assert_eq!(dollars(1_500_000), "$0.0015");
        assert_eq!(dollars(1_060_000_000), "$1.06");
    }
}
