//! Bytes changed at random: whatever is read ends in an answer, never in a panic.

use crate::bytes::change;
use crate::draw::Draw;
use crate::honest::Honest;
use overt_evidence::bundle::{CASES, EVIDENCE, RUN_LOG};
use overt_evidence::verify::verify;
use overt_evidence::{SigningKey, VerifyingKey, identity};

/// So many changes of every kind of input that is read.
fn mutate(rounds: u64) {
    for seed in 0..rounds {
        let honest = Honest::draw(seed % 16);
        let mut draw = Draw::new(seed, "mutations");
        for _ in 0..16 {
            let file = draw.one(&[EVIDENCE, CASES, RUN_LOG]);
            let mut bundle = honest.seal();
            change(bundle.files.get_mut(file).expect("it is there"), &mut draw);
            let _rows = verify(&bundle, &honest.asked()).rows;

            // Under a signature that holds, so that what is behind it is read, too.
            let mut payload = serde_json::to_vec(&honest.statement).expect("JSON is written");
            change(&mut payload, &mut draw);
            let _rows = verify(&honest.seal_bytes(&payload), &honest.asked()).rows;

            let mut weights = honest.model["model.safetensors"].clone();
            change(&mut weights, &mut draw);
            let _digest = identity::tensors(&weights);

            let mut der = honest.key.verifying_key().to_der().expect("a key is written");
            change(&mut der, &mut draw);
            let _key = VerifyingKey::from_der(&der);

            for pem in [honest.key.to_pem(), honest.key.verifying_key().to_pem()] {
                let mut pem = pem.expect("a key is written").into_bytes();
                change(&mut pem, &mut draw);
                let pem = String::from_utf8_lossy(&pem);
                let _keys = (SigningKey::from_pem(&pem), VerifyingKey::from_pem(&pem));
            }
        }
    }
}

#[test]
fn no_change_of_bytes_makes_a_parser_panic() {
    mutate(125);
}

#[test]
#[ignore = "takes minutes: 200,000 changes"]
fn no_change_of_very_many_makes_a_parser_panic() {
    mutate(2_084);
}
