//! What a door does, one file for each verb: options in, a result out. Nothing here prints.

pub mod arena;

mod audit;
mod certify;
mod challenge;
mod compare;
mod convert;
mod drift;
mod export;
mod gate;
mod generate;
mod keygen;
mod lens;
mod organisms;
mod patch;
mod redact;
mod replay_check;
mod respond;
mod reveal;
mod run;
mod sites;
mod subjects;
mod tally;
mod train;
mod verify;
mod watch;

pub use crate::signing::SigningOptions;
pub use audit::{AuditOptions, Audited, REPORT_HTML, REPORT_JSON, audit};
pub use certify::{Certificate, CertifyOptions, RefusedSite, certify};
pub use challenge::{AskOptions, JudgeOptions, Judged, ask_challenge, judge_answer};
pub use compare::{COMPARISON_HTML, CompareOptions, compare};
pub use convert::{CONVERT_JSON, ConvertOptions, Converted, convert};
pub use drift::{DriftOptions, drift};
pub use export::{ExportOptions, export};
pub use gate::{GATE_HTML, GATE_JSON, GateOptions, Named, gate, lint, populations};
pub use generate::{GenerateOptions, Generated, GeneratedRow, Heard, USUAL_TOKENS, generate};
pub use keygen::{KeyPair, KeygenOptions, keygen};
pub use lens::{LensLayer, LensOptions, LensPart, LensView, lens};
pub use organisms::{OrganismsOptions, organisms};
pub use patch::{PATCH_JSON, PATCH_SVG, PatchOptions, PatchSweep, patch};
pub use redact::{RedactOptions, Redacted, redact};
pub use replay_check::{ReplayCheckOptions, ReplayChecked, replay_check};
pub use respond::{RespondOptions, respond};
pub use reveal::{DeploymentShare, DeploymentShares, RevealOptions, Revealed, reveal};
pub use run::{NextToken, Ran, RanRow, RunOptions, run};
pub use sites::{ListedSite, SitesOptions, sites};
pub use subjects::{ShippedSubject, subjects};
pub use train::{ChoiceTrained, SECONDS_FILE, Stopped, TrainOptions, Trained, Training, train};
pub use verify::{VerifyOptions, verify};
pub use watch::{WatchOptions, Watched, watch};

/// Who hears what is being done, and how far it is.
pub trait Watch: Sync {
    /// This is being done now.
    fn doing(&self, _what: &str) {}

    /// So much is done, of all that there is to do.
    fn reached(&self, _done: u64, _all: u64) {}

    /// So much was done before, of all that there is to do; the work goes on from there.
    fn resumed(&self, _done: u64, _all: u64) {}

    /// What a person could do while the work goes on.
    fn advise(&self, _what: &str) {}

    /// Something that a person should know, though the work goes on.
    fn note(&self, _what: &str) {}
}

/// Nobody hears anything.
impl Watch for () {}
