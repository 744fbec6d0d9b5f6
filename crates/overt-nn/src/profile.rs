//! How a policy adds: as fast as it can, or alike everywhere.

/// The order in which a forward pass adds.
///
/// Every sum of either profile begins in `f32`; only the dense layers differ.
///
/// ```
/// use overt_nn::Profile;
/// assert_eq!(Profile::default(), Profile::Native);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Dense layers through the products of the backend: what trains and audits. A row's bits depend
    /// on its batch and on the processor.
    #[default]
    Native,
    /// Dense layers through a product of our own, which adds as `docs/formats/portable.md` says: the
    /// same bits on every processor, in every batch and at any number of threads.
    Portable,
}

impl Profile {
    /// What evidence calls [`Profile::Portable`]: whoever computes so gets the same bits.
    pub const PORTABLE_NAME: &'static str = "portable/1";
}
