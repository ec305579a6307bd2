//! Which part of a plan is meant.

use clap::Args;
use wavecrew::Selection;

/// Tasks by ids, or groups by names. Each flag may be given several times; a task has to be meant by all that are given.
#[derive(Clone, Debug, Args)]
pub struct SelectionArgs {
    /// These tasks or groups and no others; what they wait for counts as done
    #[arg(long, value_name = "ID")]
    pub only: Vec<String>,
    /// These tasks or groups, and all that they wait for
    #[arg(long, value_name = "ID")]
    pub until: Vec<String>,
    /// These tasks or groups, and all that waits for them
    #[arg(long, value_name = "ID")]
    pub from: Vec<String>,
}

impl SelectionArgs {
    /// What they mean.
    pub fn selection(&self) -> Selection {
        Selection {
            only: self.only.clone(),
            until: self.until.clone(),
            from: self.from.clone(),
        }
    }
}
