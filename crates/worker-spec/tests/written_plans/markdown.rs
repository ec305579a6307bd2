//! Our own form.

use proptest::prelude::*;
use wavecrew_worker_spec::{Document, read, write};

use crate::arbitrary::plan;
use crate::difference;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_plan_is_read_back_as_it_is(plan in plan()) {
        let written = write::to_markdown(&plan);
        let again = read(&[Document::new("plan.md", written.as_str())]).value;
        if let Some(difference) = difference(&again.without_places(), &plan.without_places()) {
            return Err(TestCaseError::fail(format!("{difference}\n{written}")));
        }
        prop_assert_eq!(write::to_markdown(&again), written, "writing is stable");
    }
}
