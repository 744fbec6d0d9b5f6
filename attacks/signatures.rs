//! Envelopes, keys and signatures.

use crate::attack::{Attack, Attacked};
use crate::honest::{Honest, evaluator};
use base64ct::{Base64, Encoding};
use overt_evidence::bundle::EVIDENCE;
use overt_evidence::{
    Algorithm, Digest, Envelope, IN_TOTO, SigningKey, VerifyingKey, canonical, pae,
};
use serde_json::{Value, json};

/// The order of Ed25519's group, little end first, and that of P-256's, big end first.
const ED25519_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
const BROKEN: (&str, &str) = ("signature", "does not hold");
const NO_BASE64: (&str, &str) = ("signature", "not canonical Base64");
const NO_ENVELOPE: (&str, &str) = ("signature", "the envelope cannot be read");

pub(crate) const ATTACKS: &[Attack] = &[
    Attack::new("payload changed", BROKEN, |honest, _| {
        honest.with_json(EVIDENCE, |envelope| {
            edit_payload(envelope, |text| text.replacen("\"maze\"", "\"mazE\"", 1));
        })
    }),
    Attack::new("bit of the signature flipped", BROKEN, |honest, draw| {
        let at = draw.place(64 * 8);
        honest.with_json(EVIDENCE, |envelope| {
            edit_signature(envelope, |sig| sig[at / 8] ^= 1 << (at % 8));
        })
    }),
    Attack::new("key swapped", ("evaluator", "signed by the key"), |mut honest, draw| {
        let asked = honest.asked();
        honest.key = other(&honest.key, draw.digest());
        honest.said().evaluator = evaluator(&honest.key);
        Attacked { bundle: honest.seal(), asked }
    }),
    Attack::new("key of the other kind swapped in", ("evaluator", "signed by"), |mut honest, _| {
        let asked = honest.asked();
        let algorithm = match honest.key.verifying_key().algorithm() {
            Algorithm::Ed25519 => Algorithm::P256,
            Algorithm::P256 => Algorithm::Ed25519,
        };
        honest.key = SigningKey::from_secret(algorithm, &[9; 32]).expect("it is a key");
        honest.said().evaluator = evaluator(&honest.key);
        Attacked { bundle: honest.seal(), asked }
    }),
    Attack::new("signed by a key beside the statement", ("signature", "signed by the key"), {
        |mut honest, draw| {
            let asked = honest.asked();
            honest.key = other(&honest.key, draw.digest());
            Attacked { bundle: honest.seal(), asked }
        }
    }),
    Attack::new("signed by another key under this one's name", BROKEN, |mut honest, draw| {
        let (asked, keyid) = (honest.asked(), honest.key.verifying_key().fingerprint());
        honest.key = other(&honest.key, draw.digest());
        let mut attacked = honest.with_json(EVIDENCE, |envelope| {
            envelope["signatures"][0]["keyid"] = json!(keyid);
        });
        attacked.asked = asked;
        attacked
    }),
    Attack::new("keyid swapped", ("signature", "signed by the key"), |honest, draw| {
        let keyid = draw.digest();
        honest.with_json(EVIDENCE, |envelope| {
            envelope["signatures"][0]["keyid"] = json!(keyid);
        })
    }),
    Attack::new("evaluator under another name", ("evaluator", "it calls itself"), {
        |mut honest, draw| {
            honest.said().evaluator.id = format!("key:{}", draw.digest());
            honest.signed()
        }
    }),
    Attack::new("P-256 signature with the larger s", BROKEN, |honest, _| {
        honest
            .with_json(EVIDENCE, |envelope| edit_signature(envelope, |sig| negate(&mut sig[32..])))
    })
    .with(Algorithm::P256),
    Attack::new("P-256 signature of zeros", BROKEN, |honest, _| {
        honest.with_json(EVIDENCE, |envelope| edit_signature(envelope, |sig| sig.fill(0)))
    })
    .with(Algorithm::P256),
    Attack::new("Ed25519 signature with s not reduced", BROKEN, |honest, _| {
        honest.with_json(EVIDENCE, |envelope| {
            edit_signature(envelope, |sig| add(&mut sig[32..], &ED25519_ORDER));
        })
    })
    .with(Algorithm::Ed25519),
    Attack::new("Ed25519 key of small order", BROKEN, |mut honest, _| {
        // The neutral point: with R the same and s zero, a lax check accepts every message.
        let mut der = honest.key.verifying_key().to_der().expect("a key is written");
        let point = der.len() - 32;
        der[point..].fill(0);
        der[point] = 1;
        let key = VerifyingKey::from_der(&der).expect("it is a point");
        honest.said().evaluator.id = format!("key:{}", key.fingerprint());
        honest.said().evaluator.public_key = Base64::encode_string(&der);
        let mut asked = honest.asked();
        asked.key = None;
        let mut attacked = honest.with_json(EVIDENCE, |envelope| {
            envelope["signatures"][0]["keyid"] = json!(key.fingerprint());
            edit_signature(envelope, |sig| {
                sig.fill(0);
                sig[0] = 1;
            });
        });
        attacked.asked = asked;
        attacked
    })
    .with(Algorithm::Ed25519),
    Attack::new("P-256 key with its point compressed", ("signature", "key"), |mut honest, _| {
        let der = honest.key.verifying_key().to_der().expect("a key is written");
        let (x, y) = (&der[27..59], &der[59..]);
        let mut short = der[..23].to_vec();
        short[1] = 0x39;
        short.extend([0x03, 0x22, 0x00, 2 + (y[31] & 1)]);
        short.extend(x);
        honest.said().evaluator.public_key = Base64::encode_string(&short);
        honest.said().evaluator.id = format!("key:{}", Digest::of(&short));
        honest.signed()
    })
    .with(Algorithm::P256),
    Attack::new("public key of another algorithm", ("signature", "public key in DER"), {
        |mut honest, _| {
            // The object identifier of X25519 in place of Ed25519's: the same length, another use.
            let mut der = honest.key.verifying_key().to_der().expect("a key is written");
            der[8] = 0x6e;
            honest.said().evaluator.public_key = Base64::encode_string(&der);
            honest.said().evaluator.id = format!("key:{}", Digest::of(&der));
            honest.signed()
        }
    })
    .with(Algorithm::Ed25519),
    Attack::new("public key in loose Base64", ("signature", "is no Base64"), |mut honest, draw| {
        let text = loose(&honest.said().evaluator.public_key.clone(), draw.below(3));
        honest.said().evaluator.public_key = text;
        honest.signed()
    }),
    Attack::new("signature in loose Base64", NO_BASE64, |honest, draw| {
        let way = draw.below(3);
        honest.with_json(EVIDENCE, |envelope| {
            let sig = &mut envelope["signatures"][0]["sig"];
            *sig = json!(loose(sig.as_str().unwrap_or_default(), way));
        })
    }),
    Attack::new("payload in broken lines", NO_BASE64, |honest, draw| {
        let line = draw.one(&["\n", "\r\n", " ", "\t", "="]);
        honest.with_json(EVIDENCE, |envelope| {
            let text = envelope["payload"].as_str().unwrap_or_default();
            envelope["payload"] = json!(format!("{}{line}{}", &text[..64], &text[64..]));
        })
    }),
    Attack::new("another payload type, signed", ("signature", "it holds"), |honest, draw| {
        let kind =
            draw.one(&["application/json", "", "application/vnd.in-toto+JSON", "text/plain"]);
        let payload = canonical::write(&honest.statement).expect("a statement is written");
        let envelope = Envelope::seal(kind, &payload, &honest.key);
        honest.with_file(EVIDENCE, |_| envelope.to_bytes().expect("an envelope is written"))
    }),
    Attack::new("payload type changed", ("signature", "it holds"), |honest, _| {
        honest.with_json(EVIDENCE, |envelope| {
            envelope["payloadType"] = json!("application/vnd.in-toto+json ");
        })
    }),
    Attack::new("payload signed without its type", BROKEN, |honest, _| {
        let payload = canonical::write(&honest.statement).expect("a statement is written");
        let sig = Base64::encode_string(&honest.key.sign(&payload));
        honest.with_json(EVIDENCE, |envelope| envelope["signatures"][0]["sig"] = json!(sig))
    }),
    Attack::new("signed for another type, shown as this one", BROKEN, |honest, _| {
        let payload = canonical::write(&honest.statement).expect("a statement is written");
        let signed = honest.key.sign(&pae("application/json", &payload));
        let sig = Base64::encode_string(&signed);
        honest.with_json(EVIDENCE, |envelope| {
            envelope["payloadType"] = json!(IN_TOTO);
            envelope["signatures"][0]["sig"] = json!(sig);
        })
    }),
    Attack::new("two signatures", NO_ENVELOPE, |honest, _| {
        honest.with_json(EVIDENCE, |envelope| {
            let one = envelope["signatures"][0].clone();
            envelope["signatures"] = json!([one, one]);
        })
    }),
    Attack::new("no signature", NO_ENVELOPE, |honest, _| {
        honest.with_json(EVIDENCE, |envelope| envelope["signatures"] = json!([]))
    }),
    Attack::new("signature cut short", ("signature", "not 64 bytes"), |honest, draw| {
        let len = draw.place(64);
        honest.with_json(EVIDENCE, |envelope| {
            let sig = &mut envelope["signatures"][0]["sig"];
            let whole = Base64::decode_vec(sig.as_str().unwrap_or_default()).unwrap_or_default();
            *sig = json!(Base64::encode_string(&whole[..len]));
        })
    }),
    Attack::new("signature of another statement", BROKEN, |honest, draw| {
        let algorithm = honest.key.verifying_key().algorithm();
        let mut earlier = Honest::with_key(1_000_000 + draw.below(1_000_000), algorithm);
        earlier.key = copy(&honest.key);
        earlier.said().evaluator = evaluator(&earlier.key);
        let bundle = earlier.seal();
        let envelope: Value = serde_json::from_slice(&bundle.files[EVIDENCE]).expect("it is JSON");
        honest.with_json(EVIDENCE, |changed| changed["signatures"] = envelope["signatures"].clone())
    }),
    Attack::new("evidence absent", ("signature", "is absent"), |honest, _| {
        let mut attacked = honest.signed();
        attacked.bundle.files.remove(EVIDENCE);
        attacked
    }),
];

