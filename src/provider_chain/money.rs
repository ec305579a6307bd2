//! Money, as people write it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use wavecrew_providers::{Cost, ModelPrice, Rates};

/// Reads an exact sum in US dollars: `15`, `0.75`, `$15`. At most nine decimal places.
///
/// ```
/// use wavecrew::providers::Cost;
///
/// assert_eq!(wavecrew::dollars("0.75"), Ok(Cost::from_nano_usd(750_000_000)));
/// ```
///
/// # Errors
///
/// What is wrong with the text.
pub fn dollars(text: &str) -> Result<Cost, String> {
    let wrong = || format!("`{text}` is no sum in US dollars; `15` or `0.75` would be one");
    let plain = text.trim();
    let plain = plain.strip_prefix('$').unwrap_or(plain);
    let (whole, part) = plain.split_once('.').unwrap_or((plain, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 9 {
        return Err(wrong());
    }
    let whole: u64 = whole.parse().map_err(|_| wrong())?;
    let part: u64 = format!("{part:0<9}").parse().map_err(|_| wrong())?;
    let nano = whole.checked_mul(1_000_000_000);
    let nano = nano.and_then(|nano| nano.checked_add(part));
    nano.map(Cost::from_nano_usd).ok_or_else(wrong)
}

/// What a million tokens of a model cost, in and out: `2.50/10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenPrice {
    /// Billionths of a US dollar for a million tokens of requests.
    pub input: u64,
    /// The same for answers.
    pub output: u64,
}

impl From<TokenPrice> for ModelPrice {
    fn from(price: TokenPrice) -> Self {
        ModelPrice::new(Rates::new(price.input, price.output))
    }
}

impl FromStr for TokenPrice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((input, output)) = text.split_once('/') else {
            return Err(format!(
                "`{text}` is no price; two sums in US dollars for a million tokens in and out are meant, as in `2.50/10`"
            ));
        };
        Ok(Self {
            input: dollars(input)?.nano_usd(),
            output: dollars(output)?.nano_usd(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenPrice, dollars};

    #[test]
    fn sums_are_exact_or_refused() {
        for (text, nano) in [
            ("15", 15_000_000_000),
            ("$0.000000001", 1),
            (" 2.50 ", 2_500_000_000),
            ("0", 0),
        ] {
            assert_eq!(dollars(text).map(|sum| sum.nano_usd()), Ok(nano), "{text}");
        }
        for wrong in [
            "",
            "-1",
            "1e3",
            "1.",
            ".5",
            "1.0000000001",
            "15 USD",
            "1,5",
            "99999999999999",
        ] {
            assert!(dollars(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_price_has_two_sums() {
        let price: TokenPrice = "2.50/10".parse().expect("a price");
        assert_eq!((price.input, price.output), (2_500_000_000, 10_000_000_000));
        assert!("2.50".parse::<TokenPrice>().is_err());
        assert!("2.50/10/3".parse::<TokenPrice>().is_err());
    }
}
