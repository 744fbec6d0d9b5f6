//! All classes of attacks, in families.

use crate::attack::Attack;
use crate::{cases, figures, model, pages, parts, plan, signatures, spelling, tables};

/// Their names, and their classes.
pub(crate) const FAMILIES: &[(&str, &[Attack])] = &[
    ("signatures", signatures::ATTACKS),
    ("spelling", spelling::ATTACKS),
    ("cases", cases::ATTACKS),
    ("figures", figures::ATTACKS),
    ("plan", plan::ATTACKS),
    ("model", model::ATTACKS),
    ("parts", parts::ATTACKS),
    ("tables", tables::ATTACKS),
    ("pages", pages::ATTACKS),
];

/// Every class, one after the other.
pub(crate) fn attacks() -> impl Iterator<Item = &'static Attack> {
    FAMILIES.iter().flat_map(|(_, attacks)| *attacks)
}
