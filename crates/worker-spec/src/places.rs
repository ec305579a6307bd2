//! The places that values carry: moved, or taken away to compare what is said.

use std::collections::HashMap;
use std::sync::Arc;

use crate::{
    Boundaries, Checkpoint, Deliverable, Diagnostic, Edge, EdgeMention, Fence, Figures, Group,
    GroupDependency, HeaderField, Item, Listing, Location, PathMention, Plan, Risk, Rule, Section,
    SpecForm, Statement, Task, TestCommand, TestFence, WorkerSpec,
};

/// Something that carries places.
pub(crate) trait Places {
    /// Calls `change` with every place in it.
    fn places(&mut self, change: &mut dyn FnMut(&mut Location));
}

impl Plan {
    /// The plan as it would be had it stood elsewhere: all places are blank, nothing says where edges and members are stated, and
    /// edges are in the order of the tasks that wait. What the text around the plan reckons ([`Plan::figures`]) is left out,
    /// for it is about that text, and so is what a statement's words come to, which each reader takes from them anew.
    ///
    /// Two plans say the same when these are equal. That is what reading back what [`write`](crate::write) made gives.
    ///
    /// # Complexity
    ///
    /// Linear in the size of the plan, and O(edges log edges).
    #[must_use]
    pub fn without_places(&self) -> Plan {
        let mut plan = Plan {
            figures: Figures::default(),
            ..self.clone()
        };
        let blank = Location {
            file: Arc::from(""),
            span: 0..0,
            line: 1,
            column: 1,
        };
        plan.places(&mut |location| location.clone_from(&blank));
        for task in &mut plan.tasks {
            task.claimed_at.clear();
            if let Some(spec) = &mut task.spec {
                Arc::make_mut(spec).form = SpecForm::default();
            }
        }
        for edge in &mut plan.edges {
            edge.stated_in.clear();
            edge.locations.clear();
        }
        for group in &mut plan.groups {
            group.listed.clear();
        }
        for statement in &mut plan.statements {
            statement.amount = None;
            statement.tasks.clear();
            statement.places.clear();
        }
        let order: HashMap<&str, usize> = plan
            .tasks
            .iter()
            .enumerate()
            .map(|(at, task)| (task.id.as_str(), at))
            .collect();
        let place = |id: &str| order.get(id).copied();
        plan.edges
            .sort_by_key(|edge| (place(&edge.to), place(&edge.from)));
        plan
    }
}

impl<P: Places> Places for Vec<P> {
    fn places(&mut self, change: &mut dyn FnMut(&mut Location)) {
        for part in self {
            part.places(change);
        }
    }
}

impl<P: Places> Places for Option<P> {
    fn places(&mut self, change: &mut dyn FnMut(&mut Location)) {
        if let Some(part) = self {
            part.places(change);
        }
    }
}

impl<P: Places + Clone> Places for Arc<P> {
    fn places(&mut self, change: &mut dyn FnMut(&mut Location)) {
        Arc::make_mut(self).places(change);
    }
}

impl Places for Location {
    fn places(&mut self, change: &mut dyn FnMut(&mut Location)) {
        change(self);
    }
}

/// Implements [`Places`] for a struct by its fields that carry places. The fields without any are named too, so that a
/// new field cannot be forgotten.
macro_rules! places {
    ($($type:ident { $($with:ident),* $(; $($without:ident),*)? })*) => {
        $(impl Places for $type {
            fn places(&mut self, change: &mut dyn FnMut(&mut Location)) {
                let $type { $($with,)* $($($without: _,)*)? } = self;
                $($with.places(change);)*
            }
        })*
    };
}

places! {
    Plan { tasks, edges, groups, checkpoints, statements, rules, risks; title, figures }
    Task {
        depends_on_groups, spec, claimed_at, location;
        id, aliases, title, group, estimate, tokens, agent, model, complexity, status, parallel, claims, details
    }
    GroupDependency { location; name, groups }
    Edge { locations; from, to, kind, stated_in }
    EdgeMention { location; from, to, reference, kind, stated_in }
    Group { location, listed; id, kind, title, stated_tasks, stated_duration, tasks, prerequisites }
    Listing { location; tasks }
    Checkpoint { commands, location; group, title }
    Rule { location; pattern, agent, model }
    Risk { location; risk, likelihood, impact, mitigation }
    Statement { places, location; subject, value, amount, tasks, case, group, or_whole }
    WorkerSpec {
        header, sections, deliverables, deliverable_notes, result_files, required_files, criteria, boundaries, mitigation, tests,
        test_results_format, notes, location;
        id, title, classification, form
    }
    HeaderField { location; name, value }
    Section { location; name, heading, text }
    Item { location; text, done }
    Deliverable { location; path, action }
    PathMention { location; path }
    Boundaries { can, cannot, other; writable }
    TestFence { commands, location; language }
    TestCommand { location; text }
    Fence { location; language, info, path, text }
}

impl Places for Diagnostic {
    fn places(&mut self, change: &mut dyn FnMut(&mut Location)) {
        self.location.places(change);
        for related in &mut self.related {
            change(&mut related.location);
        }
        if let Some(fix) = &mut self.fix {
            change(&mut fix.location);
        }
    }
}
