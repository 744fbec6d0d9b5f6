//! The document of an audit: schema, checks of form, pictures
