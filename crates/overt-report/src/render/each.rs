//! HTML of several things, one after another.

/// Joins what `draw` makes of each item.
pub(super) fn each<T>(
    items: impl IntoIterator<Item = T>,
    mut draw: impl FnMut(T) -> String,
) -> String {
    let mut joined = String::new();
    for item in items {
        joined.push_str(&draw(item));
    }
    joined
}
