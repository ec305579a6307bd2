//! What tokens cost, in exact money.

mod litellm;
mod priced;
mod rates;
mod table;

pub use self::litellm::ImportedPrices;
pub use self::priced::Priced;
pub use self::rates::{ModelPrice, Rates};
pub use self::table::{PriceError, PriceTable};
