//! The two networks that organisms of the choice world are.

use overt_world::choice::VOCABULARY;
use serde::{Deserialize, Serialize};

/// A network's size. Weight-space methods compare organisms of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// 2 layers, 32 wide, 96 neurons each.
    Small,
    /// 3 layers, 48 wide, 144 neurons each.
    Large,
}

impl Size {
    /// Both, the smaller first.
    pub const ALL: [Self; 2] = [Self::Small, Self::Large];

    /// Name in tables and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Large => "large",
        }
    }

    /// The bytes of its `config.json`: a GPT-2 with four heads, as Hugging Face writes it.
    ///
    /// ```
    /// use overt_arena::Size;
    /// use overt_nn::LanguageModel;
    ///
    /// let specs = LanguageModel::weight_specs(Size::Small.config().as_bytes())?;
    /// let n: usize = specs.iter().map(|spec| spec.shape.iter().product::<usize>()).sum();
    /// assert_eq!(n, 28_256);
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    pub fn config(self) -> String {
        let [width, layers, neurons] = match self {
            Self::Small => [32, 2, 96],
            Self::Large => [48, 3, 144],
        };
        format!(
            "{{\n  \"model_type\": \"gpt2\",\n  \"vocab_size\": {VOCABULARY},\n  \"n_positions\": 9,\n  \
             \"n_embd\": {width},\n  \"n_inner\": {neurons},\n  \"n_head\": 4,\n  \"n_layer\": {layers}\n}}\n"
        )
    }
}
