//! A declared edit, as `--edit` reads it: what is read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use overt::site::DeclaredEdit;

fuzz_target!(|json: &[u8]| {
    if let Ok(edit) = serde_json::from_slice::<DeclaredEdit>(json) {
        let again = serde_json::to_vec(&edit).expect("an edit can be written");
        assert_eq!(serde_json::from_slice::<DeclaredEdit>(&again).expect("and read"), edit);
    }
});
