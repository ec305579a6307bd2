//! What every provider promises, as tests that any implementor can run.
//!
//! A [`Subject`] is a provider with a request that it answers and, where that can be had, one that makes it fail.
//! [`conformance!`](crate::conformance) makes one test for each promise:
//!
//! ```
//! use wavecrew_providers::testing::Subject;
//! use wavecrew_providers::{ErrorKind, Request, Scripted, ProviderError};
//!
//! fn subject() -> Subject {
//!     let down = ProviderError::new(ErrorKind::Overloaded, "model", "try later");
//!     Subject::new(Scripted::by(|_| Ok("hello")), Request::prompt("hi"))
//!         .failing(Scripted::by(move |_| Err::<&str, _>(down.clone())), ErrorKind::Overloaded)
//! }
//!
//! wavecrew_providers::conformance!(subject());
//! # wavecrew_providers::testing::all(&subject());
//! ```
//!
//! The expression is evaluated anew for each test. A back-end makes its subject of a local server, a wrapper of itself
//! around [`Scripted`](crate::Scripted). Tests run on a tokio runtime of their own, with paused time where nothing else
//! is under way; [`Subject::secret`] names what must not appear in any text.

mod promises;
mod subject;

pub use self::promises::*;
pub use self::subject::Subject;

/// Makes a test of each [promise](crate::testing) for the provider that the expression gives, a
/// [`Subject`](crate::testing::Subject).
#[macro_export]
macro_rules! conformance {
    ($subject:expr) => {
        $crate::conformance!(@each $subject,
            has_a_name, answers_whole, names_who_answered, streams_what_it_answers, streams_end_once,
            answers_many_at_once, survives_a_call_that_is_given_up, survives_a_stream_that_is_dropped,
            is_the_same_behind_a_pointer, fails_as_it_says, fails_alike_when_streamed, tells_errors_safely,
            keeps_secrets, keeps_to_the_limits_of_a_call);
    };
    (@each $subject:expr, $($promise:ident),*) => {
        $(
            #[test]
            fn $promise() {
                $crate::testing::run($crate::testing::$promise($subject));
            }
        )*
    };
}
