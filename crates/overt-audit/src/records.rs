//! Records and bars, as every finding writes them.

use overt_report::{Bar, BarKind, Bars, Figure, Record};

/// The same record in a unit.
pub(crate) fn in_unit(record: Record, unit: &str) -> Record {
    Record { unit: Some(unit.to_owned()), ..record }
}

/// The same record as the control of another.
pub(crate) fn control(record: Record, of: &str) -> Record {
    Record { control_of: Some(of.to_owned()), ..record }
}

/// A bar for each record.
pub(crate) fn bars(caption: &str, unit: &str, rows: &[(&Record, BarKind)]) -> Figure {
    let bar = |(record, kind): &(&Record, BarKind)| Bar {
        label: record.label.clone(),
        record: record.id.clone(),
        value: record.value,
        lo: record.interval.map_or(record.value, |i| i.lo),
        hi: record.interval.map_or(record.value, |i| i.hi),
        kind: *kind,
    };
    Figure::Bars(Bars {
        caption: caption.to_owned(),
        unit: unit.to_owned(),
        rows: rows.iter().map(bar).collect(),
    })
}
