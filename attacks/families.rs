//! All classes of attacks, in families.

use crate::attack::Attack;
use crate::{cases, figures, model, parts, plan, signatures, spelling};

const FAMILIES: &[&[Attack]] = &[
    signatures::ATTACKS,
    spelling::ATTACKS,
    cases::ATTACKS,
    figures::ATTACKS,
    plan::ATTACKS,
    model::ATTACKS,
    parts::ATTACKS,
];

/// Every class, one after the other.
pub(crate) fn attacks() -> impl Iterator<Item = &'static Attack> {
    FAMILIES.iter().copied().flatten()
}
