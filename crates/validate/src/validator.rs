use std::fmt;

use crate::Report;

/// A check of a `T` that adds what it finds to a [`Report`].
///
/// # Contract
///
/// Implementors neither block nor touch the world: what they say depends on the subject alone. They
/// collect every finding instead of stopping at the first, and add a check for what they looked at
/// also when it passes, so that the report shows what was checked. A validator that does not apply
/// to a subject (a JSON check and a Python file) adds nothing.
///
/// Closures `Fn(&T, &mut Report)` are validators, and the trait is dyn-safe.
pub trait Validator<T: ?Sized>: Send + Sync {
    /// Checks `subject` and adds the verdicts to `report`.
    fn validate(&self, subject: &T, report: &mut Report);
}

impl<T: ?Sized, F> Validator<T> for F
where
    F: Fn(&T, &mut Report) + Send + Sync,
{
    fn validate(&self, subject: &T, report: &mut Report) {
        self(subject, report);
    }
}

/// Runs many validators in order, all of them whatever the first ones say.
pub struct All<T: ?Sized> {
    validators: Vec<Box<dyn Validator<T>>>,
}

impl<T: ?Sized> All<T> {
    /// No validator yet.
    pub fn new() -> All<T> {
        All {
            validators: Vec::new(),
        }
    }

    /// Adds one validator at the end.
    #[must_use]
    pub fn with(mut self, validator: impl Validator<T> + 'static) -> All<T> {
        self.validators.push(Box::new(validator));
        self
    }

    /// How many validators there are.
    pub fn len(&self) -> usize {
        self.validators.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.validators.is_empty()
    }
}

impl<T: ?Sized> Default for All<T> {
    fn default() -> All<T> {
        All::new()
    }
}

impl<T: ?Sized> fmt::Debug for All<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("All")
            .field("validators", &self.validators.len())
            .finish()
    }
}

impl<T: ?Sized> Validator<T> for All<T> {
    fn validate(&self, subject: &T, report: &mut Report) {
        for validator in &self.validators {
            validator.validate(subject, report);
        }
    }
}
