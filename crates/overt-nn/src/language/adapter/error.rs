//! Why an adapter cannot be put on a model.

use overt_fault::Hint;

/// What is wrong with an adapter, by itself or together with its base.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum AdapterError {
    /// The folder is no adapter.
    #[error("the adapter's folder holds no `{file}`")]
    NoFile { file: &'static str, is_model: bool },

    /// A file that runs code when it is read.
    #[error(
        "`{file}` is a pickle, which runs code when it is read; expected `adapter_model.safetensors`"
    )]
    Pickle { file: &'static str },

    /// The configuration is not the JSON that is expected.
    #[error("`adapter_config.json` is not readable: {source}")]
    Json { source: serde_json::Error },

    /// A method that is not LoRA.
    #[error("the adapter's `peft_type` is {got}, expected LORA")]
    Kind { got: String },

    /// A key has a value that this engine does not compute.
    #[error("adapter_config.json: `{key}` is {got}, expected {expected}")]
    Key { key: String, got: String, expected: String },

    /// A key that could matter, and that this engine does not know.
    #[error("adapter_config.json: `{key}` is {value}, and this engine does not know what it means")]
    KeyUnknown { key: String, value: String },

    /// A tensor of a kind that LoRA does not have.
    #[error("the adapter holds `{tensor}`, which is no tensor of a LoRA adapter")]
    Tensor { tensor: String },

    /// Without this tensor the others mean nothing.
    #[error("the adapter lacks `{tensor}`, which `{module}` needs")]
    Lacks { module: String, tensor: String },

    /// None of the tensors belongs to a part of the model.
    #[error(
        "the adapter fits no module of this model: none of its {n} modules is there, such as `{first}`"
    )]
    MatchesNothing { n: usize, first: String, nearest: Option<String> },

    /// Some of the tensors belong to no part of the model.
    #[error("the adapter fits {matched} of its {n} modules; the model has no `{first}`")]
    MatchesSome { matched: usize, n: usize, first: String, nearest: Option<String> },

    /// The configuration names a module for which there are no tensors.
    #[error("the adapter holds nothing for `{module}`, which `target_modules` names")]
    Partial { module: String },

    /// Tensors that the configuration does not name, which PEFT would leave out.
    #[error("the adapter holds tensors for `{module}`, which `target_modules` does not name")]
    NotTargeted { module: String },

    /// The adapter was made for another shape of the module.
    #[error("`{module}`: `{tensor}` has shape {got:?}, expected {expected:?}")]
    Shape { module: String, tensor: String, expected: Vec<usize>, got: Vec<usize> },

    /// An adapter fresh from its start.
    #[error(
        "the adapter adds nothing: the product or the scale of each of its {n} modules is zero"
    )]
    Zero { n: usize },

    /// The weights of the base are not those that were recorded.
    #[error("the adapter was recorded for a base with digest {expected}, this base has {got}")]
    Base { expected: String, got: String },

    /// A bias that cannot be merged.
    #[error("`{module}` has no bias that the one of its adapter could be merged with")]
    NoBias { module: String },

    /// A part that the model uses in two places.
    #[error("the adapter replaces `{module}`, which this model also uses as its head")]
    Shared { module: String },
}

impl Hint for AdapterError {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoFile { is_model: true, .. } => {
                "this folder is a whole model: give it as MODEL, without `--adapter`".to_owned()
            }
            Self::NoFile { .. } => "an adapter is a PEFT folder: adapter_config.json, \
                                    adapter_model.safetensors"
                .to_owned(),
            Self::Pickle { .. } => "write it anew where you trust it: load it with PEFT and call \
                                    `save_pretrained(FOLDER, safe_serialization=True)`"
                .to_owned(),
            Self::Json { .. } => "the file may be cut off: copy the adapter again".to_owned(),
            Self::Kind { .. } => "merge it with PEFT (`merge_and_unload`) where the method can be \
                                  merged, and open the merged model"
                .to_owned(),
            Self::Key { key, .. } if key == "init_lora_weights" => {
                "this start changes the weights of the base: save it with PEFT as plain LoRA \
                 (`path_initial_model_for_weight_conversion`)"
                    .to_owned()
            }
            Self::Key { .. } | Self::KeyUnknown { .. } => {
                "a key that is ignored could change every number; set it to null if it is inert"
                    .to_owned()
            }
            Self::MatchesNothing { nearest, .. } | Self::MatchesSome { nearest, .. } => {
                let was = "the adapter was made for another model or by another program";
                match nearest {
                    Some(near) => format!("{was}; the nearest module here is `{near}`"),
                    None => was.to_owned(),
                }
            }
            Self::Tensor { .. } => "PEFT writes names such as \
                                    `base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight`; \
                                    names of other programs are to be converted first"
                .to_owned(),
            Self::Lacks { .. } | Self::Partial { .. } => {
                "the file may be cut off or saved in parts: save the adapter again".to_owned()
            }
            Self::NotTargeted { .. } => "PEFT would leave these tensors out without an error; \
                                         adapter_config.json must come from the same training"
                .to_owned(),
            Self::Shape { tensor, expected, got, .. } => {
                let turned = got.iter().rev().eq(expected.iter());
                let rank = usize::from(tensor.ends_with("lora_B.weight"));
                let other_rank = tensor.contains("lora_")
                    && expected.len() == got.len()
                    && expected.get(1 - rank) == got.get(1 - rank);
                if other_rank {
                    "`r` or `rank_pattern` says another rank: adapter_config.json must come from the same training"
                        .to_owned()
                } else if turned && expected.len() > 1 {
                    "it lies the wrong way round: PEFT stores lora_A as [rank, in] and lora_B as \
                     [out, rank]"
                        .to_owned()
                } else {
                    "the adapter was made for another base, or after its vocabulary was enlarged: \
                     give the model that it was trained on"
                        .to_owned()
                }
            }
            Self::NoBias { .. } => "leave the adapter beside the weights".to_owned(),
            Self::Zero { .. } => "an adapter begins like this: give the one that was trained".to_owned(),
            Self::Base { .. } => {
                "give the base that the adapter was trained on, or remove `overt-base.json`".to_owned()
            }
            Self::Shared { .. } => {
                "merge it with PEFT, and open the merged model".to_owned()
            }
        };
        Some(hint)
    }
}
