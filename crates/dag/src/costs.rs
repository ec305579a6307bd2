use crate::{Dag, Money, NodeId, Waves};

/// Three guesses at one figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Spread<V> {
    /// The least that it may come to.
    pub least: V,
    /// What is expected.
    pub expected: V,
    /// The most that it may come to.
    pub most: V,
}

impl<V: Copy> Spread<V> {
    /// A figure that is known.
    pub const fn exactly(value: V) -> Self {
        Self {
            least: value,
            expected: value,
            most: value,
        }
    }
}

/// What one node reads and writes, and at what price.
///
/// Models and their prices are the caller's business; a node that is done without a model costs
/// nothing, as [`TokenUse::default`] says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TokenUse {
    /// Tokens that are read, all attempts together.
    pub input: Spread<u64>,
    /// Tokens that are written.
    pub output: Spread<u64>,
    /// The price of each token read.
    pub input_price: Money,
    /// The price of each token written.
    pub output_price: Money,
}

/// What the nodes of a graph cost, each and all together, in exact money.
///
/// ```
/// use wavecrew_dag::{Costs, DagBuilder, Money, Spread, TokenUse, Waves};
///
/// let mut builder = DagBuilder::new();
/// builder.node("draft", ()).node("review", ()).edge("draft", "review");
/// let dag = builder.build()?;
/// let draft = TokenUse {
///     input: Spread::exactly(2_000),
///     output: Spread { least: 500, expected: 1_000, most: 4_000 },
///     input_price: Money::from_picos(3_000_000), // 3.00 for a million
///     output_price: Money::from_picos(15_000_000),
/// };
/// let costs = Costs::new(&dag, &[draft, TokenUse::default()])?;
/// assert_eq!(costs.total.expected.to_string(), "0.021");
/// let waves = costs.by_wave(&Waves::levels(&dag))?;
/// assert_eq!(waves[0].most.to_string(), "0.066");
/// assert_eq!(waves[1].most, Money::ZERO);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Costs {
    /// The cost of each node, indexed by [`NodeId`].
    pub nodes: Vec<Spread<Money>>,
    /// All together. The least and the most are those of every node, so both are less likely the
    /// more nodes there are.
    pub total: Spread<Money>,
}

impl Costs {
    /// Computes them. `uses` holds one value per node, indexed by [`NodeId`]. O(V).
    ///
    /// # Errors
    ///
    /// If there is not one use per node, if a least guess is above an expected one or that above
    /// the most, or if an amount is beyond `u128`.
    pub fn new<T>(dag: &Dag<T>, uses: &[TokenUse]) -> Result<Self, CostError> {
        if uses.len() != dag.len() {
            return Err(CostError::WrongLength {
                expected: dag.len(),
                found: uses.len(),
            });
        }
        let mut nodes = Vec::with_capacity(uses.len());
        let mut total = Spread::default();
        for (node, tokens) in dag.nodes().zip(uses) {
            let id = || dag.id(node).to_owned();
            if !is_ordered(tokens.input) || !is_ordered(tokens.output) {
                return Err(CostError::OutOfOrder { id: id() });
            }
            let cost = cost(tokens).ok_or_else(|| CostError::Overflow { id: id() })?;
            total = plus(total, cost).ok_or_else(|| CostError::Overflow { id: id() })?;
            nodes.push(cost);
        }
        Ok(Self { nodes, total })
    }

    /// The cost of each wave. O(V).
    ///
    /// # Errors
    ///
    /// If an amount is beyond `u128`, which only waves that hold a node twice can bring about.
    ///
    /// # Panics
    ///
    /// If the waves hold nodes of another, larger graph.
    pub fn by_wave(&self, waves: &Waves) -> Result<Vec<Spread<Money>>, CostError> {
        let of_wave = |wave: &[NodeId]| {
            wave.iter().try_fold(Spread::default(), |sum, node| {
                let id = || node.to_string();
                let sum = plus(sum, self.nodes[node.index()]);
                sum.ok_or_else(|| CostError::Overflow { id: id() })
            })
        };
        waves.iter().map(of_wave).collect()
    }
}

fn is_ordered(tokens: Spread<u64>) -> bool {
    tokens.least <= tokens.expected && tokens.expected <= tokens.most
}

fn cost(tokens: &TokenUse) -> Option<Spread<Money>> {
    let cost = |input, output| {
        let input = tokens.input_price.times(input)?;
        input.plus(tokens.output_price.times(output)?)
    };
    Some(Spread {
        least: cost(tokens.input.least, tokens.output.least)?,
        expected: cost(tokens.input.expected, tokens.output.expected)?,
        most: cost(tokens.input.most, tokens.output.most)?,
    })
}

fn plus(a: Spread<Money>, b: Spread<Money>) -> Option<Spread<Money>> {
    Some(Spread {
        least: a.least.plus(b.least)?,
        expected: a.expected.plus(b.expected)?,
        most: a.most.plus(b.most)?,
    })
}

/// Figures that no costs can be computed from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CostError {
    /// There is not one use of tokens per node.
    #[error("uses: expected one per node, that is {expected}, but found {found}")]
    WrongLength {
        /// The number of nodes.
        expected: usize,
        /// The number of uses.
        found: usize,
    },
    /// A least guess is above an expected one, or that above the most.
    #[error(
        "tokens of `{id}`: the least must not be above what is expected, nor that above the most"
    )]
    OutOfOrder {
        /// The node.
        id: String,
    },
    /// An amount does not fit into `u128`.
    #[error("costs up to `{id}` add up to more than 2^128 - 1 picos")]
    Overflow {
        /// The first node with which it becomes too much.
        id: String,
    },
}
