//! What a stranger sends beside a report: each file of a bundle, a key, weights, and a statement under a
//! signature that holds. The first byte says which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_evidence::bundle::{CASES, EVIDENCE, FIGURES, REPORT, RUN_LOG};
use overt_evidence::run_log::Log;
use overt_evidence::verify::{Asked, verify};
use overt_evidence::{
    Algorithm, Bundle, Cases, Envelope, IN_TOTO, SigningKey, Statement, VerifyingKey, canonical,
    identity,
};

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    match which % 8 {
        0 => {
            if let Ok(log) = Log::read(bytes) {
                assert_eq!(log.to_bytes().unwrap(), bytes);
            }
        }
        1 => {
            if let Ok(cases) = Cases::read(bytes) {
                assert_eq!(canonical::write(&cases).unwrap(), bytes);
                let _ = (cases.root(), cases.shown().count());
            }
        }
        2 => {
            if let Ok(statement) = Statement::read(bytes) {
                assert_eq!(statement.to_bytes().unwrap(), bytes);
            }
        }
        3 => {
            if let Ok(envelope) = Envelope::read(bytes) {
                assert_eq!(envelope.to_bytes().unwrap(), bytes);
            }
        }
        4 => {
            let _ = identity::tensors(bytes);
        }
        5 => {
            if let Ok(key) = VerifyingKey::from_der(bytes) {
                assert_eq!(key.to_der().unwrap(), bytes);
            }
        }
        6 => {
            let text = String::from_utf8_lossy(bytes);
            let _ = (SigningKey::from_pem(&text), VerifyingKey::from_pem(&text));
        }
        _ => {
            // Pieces divided by a byte of zero: the statement, then the files beside it.
            let key = SigningKey::from_secret(Algorithm::Ed25519, &[7; 32]).unwrap();
            let mut pieces = bytes.split(|byte| *byte == 0);
            let statement = pieces.next().unwrap_or_default();
            let sealed = Envelope::seal(IN_TOTO, statement, &key).to_bytes().unwrap();
            let mut bundle = Bundle::default();
            bundle.files.insert(EVIDENCE.to_owned(), sealed);
            for (name, piece) in [RUN_LOG, CASES, FIGURES, REPORT].into_iter().zip(pieces) {
                bundle.files.insert(name.to_owned(), piece.to_vec());
            }
            let _ = verify(&bundle, &Asked::default());
        }
    }
});