fn other(key: &SigningKey, Digest(secret): Digest) -> SigningKey {
    SigningKey::from_secret(key.verifying_key().algorithm(), &secret).expect("it is a key")
}

fn copy(key: &SigningKey) -> SigningKey {
    let pem = key.to_pem().expect("a key is written");
    SigningKey::from_pem(&pem).expect("it is read again")
}

fn edit_payload(envelope: &mut Value, edit: impl FnOnce(String) -> String) {
    let text = envelope["payload"].as_str().unwrap_or_default();
    let bytes = Base64::decode_vec(text).unwrap_or_default();
    let edited = edit(String::from_utf8(bytes).expect("JSON is text"));
    envelope["payload"] = json!(Base64::encode_string(edited.as_bytes()));
}

fn edit_signature(envelope: &mut Value, edit: impl FnOnce(&mut [u8])) {
    let sig = &mut envelope["signatures"][0]["sig"];
    let mut bytes = Base64::decode_vec(sig.as_str().unwrap_or_default()).unwrap_or_default();
    edit(&mut bytes);
    *sig = json!(Base64::encode_string(&bytes));
}

/// Another spelling of the same bytes, which ends in padding.
fn loose(text: &str, way: u64) -> String {
    match way {
        0 => text.trim_end_matches('=').to_owned(),
        1 => format!("{text}\n"),
        _ => {
            // The last digit holds bits that no byte takes up.
            let digits = text.trim_end_matches('=');
            let (rest, last) = digits.split_at(digits.len() - 1);
            let next = char::from(last.as_bytes()[0] + 1);
            format!("{rest}{next}{}", &text[digits.len()..])
        }
    }
}

/// The other root: the order less a number, big end first.
fn negate(number: &mut [u8]) {
    let mut borrow = 0;
    for (digit, order) in number.iter_mut().zip(P256_ORDER).rev() {
        let difference = i16::from(order) - i16::from(*digit) - borrow;
        borrow = i16::from(difference < 0);
        *digit = difference.rem_euclid(256) as u8;
    }
}

/// A number more, little end first.
fn add(number: &mut [u8], more: &[u8]) {
    let mut carry = 0;
    for (digit, more) in number.iter_mut().zip(more) {
        let sum = u16::from(*digit) + u16::from(*more) + carry;
        carry = sum >> 8;
        *digit = sum as u8;
    }
}
