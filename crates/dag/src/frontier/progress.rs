use super::NodeState;

/// What has become of a node, and while it waits, how many predecessors have not let it go: in one
/// word, since both are looked at together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Progress(u32);

impl Progress {
    /// It waits for nobody, and is not ready yet.
    pub(super) const FREE: Self = Self(0);
    /// Numbers from here on stand for states.
    const STATES: u32 = u32::MAX - 7;

    /// There are never so many predecessors that they would be taken for a state.
    pub(super) fn waiting(predecessors: usize) -> Self {
        Self((predecessors as u32).min(Self::STATES - 1))
    }

    pub(super) fn is_waiting(self) -> bool {
        self.0 < Self::STATES
    }

    /// One more lets the node go; says whether it was the last. Nothing happens to a node that does
    /// not wait.
    pub(super) fn is_let_go(&mut self) -> bool {
        let waits = self.is_waiting();
        self.0 -= u32::from(waits);
        waits && *self == Self::FREE
    }

    /// One more is waited for.
    pub(super) fn wait_for_one_more(&mut self) {
        self.0 = if self.is_waiting() { self.0 + 1 } else { 1 };
    }

    pub(super) fn state(self) -> NodeState {
        match self.0.wrapping_sub(Self::STATES) {
            0 => NodeState::Ready,
            1 => NodeState::Running,
            2 => NodeState::Succeeded,
            3 => NodeState::Failed,
            4 => NodeState::Skipped,
            5 => NodeState::Split,
            _ => NodeState::Waiting,
        }
    }
}

/// `Waiting` is one that waits for nobody.
impl From<NodeState> for Progress {
    fn from(state: NodeState) -> Self {
        let number = match state {
            NodeState::Waiting => return Self::FREE,
            NodeState::Ready => 0,
            NodeState::Running => 1,
            NodeState::Succeeded => 2,
            NodeState::Failed => 3,
            NodeState::Skipped => 4,
            NodeState::Split => 5,
        };
        Self(Self::STATES + number)
    }
}
