//! Chats: messages become the text that a model was trained on, by its own template.
//!
//! A template is a stranger's program. It runs with a budget, sees nothing but the chat, and is read for
//! branches on what a message says.

mod branches;
mod growth;
mod moment;
mod python;
mod render;
mod source;
mod template;

pub use branches::ContentBranch;
pub use moment::Moment;
pub use template::{Chat, ChatTemplate, Rendered};
