//! A report, and a calibration: what is read of a report can be drawn.
#![no_main]

use libfuzzer_sys::fuzz_target;
use overt::audit::maze::Calibration;
use overt::report::Report;

fuzz_target!(|json: &[u8]| {
    let _ = Calibration::from_json(json);
    if let Ok(report) = Report::from_json(json) {
        let _ = overt::report::html(&report);
    }
});
