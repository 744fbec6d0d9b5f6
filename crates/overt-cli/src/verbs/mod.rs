//! The verbs of the command line, one file each.

pub(crate) mod arena;
pub(crate) mod audit;
pub(crate) mod certify;
pub(crate) mod challenge;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod convert;
pub(crate) mod drift;
pub(crate) mod export;
pub(crate) mod gate;
pub(crate) mod generate;
pub(crate) mod keygen;
pub(crate) mod lens;
pub(crate) mod man;
pub(crate) mod organisms;
pub(crate) mod patch;
pub(crate) mod redact;
pub(crate) mod replay_check;
pub(crate) mod respond;
pub(crate) mod reveal;
pub(crate) mod run;
pub(crate) mod sites;
pub(crate) mod subjects;
pub(crate) mod train;
pub(crate) mod verify;
pub(crate) mod watch;

/// Says which of two is meant where a folder is called like a subject that ships.
pub(crate) fn tell_apart(subject: &str) {
    if let Some(which) = overt::subjects::namesake(subject) {
        crate::door::note(&format!("note: {which}"));
    }
}
