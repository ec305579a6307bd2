//! Settings that every network back-end has.

use super::{ApiKey, HttpOptions, Proxies};

/// What every network back-end is told.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) api_key: Option<ApiKey>,
    pub(crate) model: Option<String>,
    pub(crate) http: HttpOptions,
}

impl Settings {
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            api_key: None,
            model: None,
            http: HttpOptions::default(),
        }
    }

    /// Takes the key from the variable of this name, and the proxies from theirs.
    pub(crate) fn read(&mut self, vars: &Vars<impl Fn(&str) -> Option<String>>, key: &str) {
        self.http.proxies = Proxies::from_vars(&vars.0);
        if let Some(key) = vars.get(key) {
            self.api_key = Some(key.into());
        }
    }
}

/// Variables, of which empty ones count as unset.
pub(crate) struct Vars<F>(pub(crate) F);

impl<F: Fn(&str) -> Option<String>> Vars<F> {
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }
}

/// Writes the methods that set [`Settings`] of a config that has them as `common`: its usual name, and how its key is sent.
macro_rules! common_settings {
    ($config:ty, $name:literal, $key:literal) => {
        impl $config {
            #[doc = concat!("Calls the provider something other than `", $name, "`, in errors and reports.")]
            #[must_use]
            pub fn name(mut self, name: impl Into<String>) -> Self {
                self.common.name = name.into();
                self
            }

            #[doc = $key]
            #[must_use]
            pub fn api_key(mut self, key: impl Into<$crate::ApiKey>) -> Self {
                self.common.api_key = Some(key.into());
                self
            }

            /// Asks this model where a request names none.
            #[must_use]
            pub fn model(mut self, model: impl Into<String>) -> Self {
                self.common.model = Some(model.into());
                self
            }

            /// Bounds the calls.
            #[must_use]
            pub fn http(mut self, options: $crate::HttpOptions) -> Self {
                self.common.http = options;
                self
            }
        }
    };
}
pub(crate) use common_settings;
