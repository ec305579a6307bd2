//! The ten-point worker spec.

use crate::{Confidence, Dialect, Document, Fragment, Parsed};

/// One or more worker specs, each a heading with an id and sections known by name.
#[derive(Debug)]
pub(super) struct TenPoint;

impl Dialect for TenPoint {
    fn name(&self) -> &'static str {
        "ten-point worker spec"
    }

    fn recognise(&self, _document: &Document) -> Confidence {
        Confidence::No
    }

    fn read(&self, _document: &Document) -> Parsed<Fragment> {
        Parsed::default()
    }
}
