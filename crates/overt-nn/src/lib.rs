//! Networks whose every intermediate is a site; weights in and out
