//! The model: its files, their names, its tensors.

use crate::attack::{Attack, Attacked};
use crate::honest::Honest;
use crate::weights;
use serde_json::json;

const WEIGHTS: &str = "model.safetensors";
const OTHER_FILE: (&str, &str) = ("model", "signed was");
const NO_NAME: (&str, &str) = ("statement", "is no name of a file in a folder");
const NO_WEIGHTS: (&str, &str) = ("model", "the weights cannot be read");
/// Names that leave their folder, or that two systems read differently.
pub(crate) const NAMES: &[&str] = &[
    "../model.safetensors",
    "/etc/passwd",
    "a/../../b",
    "a//b",
    "a/./b",
    "",
    ".",
    "..",
    "...",
    ".hidden",
    "a/.ssh/id",
    "a/",
    "a\\b",
    "C:model",
    "model safetensors",
    "mo\u{202e}del",
    "ﬁle.json",
    "modеl.safetensors",
    "a\0b",
    "a\nb",
    "~/a",
    "$HOME/a",
    "a*",
];

pub(crate) const ATTACKS: &[Attack] = &[
    Attack::new("bit of a weight flipped", OTHER_FILE, |honest, draw| {
        with_model(honest, |model| {
            let file = model.get_mut(WEIGHTS).expect("it has weights");
            let bit = draw.place(28 * 8);
            let at = file.len() - 1 - bit / 8;
            file[at] ^= 1 << (bit % 8);
        })
    }),
    Attack::new("header of the weights written anew", OTHER_FILE, |honest, draw| {
        with_model(honest, |model| {
            let (header, data) = weights::parts(&model[WEIGHTS]);
            let spaces = " ".repeat(9 + draw.place(20));
            let header = format!("{}{spaces}", header.trim_end());
            model.insert(WEIGHTS.to_owned(), weights::join(&header, &data));
        })
    }),
    Attack::new("another configuration beside the weights", OTHER_FILE, |honest, draw| {
        with_model(honest, |model| {
            let config = format!("{{\"layers\":{}}}\n", 10 + draw.below(90));
            model.insert("config.json".to_owned(), config.into_bytes());
        })
    }),
    Attack::new("file of the model absent", ("model", "is absent"), |honest, draw| {
        with_model(honest, |model| {
            model.remove(draw.one(&["config.json", WEIGHTS]));
        })
    }),
    Attack::new("file beside the model's", ("model", "files that were not signed"), {
        |honest, draw| {
            with_model(honest, |model| {
                let name = draw.one(&["adapter.safetensors", "code.py", "a", "z"]);
                model.insert(name.to_owned(), b"more".to_vec());
            })
        }
    }),
    Attack::new("file of the model renamed", ("model", "is absent"), |honest, _| {
        with_model(honest, |model| {
            let bytes = model.remove(WEIGHTS).expect("it has weights");
            model.insert("weights.safetensors".to_owned(), bytes);
        })
    }),
    Attack::new("files changed places", OTHER_FILE, |honest, _| {
        with_model(honest, |model| {
            let [config, weights] = ["config.json", WEIGHTS].map(|name| model[name].clone());
            model.insert(WEIGHTS.to_owned(), config);
            model.insert("config.json".to_owned(), weights);
        })
    }),
    Attack::new("another model", OTHER_FILE, |honest, draw| {
        let other = Honest::draw(3_000_000 + draw.below(1_000_000)).model;
        with_model(honest, |model| *model = other)
    }),
    Attack::new("subject of another root", ("statement", "subject"), |mut honest, draw| {
        honest.statement.subject[0].digest.sha256 = draw.digest();
        honest.signed()
    }),
    Attack::new("two subjects", ("statement", "the statement cannot be read"), |honest, _| {
        honest.signed_with(|statement| {
            let one = statement["subject"][0].clone();
            statement["subject"] = json!([one, one]);
        })
    }),
    Attack::new("file of the model swapped in the statement", ("statement", "subject"), {
        |mut honest, draw| {
            honest.said().model.resources[0].digest = draw.digest();
            honest.signed()
        }
    }),
    Attack::new("model swapped in the statement after the plan", ("statement", "preReg"), {
        |mut honest, draw| {
            let before = honest.said().pre_registration;
            honest.said().model.resources[0].digest = draw.digest();
            honest.settle_subject(draw);
            honest.said().pre_registration = before;
            honest.signed()
        }
    }),
    Attack::new("tensors of another model, signed", ("model", "its tensors are"), {
        |mut honest, draw| {
            honest.said().model.tensors = draw.digest();
            honest.settle_plan(draw);
            honest.signed()
        }
    }),
    Attack::new("file of the model twice", ("statement", "is there twice"), |mut honest, draw| {
        let again = honest.said().model.resources[0].clone();
        honest.said().model.resources.push(again);
        honest.settle_subject(draw);
        honest.signed()
    }),
    Attack::new("file of the model named outside its folder", NO_NAME, |mut honest, draw| {
        draw.one(NAMES).clone_into(&mut honest.said().model.resources[0].name);
        honest.settle_subject(draw);
        honest.signed()
    }),
    Attack::new("name too long", NO_NAME, |mut honest, draw| {
        honest.said().model.resources[0].name = "a".repeat(121 + draw.place(1_000));
        honest.settle_subject(draw);
        honest.signed()
    }),
    Attack::new("weights cut off, signed", NO_WEIGHTS, |honest, draw| {
        with_weights(honest, draw, |file, draw| file.truncate(file.len() - 1 - draw.place(20)))
    }),
    Attack::new("weights with bytes behind them, signed", NO_WEIGHTS, |honest, draw| {
        with_weights(honest, draw, |file, draw| file.extend(vec![0; 1 + draw.place(20)]))
    }),
    Attack::new("weights with a giant header, signed", NO_WEIGHTS, |honest, draw| {
        with_weights(honest, draw, |file, draw| {
            let length = draw.one(&[u64::MAX, 1 << 63, (100 << 20) + 1, 1 << 20]);
            file[..8].copy_from_slice(&length.to_le_bytes());
        })
    }),
    Attack::new("weights without a header, signed", NO_WEIGHTS, |honest, draw| {
        with_weights(honest, draw, |file, draw| file.truncate(draw.place(8)))
    }),
    Attack::new("weights with an entry changed, signed", NO_WEIGHTS, |honest, draw| {
        with_weights(honest, draw, |file, draw| {
            let (header, data) = weights::parts(file);
            let (from, to) = draw.one(&[
                ("\"F32\"", "\"F64\""),
                ("\"F32\"", "\"F12\""),
                ("\"F32\"", "32"),
                ("[0,8]", "[0,9]"),
                ("[0,8]", "[8,0]"),
                ("[0,8]", "[0,18446744073709551615]"),
                ("[0,8]", "[0]"),
                ("[0,8]", "[8,16]"),
                ("[0,8]", "[0,8.0]"),
                ("\"shape\":[2]", "\"shape\":[-2]"),
                ("\"shape\":[2]", "\"shape\":[4294967296,4294967296]"),
                ("\"shape\":[2]", "\"shape\":[2],\"stride\":[1]"),
                ("\"shape\":[2]", "\"form\":[2]"),
            ]);
            *file = weights::join(&header.replacen(from, to, 1), &data);
        })
    }),
    Attack::new("header of the weights with a name twice, signed", ("model", "is there twice"), {
        |honest, draw| {
            with_weights(honest, draw, |file, draw| {
                let (header, data) = weights::parts(file);
                let again = draw.one(&[
                    "{\"head.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},",
                    "{\"seen\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},",
                ]);
                *file = weights::join(&header.replacen('{', again, 1), &data);
            })
        }
    }),
    Attack::new("header of the weights that is no JSON, signed", ("model", "header of the"), {
        |honest, draw| {
            with_weights(honest, draw, |file, draw| {
                let (_, data) = weights::parts(file);
                let header = draw.one(&["", "[]", "null", "{", "{}{}", "{\"a\":1}"]);
                *file = weights::join(header, &data);
            })
        }
    }),
    Attack::new("weights that are none, signed", ("model", "it has no weights"), {
        |mut honest, draw| {
            let bytes = honest.model.remove(WEIGHTS).expect("it has weights");
            honest.model.insert("model.bin".to_owned(), bytes);
            honest.settle_model(draw);
            honest.signed()
        }
    }),
];

/// An honest bundle beside another model.
fn with_model(
    mut honest: Honest,
    change: impl FnOnce(&mut std::collections::BTreeMap<String, Vec<u8>>),
) -> Attacked {
    let bundle = honest.seal();
    change(&mut honest.model);
    Attacked { bundle, asked: honest.asked() }
}

/// Other weights, signed as they are.
fn with_weights(
    mut honest: Honest,
    draw: &mut crate::draw::Draw,
    change: impl FnOnce(&mut Vec<u8>, &mut crate::draw::Draw),
) -> Attacked {
    change(honest.model.get_mut(WEIGHTS).expect("it has weights"), draw);
    honest.settle_model(draw);
    honest.signed()
}
