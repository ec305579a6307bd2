/// The way that time runs while a schedule is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sense {
    Forwards,
    /// From the end: who waited is waited for, and releases hold nobody up.
    Backwards,
}

impl Sense {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Forwards => Self::Backwards,
            Self::Backwards => Self::Forwards,
        }
    }
}
