//! Laws of evidence, from outside.

mod gates;
mod made;
mod policies;

use overt_evidence as evidence;
