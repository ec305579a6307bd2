use std::fmt;

/// An amount of money, exact: whole picos (10⁻¹²) of whatever currency its prices are in.
///
/// A price of 3.00 for a million tokens is 3,000,000 picos for each.
///
/// ```
/// use wavecrew_dag::Money;
///
/// let price = Money::from_picos(3_000_000);
/// assert_eq!(price.times(1_500_000).map(|sum| sum.to_string()).as_deref(), Some("4.50"));
/// assert_eq!(price.to_string(), "0.000003");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(transparent)
)]
pub struct Money(u128);

const ONE: u128 = 1_000_000_000_000;

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many picos.
    #[must_use]
    pub const fn from_picos(picos: u128) -> Self {
        Self(picos)
    }

    /// How many picos it is.
    #[must_use]
    pub const fn picos(self) -> u128 {
        self.0
    }

    /// Both together, unless that is beyond `u128`.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// So many times as much, unless that is beyond `u128`.
    #[must_use]
    pub fn times(self, count: u64) -> Option<Self> {
        self.0.checked_mul(u128::from(count)).map(Self)
    }
}

/// A decimal number with as many places as it needs, at least two; nothing is rounded.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = format!("{:012}", self.0 % ONE);
        let needed = places.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0 / ONE, &places[..needed])
    }
}
