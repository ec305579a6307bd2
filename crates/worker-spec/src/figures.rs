//! What a document reckons: equations, savings, and tables with numbers.

use serde::{Deserialize, Serialize};

use crate::{Amount, Location, Subject};

/// What the documents reckon, as they write it; whether it is right is for others to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Figures {
    /// `225 workers × 20 min = 75 hours`.
    pub equations: Vec<Equation>,
    /// `98 % less (75 h → 1.5 h)`.
    pub savings: Vec<Saving>,
    /// Tables with columns of amounts.
    pub tables: Vec<FigureTable>,
}

impl Figures {
    /// Whether nothing is reckoned.
    pub fn is_empty(&self) -> bool {
        self.equations.is_empty() && self.savings.is_empty() && self.tables.is_empty()
    }

    /// Adds what another document reckons.
    pub fn append(&mut self, other: Figures) {
        self.equations.extend(other.equations);
        self.savings.extend(other.savings);
        self.tables.extend(other.tables);
    }
}

/// Expressions with equal signs between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Equation {
    /// The sides; two at least.
    pub sides: Vec<Expression>,
    /// The whole equation.
    pub location: Location,
}

/// Terms with operators between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Expression {
    /// The terms; one at least. The operator of the first one is [`Operator::Plus`].
    pub terms: Vec<Term>,
    /// The expression as written.
    pub text: String,
    /// Where it stands.
    pub location: Location,
}

/// A number in an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Term {
    /// What is done with it.
    pub operator: Operator,
    /// The number.
    pub amount: Amount,
    /// What it is divided by: of `$0.03/1K` a thousand, of `83 requests/min` a minute.
    pub per: Option<Amount>,
}

/// What is done with a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// It is added.
    Plus,
    /// It is taken away.
    Minus,
    /// It is multiplied by what stands before it.
    Times,
    /// What stands before it is divided by it.
    Over,
}

/// A share that is said to be saved when one amount becomes another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Saving {
    /// The share.
    pub share: Amount,
    /// What it was.
    pub before: Amount,
    /// Where that is said.
    pub before_at: Location,
    /// What it becomes.
    pub after: Amount,
    /// Where the share is said.
    pub location: Location,
}

/// A table with at least one column of amounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FigureTable {
    /// The columns after the first one, which names the rows.
    pub columns: Vec<FigureColumn>,
    /// The rows, those of totals too.
    pub rows: Vec<FigureRow>,
    /// How many tasks there are by a heading that the table stands under, and where it says so.
    pub stated: Option<(Amount, Location)>,
    /// The heading row.
    pub location: Location,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FigureColumn {
    /// Its heading, without marks.
    pub name: String,
    /// What its total states about the plan.
    pub subject: Option<Subject>,
    /// What its numbers are.
    pub role: ColumnRole,
}

/// What the numbers of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ColumnRole {
    /// Parts that add up downwards.
    Part,
    /// An average, a price, a rate: it says nothing to add it up.
    Each,
    /// The sum or product of other columns.
    Total,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FigureRow {
    /// What the first cell says.
    pub name: String,
    /// Whether it is the line of totals.
    pub is_total: bool,
    /// The amounts, one for each column.
    pub cells: Vec<Option<Amount>>,
    /// Where the row stands.
    pub location: Location,
    /// Where each cell stands.
    pub places: Vec<Location>,
}
