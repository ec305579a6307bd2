//! What a document says may go wrong.

use serde::{Deserialize, Serialize};

use crate::Location;

/// A row of a risk table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Risk {
    /// What may go wrong.
    pub risk: String,
    /// How likely it is, as written.
    pub likelihood: Option<String>,
    /// How much harm it would do, as written.
    pub impact: Option<String>,
    /// What is done about it.
    pub mitigation: Option<String>,
    /// Where it stands.
    pub location: Location,
}
