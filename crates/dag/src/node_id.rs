use std::fmt;

/// The position of a node in its [`Dag`](crate::Dag): 0 for the node that was added first.
///
/// An id means something only together with the graph that gave it out (or one made from it by
/// [`Dag::map`](crate::Dag::map)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The id at `index`.
    ///
    /// # Panics
    ///
    /// If `index` is not below 2³² − 1, more nodes than a graph can hold.
    #[must_use]
    #[inline]
    pub fn from_index(index: usize) -> Self {
        match u32::try_from(index) {
            Ok(raw) if raw < u32::MAX => Self(raw),
            _ => panic!("node index {index} is beyond what a graph can hold"),
        }
    }

    /// The position as an index into slices that hold one value per node.
    #[must_use]
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
