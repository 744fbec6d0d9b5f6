//! Hints of errors that come from outside of Overt.

use crate::{Blame, Hint};

/// Errors that nobody can do anything about who has no more than their message.
macro_rules! without_hint {
    ($($error:ty),* $(,)?) => {
        $(impl Hint for $error {
            fn hint(&self) -> Option<String> {
                None
            }

            fn blame(&self) -> Blame {
                Blame::Run
            }
        })*
    };
}

without_hint!(
    std::io::Error,
    std::num::TryFromIntError,
    std::num::ParseIntError,
    std::num::ParseFloatError,
    std::array::TryFromSliceError,
    std::string::FromUtf8Error,
);

#[cfg(feature = "json")]
impl Hint for serde_json::Error {
    fn hint(&self) -> Option<String> {
        Some("write it anew with the command that wrote it".to_owned())
    }
}

#[cfg(feature = "toml")]
impl Hint for toml::de::Error {
    fn hint(&self) -> Option<String> {
        Some("`recipes/` holds examples".to_owned())
    }
}

#[cfg(feature = "toml")]
without_hint!(toml::ser::Error);
